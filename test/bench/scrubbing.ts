import { join } from 'node:path'
import { execa } from 'execa'
import { pino } from 'pino'
import { realClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { keeperOf } from '../../src/deploy/fit-to-keep.ts'
import type { Controller } from '../../src/deploy/view.ts'
import { createAsk } from '../../src/engine-api/ask.ts'
import { followLog } from '../../src/engine-api/logs.ts'
import { createApp } from '../../src/server/app.ts'
import type { Parts } from '../../src/server/parts.ts'
import { cleanText } from '../../src/text/clean.ts'
import { createScrubber } from '../../src/text/scrubber.ts'
import { namedSecrets } from '../../src/text/secret-variables.ts'
import { noSecrets } from '../../src/text/secrets.ts'
import { createFakeAccessStore } from '../fakes/access-store.ts'
import { createFakeRegistries } from '../fakes/registries.ts'
import { createFakeUploads } from '../fakes/uploads.ts'
import { docker } from '../scenarios/engine.ts'
import { median } from './statistics.ts'

const lines = 200_000
const rounds = 7
const port = 39_871
const token = 'token-of-the-bench-0123456789'
const reader = join(import.meta.dirname, 'log-reader.ts')
const config = readConfig()

export interface Scrubbing {
  /** Lines a second of the server's own time, from the engine to a reader of the API, nothing hidden. */
  openPerSecond: number
  /** The same of a deployment with 20 secrets, all known. */
  scrubbedPerSecond: number
  /** What scrubbing takes of the throughput: the median of pairs of rounds, one after the other. */
  share: number
}

/** A log with 100 letters a line, streamed by the real server from the real engine to a reader of its own, with and without the scrubber in turns. */
export async function measureScrubbing(): Promise<Scrubbing> {
  const container = await printed()
  try {
    const secrets = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`API_TOKEN_${at}`, `s3cr3t-${at}-${'kq7wzx'.repeat(3)}${at * 7919}`]))
    const revision = { source: { env: secrets, metadata: {} } } as unknown as Parameters<typeof keeperOf>[0]
    const own = namedSecrets({ 'API token': token })
    const open = { keep: (text: string) => cleanText(text), secrets: createScrubber(noSecrets) }
    const scrubbed = { keep: keeperOf(revision, { secrets: own }), secrets: createScrubber(own) }
    const pairs: { open: number; scrubbed: number }[] = []
    for (let round = 0; round <= rounds; round++) {
      const pair =
        round % 2 === 0 ? { open: await streamed(container, open), scrubbed: await streamed(container, scrubbed) } : await reversed(container, open, scrubbed)
      // The first warms up.
      if (round > 0) pairs.push(pair)
    }
    const perSecond = (ms: number[]) => Math.round((lines / median(ms)) * 1000)
    return {
      openPerSecond: perSecond(pairs.map((pair) => pair.open)),
      scrubbedPerSecond: perSecond(pairs.map((pair) => pair.scrubbed)),
      share: median(pairs.map((pair) => 1 - pair.open / pair.scrubbed)),
    }
  } finally {
    await docker('rm', '--force', container)
  }
}

interface How {
  keep: (text: string) => string
  secrets: Parts['secrets']
}

async function reversed(container: string, open: How, scrubbed: How) {
  const second = await streamed(container, scrubbed)
  return { open: await streamed(container, open), scrubbed: second }
}

/** A container that has printed them all. */
async function printed(): Promise<string> {
  const line = 'INFO  [http] GET /api/v1/items/$i 200 in 17 ms from 10.213.0.18 curl/8.9 with nothing to hide in 100 letters'
  const script = `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "${line}"; done`
  const container = await docker('create', 'busybox:stable', 'sh', '-c', script)
  await docker('start', container)
  await docker('wait', container)
  return container
}

/** ms of the server's own time for the whole log: what others do meanwhile on the same machine is theirs. */
async function streamed(container: string, { keep, secrets }: How): Promise<number> {
  const ask = createAsk(config)
  const logs: Controller['logs'] = (_, __, line, signal) =>
    followLog(ask, container, { tail: 1_000_000, follow: false }, (text, stream) => line({ service: 'web', replica: 1, stream, text: keep(text) }), signal)
  const app = createApp({ ...parts, secrets, controller: { logs } as unknown as Controller })
  await app.listen({ host: '127.0.0.1', port })
  const before = process.cpuUsage()
  const { stdout } = await execa(process.execPath, [reader, `http://127.0.0.1:${port}/api/v1/deployments/x/logs`, token])
  const { user, system } = process.cpuUsage(before)
  await app.close()
  if (Number(stdout) < lines * 100) throw new Error(`only ${stdout} bytes came`)
  return (user + system) / 1000
}

const parts = {
  log: pino({ level: 'silent' }),
  clock: realClock,
  token,
  access: createFakeAccessStore(),
  registries: createFakeRegistries(),
  uploads: createFakeUploads(),
  identity: { version: 'bench', build: 'bench' },
  system: async () => ({}),
  ready: () => ({ is: 'passed' as const }),
  makeReady: async () => {},
  suggest: async () => [],
  port,
}
