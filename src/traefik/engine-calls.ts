import type { ContainerCreateOptions, ContainerInspectInfo } from 'dockerode'
import { DeployError } from '../deploy/failure.ts'
import type { Ask, Question } from '../engine-api/ask.ts'
import { answered, EngineAnswer } from '../engine-api/engine-answer.ts'
import { logTail } from '../engine-api/logs.ts'
import { cleanText } from '../text/clean.ts'
import { lastLine, oneLine } from '../text/one-line.ts'

/** The few calls to the engine that running the proxy needs. Reject with `engine_unreachable` where nothing answers in time. */
export interface EngineCalls {
  /** null: not local. */
  imageId(ref: string): Promise<string | null>
  /** null: there is none. */
  inspect(name: string): Promise<ContainerInspectInfo | null>
  /** Creates and starts it. */
  create(options: ContainerCreateOptions): Promise<ContainerInspectInfo>
  /** Gracefully, as its StopTimeout says; nothing happens where there is none. */
  remove(nameOrId: string): Promise<void>
  /** The last line it printed, '' without one. */
  lastLine(name: string): Promise<string>
}

/** A busy engine on a slow disk takes its time over these; ms. */
const changeWithin = 60_000
/** Of what it printed, the end; characters. */
const longestLog = 16_000

export function createEngineCalls(ask: Ask): EngineCalls {
  const change = (question: Question) => ({ ...question, within: changeWithin })
  const inspect = (name: string) => unless<ContainerInspectInfo>(ask, [404], { path: `/containers/${name}/json` })
  return {
    imageId: async (ref) => (await unless<{ Id: string }>(ask, [404], { path: `/images/${ref}/json` }))?.Id ?? null,
    inspect,
    create: async ({ name, ...body }) => {
      const made = await told<{ Id: string }>(ask, change({ method: 'POST', path: '/containers/create', query: { name }, body }))
      await told(ask, change({ method: 'POST', path: `/containers/${made.Id}/start` }))
      return told(ask, { path: `/containers/${made.Id}/json` })
    },
    remove: async (name) => {
      await unless(ask, [404], change({ method: 'POST', path: `/containers/${name}/stop` }))
      await unless(ask, [404, 409], change({ method: 'DELETE', path: `/containers/${name}`, query: { force: true, v: true } }))
    },
    lastLine: async (name) => oneLine(errorIn(lastLine(await logTail(ask, name, 5, longestLog), longestLog)), 300),
  }
}

/** null for these answers of the engine. */
async function unless<T>(ask: Ask, statuses: number[], question: Question): Promise<T | null> {
  return ask<T>(question).catch((error) => {
    if (answered(error, ...statuses)) return null
    throw troubleOf(error)
  })
}

async function told<T>(ask: Ask, question: Question): Promise<T> {
  return ask<T>(question).catch((error) => {
    throw troubleOf(error)
  })
}

/** An engine that answers can be reached: then it is the proxy that cannot run. */
function troubleOf(error: unknown): unknown {
  if (!(error instanceof EngineAnswer)) return error
  return new DeployError('proxy_unreachable', `the engine says: ${cleanText(error.words, { max: 300 })}`, { cause: error })
}

/** Before Traefik knows how to log, it logs JSON (3.7.15). */
function errorIn(line: string): string {
  const [, error] = /"error":("(?:[^"\\]|\\.)*")/.exec(line) ?? []
  return error === undefined ? line : (JSON.parse(error) as string)
}
