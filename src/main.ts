import { join } from 'node:path'
import { apiKeys, keepApiKeys } from './api-certificate.ts'
import { hostsOf } from './api-hosts.ts'
import { keepCertificates } from './certificate-keeper.ts'
import { realClock } from './clock.ts'
import type { Config } from './config.ts'
import { createController } from './deploy/controller.ts'
import { createPlaces } from './deploy/places.ts'
import { createRegistries } from './deploy/registries.ts'
import { createRevisionScrubbers } from './deploy/revision-scrubbers.ts'
import { createRouteTable } from './deploy/route-table.ts'
import { scrubbedController } from './deploy/scrubbed-controller.ts'
import { scrubbedExtensions } from './deploy/scrubbed-extensions.ts'
import { scrubbedStore } from './deploy/scrubbed-store.ts'
import { createStartingCount } from './deploy/starting-count.ts'
import type { Tools } from './deploy/tools.ts'
import { sweepBuilds } from './docker/build-files.ts'
import { createCompose, sweepEnvFiles } from './docker/compose.ts'
import { createEngine } from './docker/engine.ts'
import { keepListening } from './docker/keep-listening.ts'
import { blockMetadata } from './docker/metadata-rule.ts'
import { checkLogin } from './docker/registry-check.ts'
import { secretsIn } from './docker/secret-files.ts'
import { createAsk } from './engine-api/ask.ts'
import { createExtensions } from './extension/extensions.ts'
import { readOperatorPolicy } from './extension/policy/operator-file.ts'
import { filesFolder } from './extension/world.ts'
import { createProxyKeeper } from './proxy-keeper.ts'
import { createLog, endWithLog } from './scrubbed-log.ts'
import { createApp } from './server/app.ts'
import { listen } from './server/listen.ts'
import type { App } from './server/parts.ts'
import { addSecureServer, type SecureServer } from './server/secure-server.ts'
import { readOrMakeToken } from './server/token.ts'
import { prepareStateFolder } from './state-folder.ts'
import { openStore } from './store/store.ts'
import { createBench } from './suggest/bench.ts'
import { createSuggest } from './suggest/suggest.ts'
import { trialRef } from './suggest/trial.ts'
import { systemFacts } from './system-facts.ts'
import { createKnownSecrets } from './text/known-secrets.ts'
import { createProxy } from './traefik/proxy.ts'
import { createUploads } from './uploads/uploads.ts'
import { uploadSettings, uploadsInUse } from './uploads-in-use.ts'
import { build, ownVersion } from './version.ts'

export interface RunningServer {
  /** Takes no more work, lets go of what goes on (the next process goes on with it), and ends within some seconds. */
  close(): Promise<void>
}

/** On all of its sockets or on none: a process that has failed to start must not go on listening. */
async function listenEverywhere(app: App, secure: SecureServer | null, config: Config): Promise<void> {
  try {
    await listen(app, config)
    if (config.secure !== null) await secure?.listen({ ...config.secure, never: config.subnetPool })
  } catch (error) {
    await app.close()
    throw error
  }
}

/** The control plane: the only place that knows all adapters. Rejects with ConfigError, DeployError, or a sentence about the record. */
export async function startServer(config: Config): Promise<RunningServer> {
  const secrets = createKnownSecrets()
  const log = createLog(config.logLevel, secrets)
  endWithLog(log)
  const clock = realClock
  const policy = readOperatorPolicy(config.policy)
  const { instance } = await prepareStateFolder(config.home)
  const token = await readOrMakeToken(config.home, log)
  const keys = await apiKeys(config, clock)
  secrets.own({ 'API token': token })
  const record = await openStore({ file: join(config.home, 'torii.db'), pool: config.subnetPool, clock, log })
  for (const [host, { secret }] of await record.registries.all()) secrets.own({ [`password of (${host})`]: secret })
  const scrubbers = createRevisionScrubbers(secrets, (ref) => secretsIn(filesFolder(config, ref)))
  const store = scrubbedStore(record, scrubbers)

  // The record's lock is held: no other server resolves with this folder.
  await Promise.all([sweepEnvFiles(config), sweepBuilds(config.home)])
  const open = config.blockMetadata ? await blockMetadata(config) : null
  if (open !== null) log.warn({ why: open }, 'containers can reach the metadata service of a cloud: `torii doctor` says what to do')
  const compose = createCompose(config)
  const engine = createEngine({ config, instance, clock, log, compose, registries: record.registries, hide: secrets.own })
  const uploads = createUploads(uploadSettings(config), { clock, log })
  await uploads.recover(await uploadsInUse(store))
  const extensions = scrubbedExtensions(createExtensions({ config, instance, compose, policy, release: uploads.release }), secrets, scrubbers)
  const proxy = createProxy({ config, engine: createAsk(config), instance, clock, log })
  const keeper = createProxyKeeper(proxy, { clock, log })
  const routes = createRouteTable({ store, proxy })
  const tools: Tools = {
    engine,
    proxy,
    store,
    extensions,
    clock,
    routes,
    starting: createStartingCount(),
    places: createPlaces(config.concurrency),
    log,
    ownSecrets: secrets.owned,
    trial: trialRef(instance).deployment,
    stopGrace: config.stopGrace,
  }
  const registries = createRegistries({ logins: record.registries, check: (host, given) => checkLogin(createAsk(config), host, given), hide: secrets.own })
  const controller = scrubbedController(createController(tools), store, scrubbers)
  const suggesting = createSuggest({ ...tools, bench: createBench(createAsk(config)), instance })

  const identity = { version: await ownVersion(), build }
  const app = createApp({
    controller: keeper.before(controller),
    suggest: suggesting.suggest,
    registries,
    secrets: secrets.answers,
    uploads,
    token,
    access: store,
    identity,
    system: () => systemFacts({ config, identity, instance, engine, proxy, store, places: tools.places }),
    ready: keeper.ready,
    makeReady: keeper.makeUp,
    log,
    clock,
    port: config.apiPort,
    hosts: hostsOf(config),
  })
  const secure = keys && addSecureServer(app, keys)
  await listenEverywhere(app, secure, config)
  const unlisten = keepListening(engine, { clock, log })
  void suggesting.sweep().catch((err) => log.warn({ err }, 'what a trial left could not be removed yet'))
  await controller.recover()
  const closing = new AbortController()
  void keeper.keepUp(closing.signal)
  void uploads.keepSwept(closing.signal)
  void keepCertificates(routes, { clock, log }, closing.signal)
  if (secure !== null) void keepApiKeys(config, secure.serve, { clock, log }, closing.signal)
  // What the engine says of its machine never changes and takes it long: the first failure would not have it in time.
  void engine.host(closing.signal).catch(() => {})
  // The proxy is being waited for: the processor has nothing to do.
  extensions.warm()

  return {
    close: async () => {
      closing.abort()
      await Promise.all([app.close(), controller.close()])
      unlisten()
      await store.close()
    },
  }
}
