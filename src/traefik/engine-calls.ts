import type Docker from 'dockerode'
import type { ContainerCreateOptions, ContainerInspectInfo } from 'dockerode'
import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'

/** The few calls to the engine that running the proxy needs. Reject with `engine_unreachable` where nothing answers. */
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

export function createEngineCalls(docker: Docker): EngineCalls {
  const container = (name: string) => docker.getContainer(name)
  return {
    imageId: async (ref) => (await unless([404], docker.getImage(ref).inspect()))?.Id ?? null,
    inspect: (name) => unless([404], container(name).inspect()),
    create: async (options) => {
      const made = await told(docker.createContainer(options))
      await told(container(made.id).start())
      return told(container(made.id).inspect())
    },
    remove: async (name) => {
      await unless([304, 404], container(name).stop())
      await unless([404, 409], container(name).remove({ force: true, v: true }))
    },
    lastLine: async (name) => lastLineOf(await unless([404], container(name).logs({ stdout: true, stderr: true, tail: 5, follow: false }))),
  }
}

/** null for these answers of the engine. */
async function unless<T>(statuses: number[], asked: Promise<T>): Promise<T | null> {
  return asked.catch((error: EngineError) => {
    if (statuses.includes(error.statusCode ?? 0)) return null
    throw troubleOf(error)
  })
}

async function told<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((error: EngineError) => {
    throw troubleOf(error)
  })
}

type EngineError = Error & { statusCode?: number }

function troubleOf(error: EngineError): DeployError {
  const words = cleanText(error.message, { max: 300 })
  if (error.statusCode === undefined) return new DeployError('engine_unreachable', words, { cause: error })
  return new DeployError('proxy_unreachable', `the engine says: ${words}`, { cause: error })
}

/** Each piece has a head of eight bytes, its length in the last four. */
function lastLineOf(log: Buffer | null): string {
  let text = ''
  for (let at = 0; log !== null && at + 8 <= log.length; at += 8 + log.readUInt32BE(at + 4)) {
    text += log.toString('utf8', at + 8, at + 8 + log.readUInt32BE(at + 4))
  }
  return cleanText(errorIn(text.trim().split('\n').at(-1) ?? ''), { max: 300 })
}

/** Before Traefik knows how to log, it logs JSON (3.7.15). */
function errorIn(line: string): string {
  const [, error] = /"error":("(?:[^"\\]|\\.)*")/.exec(line) ?? []
  return error === undefined ? line : (JSON.parse(error) as string)
}
