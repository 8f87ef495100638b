import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { DeployError, failureOf } from '../deploy/failure.ts'
import type { Clock } from '../deploy/ports.ts'
import { findBuildx } from '../docker/buildx-binary.ts'
import { findCompose } from '../docker/compose-binary.ts'
import { metadataCommands, metadataIs } from '../docker/metadata-rule.ts'
import { programPath } from '../docker/program-path.ts'
import { runProgram } from '../docker/run-program.ts'
import { createAsk } from '../engine-api/ask.ts'
import { instanceIn } from '../state-folder.ts'
import { oneLine } from '../text/one-line.ts'
import { createProxy } from '../traefik/proxy.ts'
import type { ProxyState } from '../traefik/state.ts'
import { tryPort } from '../try-port.ts'
import { build } from '../version.ts'
import { askEngine, imageIsMissing } from './ask-engine.ts'
import type { Finding } from './doctor.ts'
import { lookAtAccess } from './doctor-access.ts'
import { judgeMetadata, judgePlainPort, judgeSocket, judgeVersions } from './doctor-exposure.ts'
import { judgeEngine, judgeHome, judgeNode, judgePool, judgePorts, judgeProxy } from './doctor-judges.ts'
import { otherProxies } from './doctor-proxies.ts'
import { addressOf } from './endpoint.ts'
import { health } from './healthz.ts'

/** Looks at everything; changes nothing. */
export async function look(config: Config, clock: Clock): Promise<Finding[]> {
  const engine = await askEngine(config, '/version')
  const proxy = engine && (await proxyState(config, clock).catch(() => null))
  const version = engine?.status === 200 ? engine.body : null
  const here = [judgeNode(process.versions.node), judgeEngine(version, config.dockerHost), judgeProxy(proxy)]
  const looks = await Promise.all([
    compose(config, clock),
    buildx(),
    traefikImage(config, engine !== null),
    controlPlane(config),
    ports(config, proxy),
    pool(config),
    home(config),
    serverLog(config),
  ])
  const [exposed, access] = await Promise.all([exposure(config), lookAtAccess(config, clock)])
  return [...here, ...looks, ...judgeVersions(version, proxy?.version ?? null), ...exposed, ...access]
}

async function exposure(config: Config): Promise<Finding[]> {
  const path = config.dockerHost.replace(/^unix:\/\//, '')
  const [socket, groups, metadata, plain] = await Promise.all([
    stat(path).catch(() => null),
    readFile('/etc/group', 'utf8').catch(() => ''),
    metadataIs(config),
    askEngine({ dockerHost: 'tcp://127.0.0.1:2375' }, '/_ping'),
  ])
  const members = socket === null ? null : membersOf(groups, socket.gid)
  return [
    ...judgeSocket(config.dockerHost, socket, members),
    ...(config.dockerHost.startsWith('unix://') ? judgePlainPort(plain?.status === 200) : []),
    judgeMetadata(metadata, config.blockMetadata, metadataCommands(config)),
  ]
}

/** "docker:x:999:alice,bob" */
function membersOf(groups: string, gid: number): string[] {
  const line = groups.split('\n').find((each) => each.split(':')[2] === String(gid))
  return (line?.split(':')[3] ?? '').split(',').filter(Boolean)
}

async function compose(config: Config, clock: Clock): Promise<Finding> {
  const what = 'Compose'
  try {
    const { path, version } = await findCompose(config)
    return { what, is: 'ok', found: `${version} (${path})`, todo: '' }
  } catch (error) {
    if (!(error instanceof DeployError)) throw error
    return {
      what,
      is: 'missing',
      found: oneLine(error.trouble.detail),
      todo: failureOf(error.trouble, clock.now()).fix.replace(' (`torii doctor` says how)', ' (Debian: `apt-get install docker-compose`)'),
    }
  }
}

async function buildx(): Promise<Finding> {
  const what = 'buildx'
  const todo = 'Install Docker’s buildx plugin (Debian: `apt-get install docker-buildx`): extensions with `build:` need it.'
  const path = await findBuildx()
  if (path === null) return { what, is: 'warning', found: 'none', todo }
  const { ok, stdout } = await runProgram({ file: path, args: ['version'], cwd: '/', env: { PATH: programPath }, within: 10_000 })
  return ok
    ? { what, is: 'ok', found: `${oneLine(stdout).split(' ')[1] ?? ''} (${path})`, todo: '' }
    : { what, is: 'warning', found: `${path} does not run`, todo }
}

async function traefikImage(config: Config, engine: boolean): Promise<Finding> {
  const what = 'Traefik image'
  if (!engine) return { what, is: 'missing', found: 'unknown: the engine does not answer', todo: 'Start the engine first.' }
  const missing = await imageIsMissing(config, config.traefikImage)
  const todo = missing ? `Run \`torii up\`, or \`sh setup/traefik-image.sh ${config.traefikImage}\`.` : ''
  return { what, is: missing ? 'missing' : 'ok', found: missing ? `no ${config.traefikImage}` : config.traefikImage, todo }
}

/** null: this state folder has made none yet. */
async function proxyState(config: Config, clock: Clock): Promise<ProxyState | null> {
  const instance = await instanceIn(config.home)
  if (instance === null) return null
  const log = { info: () => {}, warn: () => {} }
  return createProxy({ config, engine: createAsk(config), instance, clock, log }).state()
}

async function controlPlane(config: Config): Promise<Finding> {
  const what = 'control plane'
  const found = await health(config)
  if (found.is === 'nobody') return { what, is: 'warning', found: 'not running', todo: '`torii up` or the next `torii deploy` starts it.' }
  if (found.is === 'stranger') return { what, is: 'missing', found: `something else answers on ${addressOf(config)}`, todo: 'Stop it, or set TORII_API_PORT.' }
  const older = found.build === build ? '' : 'It is of another build: the next `torii deploy` restarts one in the background.'
  return { what, is: older === '' ? 'ok' : 'warning', found: `${found.version} on ${addressOf(config)}`, todo: older }
}

/** What the proxy itself holds is not busy. */
async function ports(config: Config, proxy: ProxyState | null): Promise<Finding> {
  const range = Array.from({ length: config.ports.last - config.ports.first + 1 }, (_, at) => config.ports.first + at)
  const ours = new Set(proxy?.running ? [config.httpsPort, config.proxyApiPort, ...proxy.ports] : [])
  const wanted = [...new Set([config.httpsPort, config.proxyApiPort, ...range])].filter((port) => !ours.has(port))
  const tried = await Promise.all(wanted.map(async (port) => ({ port, is: await tryPort(config.bind, port) })))
  const busy = tried.filter(({ is }) => is !== 'free').map(({ port }) => port)
  const others = busy.length === 0 ? [] : await otherProxies(config, await instanceIn(config.home))
  return judgePorts(busy, [config.httpsPort, config.proxyApiPort], others)
}

async function pool({ subnetPool }: Config): Promise<Finding> {
  return judgePool(subnetPool, await readFile('/proc/net/route', 'utf8').catch(() => ''))
}

async function home({ home: folder }: Config): Promise<Finding> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => error.code ?? 'EIO')
  return judgeHome(folder, found, process.getuid?.() ?? 0)
}

/** What a server in the background says; one in a terminal says it there. */
async function serverLog({ home: folder }: Config): Promise<Finding> {
  const path = join(folder, 'server.log')
  const found = await stat(path).then(
    () => path,
    () => `${path} (not written yet)`,
  )
  return { what: 'server log', is: 'ok', found, todo: '' }
}
