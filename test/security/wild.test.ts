import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { failures } from '../../src/deploy/failure.ts'
import { inParallel } from './in-parallel.ts'
import { type Accepted, createVetting, type Refused } from './vetting.ts'
import { wildFile } from './wild.ts'

/** `npm run soak:policy` judges 2,000. */
const count = Number(process.env['WILD'] ?? 300)
const minutes = (n: number) => n * 60_000

const { vet, objection, end } = createVetting()
/** What Compose says against a model that we made is our mistake, and nobody else's. */
const judged = async (files: Record<string, string>, env: Record<string, string> = {}) => {
  const verdict = await vet(files, { env })
  return { verdict, objection: verdict.is === 'accepted' ? await objection(verdict) : '' }
}
afterAll(end)

test(`${count} files as they are in the wild get a clear verdict each`, { timeout: minutes(10) }, async () => {
  const seeds = Array.from({ length: count }, (_, at) => at + 1)

  const verdicts = await inParallel(4, seeds, async (seed) => {
    const { files, env } = wildFile(seed)
    return { at: `seed ${seed}`, ...(await judged(files, env)) }
  })

  for (const { at, verdict, objection: against } of verdicts) {
    expectClear(at, verdict)
    expect(against, at).toBe('')
  }
  report(verdicts)
  const accepted = verdicts.filter(({ verdict }) => verdict.is === 'accepted').length
  // All one or the other would be no judgement.
  expect(accepted).toBeGreaterThan(count / 20)
  expect(count - accepted).toBeGreaterThan(count / 20)
})

const real = join(import.meta.dirname, 'real')
const names = readdirSync(real).filter((name) => name.endsWith('.yaml'))

test(`${names.length} real files of public projects get a clear verdict each`, async () => {
  expect(names.length).toBeGreaterThanOrEqual(50)

  const verdicts = await inParallel(4, names, async (name) => {
    const text = readFileSync(join(real, name), 'utf8')
    expect(text).toMatch(/^# Source: /)
    return { at: name, ...(await judged({ 'compose.yaml': text, ...besides(text) })) }
  })

  for (const { at, verdict, objection: against } of verdicts) {
    expectClear(at, verdict)
    expect(against, at).toBe('')
  }
  report(verdicts)
})

type Part = Record<string, unknown>
interface Written {
  services?: Record<string, { build?: string | { context?: string; dockerfile?: string }; volumes?: unknown[]; env_file?: string | string[] }>
  secrets?: Record<string, { file?: string }>
  configs?: Record<string, { file?: string }>
}

/** Files that lie beside it in its own project and were not taken over: each with something in it. */
function besides(text: string): Record<string, string> {
  const { services = {}, secrets = {}, configs = {} } = parse(text, { merge: true }) as Written
  const all = Object.values(services)
  const builds = all.flatMap(({ build }) => (build === undefined ? [] : [typeof build === 'string' ? { context: build } : build]))
  const dockerfiles = builds.map(({ context = '.', dockerfile = 'Dockerfile' }) => join(context, dockerfile))
  const mounted = all.flatMap(({ volumes = [] }) => volumes.map((each) => (typeof each === 'string' ? each.split(':')[0] : String((each as Part)['source']))))
  const read = [...Object.values(secrets), ...Object.values(configs)].map(({ file }) => file)
  const asked = all.flatMap(({ env_file: names = [] }) => names)
  const beside = [...mounted, ...read, ...asked].filter(
    (path) => path !== undefined && /^[\w./-]*\.\w+$/.test(path) && !path.startsWith('/') && !path.includes('..'),
  )
  return Object.fromEntries([...beside.map((path) => [String(path), 'A=1\n']), ...dockerfiles.map((path) => [path, 'FROM busybox:stable\n'])])
}

/** A refusal has a reason of the table, one sentence, and a fix; it names something of the file. */
function expectClear(at: string, verdict: Accepted | Refused): void {
  if (verdict.is === 'accepted') {
    expect(Object.keys(verdict.started.services ?? {}).length, at).toBeGreaterThan(0)
    return
  }
  const said = `${at}: ${verdict.reason}: ${verdict.sentence} ${verdict.fix}`
  expect(Object.keys(failures), said).toContain(verdict.reason)
  expect(['policy_denied', 'compose_invalid'], said).toContain(verdict.reason)
  expect(verdict.sentence, said).toMatch(/^[A-Z_a-z].{20,}[.?]$/s)
  expect(verdict.sentence.length, said).toBeLessThan(1000)
  expect(verdict.fix, said).toMatch(/^[A-Z`].{5,}\.$/)
  expect(said).not.toMatch(/\bundefined\b(?! (?:service|volume|network|config|secret))|\[object|\n\s+at |TypeError|panic:|goroutine|NaN/)
}

function report(verdicts: { at: string; verdict: Accepted | Refused }[]): void {
  const counts = new Map<string, number>()
  for (const { verdict } of verdicts) counts.set(kindOf(verdict), (counts.get(kindOf(verdict)) ?? 0) + 1)
  const lines = [...counts].toSorted(([, a], [, b]) => b - a).map(([kind, many]) => `${String(many).padStart(5)}  ${kind}`)
  console.info(`verdicts of ${verdicts.length}:\n${lines.join('\n')}`)
  if (process.env['WILD_LIST'] !== undefined)
    for (const { at, verdict } of verdicts) console.info(at, verdict.is === 'accepted' ? verdict.is : `${verdict.sentence} → ${verdict.fix}`)
}

/** Its reason with what it is about; names and values of the file left out. */
function kindOf(verdict: Accepted | Refused): string {
  if (verdict.is === 'accepted') return 'accepted'
  const [, why = verdict.sentence] = /(?:denies|used): (.*?)(?:\. Also: |\.$|; it needs)/s.exec(verdict.sentence) ?? []
  return `${verdict.reason}: ${why
    .replace(/^.*?: (?=[a-z])/, '')
    .replaceAll(/"[^"]*"|\/\S+|\d+/g, '…')
    .slice(0, 110)}`
}
