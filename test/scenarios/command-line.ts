import { join } from 'node:path'
import { execa } from 'execa'
import { realClock } from '../../src/clock.ts'
import type { RevisionView } from '../../src/deploy/view.ts'

export interface Ended {
  exit: number
  stdout: string
  stderr: string
  ms: number
}

/** What `torii deploy --json` left: the one document of stdout, and how it ended. */
export interface Deployed extends Ended {
  document: RevisionView
}

/** A command that goes on. */
export interface Running<T> {
  pid: number
  ended: Promise<T>
  /** What it has printed on stdout so far. */
  output(): string
}

export interface DeployOptions {
  name?: string
  env?: Record<string, string>
  envFile?: string
  port?: number
  profile?: string
  allow?: string[]
  wait?: boolean
}

/** The real command line in a child process, with exactly this environment. */
export function createCommandLine({ checkout, cwd, env }: { checkout: string; cwd: string; env: Record<string, string> }) {
  const calls: string[] = []
  const running = new Set<() => void>()

  const begin = (args: string[]): Running<Ended> => {
    const begun = realClock.monotonic()
    const child = execa(process.execPath, ['--', join(checkout, 'dist/cli.js'), ...args], { cwd, env, extendEnv: false, stdin: 'ignore', reject: false })
    const kill = () => child.kill('SIGKILL')
    running.add(kill)
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
    })
    const ended = child.then(({ exitCode, stdout, stderr }) => {
      running.delete(kill)
      return remembered(args, { exit: exitCode ?? -1, stdout, stderr, ms: realClock.monotonic() - begun })
    })
    return { pid: child.pid ?? 0, ended, output: () => printed }
  }
  const remembered = (args: string[], call: Ended) => {
    calls.push(`$ torii ${args.join(' ')}\n${call.stderr}\n(exit ${call.exit} after ${Math.round(call.ms)} ms)`)
    return call
  }
  const deploying = (path: string, options: DeployOptions = {}): Running<Deployed> => {
    const { ended, ...running } = begin(['deploy', path, ...optionsOf(options), '--json'])
    return { ...running, ended: ended.then((call) => ({ ...call, document: documentOf<RevisionView>(call) })) }
  }
  return {
    begin,
    deploying,
    torii: (...args: string[]) => begin(args).ended,
    deploy: (path: string, options?: DeployOptions) => deploying(path, options).ended,
    /** Ends what still goes on. */
    end: () => {
      for (const kill of running) kill()
    },
    /** The last calls with what they said, for a failure. */
    lastCalls: () => calls.slice(-4).join('\n'),
  }
}

/** The one JSON document of stdout. */
export function documentOf<T>({ stdout, stderr }: Ended): T {
  try {
    return JSON.parse(stdout) as T
  } catch {
    throw new Error(`stdout is not one JSON document:\n${stdout}\nstderr:\n${stderr}`)
  }
}

function optionsOf({ name, env = {}, envFile, port, profile, allow = [], wait = true }: DeployOptions): string[] {
  const given = Object.entries({ name, 'env-file': envFile, port, profile }).filter(([, value]) => value !== undefined)
  return [
    ...given.flatMap(([option, value]) => [`--${option}`, String(value)]),
    ...Object.entries(env).flatMap(([variable, value]) => ['--env', `${variable}=${value}`]),
    ...allow.flatMap((rule) => ['--allow', rule]),
    ...(wait ? [] : ['--no-wait']),
  ]
}
