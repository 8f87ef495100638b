import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Clock } from '../deploy/ports.ts'
import { LockTimeout, oneAtATime } from '../process-lock.ts'
import { build } from '../version.ts'
import { serverError } from './cli-error.ts'
import { addressOf } from './endpoint.ts'
import { type Health, health } from './healthz.ts'
import { say } from './output.ts'
import { endServer, serverProcess } from './server-process.ts'
import { type Started, startServerProcess, wordsOf } from './start-server.ts'

const lookEvery = 50
const patience = 20_000

/** Makes sure that a server of this build answers: one that does is left alone, else one is started in the background. */
export async function ensureServer(config: Config, clock: Clock, signal: AbortSignal): Promise<void> {
  if (isCurrent(await health(config))) return
  // Two callers at once must not start two servers. The lock is the kernel's: a lock file would outlive its owner.
  await alone(config, clock, async () => {
    const found = await health(config)
    if (isCurrent(found) || !(await makeRoom(config, found, clock))) return
    await startAndWait(config, clock, signal)
  })
}

function isCurrent(found: Health): boolean {
  return found.is === 'torii' && found.build === build
}

/** False: an older server stays, because a person runs it. */
async function makeRoom(config: Config, found: Health, clock: Clock): Promise<boolean> {
  if (found.is === 'nobody') return true
  const running = await serverProcess(config.home)
  if (found.is === 'stranger') throw running === null ? stranger(config) : silent(running.pid, config)
  if (running?.background) {
    say(`The control plane is of another build (${found.build}): restarting it.`)
    await endServer(config.home, running, clock)
    return true
  }
  say(`The control plane that runs is of another build (${found.build}, this is ${build}); restart it when you can.`)
  return false
}

async function startAndWait(config: Config, clock: Clock, signal: AbortSignal): Promise<void> {
  // A policy that cannot be used is said here as everywhere, not as a server that died.
  if (config.policy !== null) (await import('../extension/policy/operator-file.ts')).readOperatorPolicy(config.policy)
  const started = await startServerProcess(config.home)
  say(`Starting the control plane in the background (${started.logFile}).`)
  const end = clock.monotonic() + patience
  while ((await health(config)).is !== 'torii') {
    if (started.ended()) throw await diedEarly(started)
    if (clock.monotonic() > end) throw serverError(`The control plane did not answer within ${patience / 1000} s.`, `Look into ${started.logFile}.`)
    await clock.sleep(lookEvery, signal)
  }
}

async function diedEarly(started: Started): Promise<Error> {
  const { sentence, fix } = await wordsOf(started)
  return serverError(
    `The control plane ended at its start: ${sentence || 'it said nothing'}`,
    fix ?? `Look into ${started.logFile}, or run \`torii serve\` to watch it.`,
  )
}

function stranger(config: Config): Error {
  return serverError(`Something that is not Torii answers on ${addressOf(config)}.`, 'Stop it, or choose another port with TORII_API_PORT.')
}

/** Our own process holds the port and says nothing: stopped by a signal, or starved. */
function silent(pid: number, { home }: Config): Error {
  return serverError(
    `The control plane (pid ${pid}) runs and does not answer.`,
    `Look into ${join(home, 'server.log')}; \`kill -CONT ${pid}\` wakes one that was stopped, \`kill -9 ${pid}\` ends it and loses nothing.`,
  )
}

async function alone(config: Config, clock: Clock, work: () => Promise<void>): Promise<void> {
  const name = `torii-server-${createHash('sha256').update(config.home).digest('hex').slice(0, 16)}`
  try {
    await oneAtATime(name, clock, work)
  } catch (error) {
    if (!(error instanceof LockTimeout)) throw error
    throw serverError('Another torii has been starting the control plane for too long.', 'Wait for it or end it, then try again.', error)
  }
}
