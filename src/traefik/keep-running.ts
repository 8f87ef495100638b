import type { ContainerInspectInfo } from 'dockerode'
import { DeployError } from '../deploy/failure.ts'
import type { Clock } from '../deploy/ports.ts'
import type { Ask } from './ask.ts'
import { configHash, containerName, containerOptions, portsOf, type Wanted } from './container.ts'
import type { EngineCalls } from './engine-calls.ts'
import type { Log } from './log.ts'
import { tooOld, tooOldByItsWords } from './version.ts'
import { portRange, wantedPorts } from './wanted-ports.ts'

export interface Tools {
  engine: EngineCalls
  ask: Ask
  clock: Clock
  log: Log
}

/** 900 entrypoints take 0.9 s (facts/traefik.json). A machine that swaps makes one slow that runs: replacing it would cut all connections. */
const answersWithin = 15_000
const lookEvery = 20

/** Leaves a proxy alone that runs as wanted and answers; makes it otherwise. Answers the container that runs. */
export async function keepRunning(wanted: Wanted, tools: Tools): Promise<ContainerInspectInfo> {
  const present = await tools.engine.inspect(containerName(wanted.instance))
  if (present && hasSettings(present, wanted) && (await getsReady(present, tools))) return checked(present, wanted, tools)
  const made = await replace(present, wanted, tools)
  if (!(await getsReady(made, tools))) throw await notAnswering(made, wanted, tools.engine)
  return checked(made, wanted, tools)
}

export function hasSettings({ Config }: ContainerInspectInfo, wanted: Wanted): boolean {
  return Config.Labels['torii.config'] === configHash(wanted, portRange(wanted.config))
}

async function replace(present: ContainerInspectInfo | null, wanted: Wanted, { engine, log }: Tools): Promise<ContainerInspectInfo> {
  const ports = await wantedPorts(wanted.config, present?.State.Running ? portsOf(present.Config.Labels).listens : [])
  if (ports.busy.length > 0) log.warn({ ports: ports.busy }, 'ports in use by others are left out')
  if (present) await engine.remove(present.Id)
  const made = await engine.create(containerOptions(wanted, ports))
  log.info({ container: containerName(wanted.instance), ports: ports.free.length }, 'proxy started')
  return made
}

async function checked(running: ContainerInspectInfo, wanted: Wanted, { ask, engine }: Tools): Promise<ContainerInspectInfo> {
  const old = tooOld((await ask.version()) ?? 'of no known version', wanted.config.traefikImage)
  if (old === null) return running
  await engine.remove(running.Id)
  throw old
}

/** false: it was stopped, ended, or does not answer in time. */
async function getsReady({ Id }: ContainerInspectInfo, { ask, clock, engine }: Tools): Promise<boolean> {
  const end = clock.monotonic() + answersWithin
  for (;;) {
    const answers = await ask.ping()
    const seen = await engine.inspect(Id)
    if (!seen?.State.Running || seen.State.Restarting || seen.State.Paused) return false
    if (answers) return true
    if (clock.monotonic() >= end) return false
    await clock.sleep(lookEvery)
  }
}

/** The container stays, for doctor to read its words; one that is too old would only start again and again. */
async function notAnswering(made: ContainerInspectInfo, { instance, config }: Wanted, engine: EngineCalls): Promise<DeployError> {
  const words = await engine.lastLine(made.Id)
  const old = tooOldByItsWords(words, config.traefikImage)
  if (old !== null) await engine.remove(made.Id)
  const said = words === '' ? '' : `, it says: ${words}`
  return old ?? new DeployError('proxy_unreachable', `the container ${containerName(instance)} does not serve${said}`)
}
