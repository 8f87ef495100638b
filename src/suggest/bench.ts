import { readFile } from 'node:fs/promises'
import type { Listening } from '../deploy/suggestion.ts'
import type { Ask } from '../engine-api/ask.ts'
import { exec, type Ran } from '../engine-api/exec.ts'
import { cleanText } from '../text/clean.ts'
import { listeningIn } from './sockets.ts'

/** What is done inside a running container; `signal`: whoever asked is gone. */
export interface Bench {
  /** Runs one program as a health check would. `exit` null: it did not end in time; 127: it is not there. */
  run(id: string, command: string[], signal: AbortSignal): Promise<Ran>
  /** The tcp sockets that listen in it. */
  listening(id: string, signal: AbortSignal): Promise<Listening[]>
  /** Tags of ours of this beginning, that a killed process left. */
  tags(beginning: string): Promise<string[]>
}

/** As long as the guide's own timeout of a check. */
const within = 5_000
const longestOutput = 4_096

export function createBench(ask: Ask): Bench {
  const run = async (id: string, command: string[], signal: AbortSignal) => {
    const { exit, output } = await exec(ask, id, command, { within, bytes: longestOutput }, signal)
    return { exit, output: cleanText(output, { max: longestOutput }) }
  }
  return {
    run,
    listening: async (id, signal) => {
      const { exit, output } = await exec(ask, id, ['cat', '/proc/net/tcp', '/proc/net/tcp6'], { within, bytes: 512 * 1024 }, signal)
      // Without IPv6 the second file is missing, and what stands in the first still counts.
      if (exit !== 127 && output !== '') return listeningIn(output)
      return listeningIn(await fromOutside(ask, id))
    },
    tags: async (beginning) => {
      const images = await ask<{ RepoTags?: string[] | null }[]>({ path: '/images/json', query: { filters: JSON.stringify({ reference: [`${beginning}*`] }) } })
      return images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.startsWith(beginning))
    },
  }
}

/** An image without `cat`: this machine's own view of the container's network, where it is the engine's machine. */
async function fromOutside(ask: Ask, id: string): Promise<string> {
  const { State } = await ask<{ State: { Pid?: number } }>({ path: `/containers/${id}/json` })
  const folder = `/proc/${State.Pid ?? 0}`
  const read = (file: string) => readFile(`${folder}/${file}`, 'utf8').catch(() => '')
  // Another machine's number would be some other process here.
  if (!(await read('cgroup')).includes(id)) return ''
  return `${await read('net/tcp')}${await read('net/tcp6')}`
}
