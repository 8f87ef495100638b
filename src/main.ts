import { apiKeys } from './api-certificate.ts'
import { realClock } from './clock.ts'
import type { Config } from './config.ts'
import { createControlPlane } from './create-control-plane.ts'
import { createTools } from './create-tools.ts'
import type { Log } from './deploy/tools.ts'
import { sweepBuilds } from './docker/build-files.ts'
import { sweepEnvFiles } from './docker/compose.ts'
import { keepListening } from './docker/keep-listening.ts'
import { blockMetadata } from './docker/metadata-rule.ts'
import { readOperatorPolicy } from './extension/policy/operator-file.ts'
import { openRecord } from './open-record.ts'
import { createLog, endWithLog } from './scrubbed-log.ts'
import { listen } from './server/listen.ts'
import { addSecureServer } from './server/secure-server.ts'
import { readOrMakeToken } from './server/token.ts'
import { startKeepers } from './start-keepers.ts'
import { prepareStateFolder } from './state-folder.ts'
import { createKnownSecrets } from './text/known-secrets.ts'
import { createUploads } from './uploads/uploads.ts'
import { uploadSettings, uploadsInUse } from './uploads-in-use.ts'

export interface RunningServer {
  /** Takes no more work, lets go of what goes on (the next process goes on with it), and ends within some seconds. */
  close(): Promise<void>
}

/**
 * The control plane on all of its sockets. Rejects with ConfigError, DeployError, or a sentence about the record: then it listens nowhere and has
 * let go of the record.
 */
export async function startServer(config: Config): Promise<RunningServer> {
  const clock = realClock
  const secrets = createKnownSecrets()
  const log = createLog(config.logLevel, secrets)
  endWithLog(log)
  const policy = readOperatorPolicy(config.policy)
  const { instance } = await prepareStateFolder(config.home)
  const token = await readOrMakeToken(config.home, log)
  secrets.own({ 'API token': token })
  const keys = await apiKeys(config, clock)

  await using started = new AsyncDisposableStack()
  const record = await openRecord(config, { secrets, clock, log })
  started.defer(record.store.close)
  await prepareHost(config, log)
  const uploads = createUploads(uploadSettings(config), { clock, log })
  await uploads.recover(await uploadsInUse(record.store))
  const tools = createTools({ config, instance, policy, release: uploads.release, ...record, secrets, clock, log })
  const { app, controller, keeper, suggesting } = await createControlPlane({ config, instance, tools, ...record, secrets, uploads, token, log })
  started.defer(async () => void (await Promise.all([app.close(), controller.close()])))

  const secure = keys && addSecureServer(app, keys)
  await listen(app, config)
  if (config.secure !== null) await secure?.listen({ ...config.secure, never: config.subnetPool })
  started.defer(keepListening(tools.engine, { clock, log }))
  void suggesting.sweep().catch((err) => log.warn({ err }, 'what a trial left could not be removed yet'))
  await controller.recover()
  started.defer(startKeepers(config, { tools, keeper, uploads, secure }))
  const running = started.move()
  return { close: () => running.disposeAsync() }
}

/** The record's lock is held: no other server resolves with this folder. */
async function prepareHost(config: Config, log: Pick<Log, 'warn'>): Promise<void> {
  await Promise.all([sweepEnvFiles(config), sweepBuilds(config.home)])
  const open = config.blockMetadata ? await blockMetadata(config) : null
  if (open !== null) log.warn({ why: open }, 'containers can reach the metadata service of a cloud: `torii doctor` says what to do')
}
