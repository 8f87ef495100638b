import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { realClock } from '../../src/clock.ts'
import { startBenchServer } from './bench-server.ts'
import { type Case, cases } from './cases.ts'
import { composeContender } from './compose.ts'
import type { Contender, Round } from './contender.ts'
import { floorContender } from './floor.ts'
import { measureLint } from './lint.ts'
import { measurePolicy } from './policy.ts'
import { failingLine, lintLine, type Measured, policyLine, printed, scrubbingLine, verdicts } from './report.ts'
import { measureScrubbing } from './scrubbing.ts'
import { measureSmallThings } from './small-things.ts'
import { shuffled } from './statistics.ts'
import { toriiContender } from './torii.ts'

const newest = '/var/cache/torii-tests/docker-compose'
const installed = ['/usr/libexec/docker/cli-plugins/docker-compose', '/usr/lib/docker/cli-plugins/docker-compose'].find(existsSync)
/** Seconds by which the moment of readiness varies: nobody may be lucky with their looks. */
const jitter = 0.25

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, only: { type: 'string' }, out: { type: 'string', default: 'bench-results' } },
})
if (values.only === 'lint') {
  const folder = await mkdtemp(join(tmpdir(), 'torii-bench-lint-'))
  console.log(lintLine(await measureLint(folder).finally(() => rm(folder, { recursive: true, force: true }))))
  process.exit()
}
if (values.only === 'scrubbing') {
  console.log(scrubbingLine(await measureScrubbing()))
  process.exit()
}
if (values.only === 'policy') {
  const folder = await mkdtemp(join(tmpdir(), 'torii-bench-policy-'))
  console.log(policyLine(await measurePolicy(folder).finally(() => rm(folder, { recursive: true, force: true }))))
  process.exit()
}
if (!installed) throw new Error('there is no Compose plugin on this machine: `sh setup/engine.sh` brings one')

const server = await startBenchServer()
const folder = await mkdtemp(join(tmpdir(), 'torii-bench-work-'))
if (values.only === 'failing') {
  console.log(failingLine(await failingLags(Number(values.rounds)).finally(() => server.end())))
  await rm(folder, { recursive: true, force: true })
  process.exit()
}
try {
  const small = await measureSmallThings(server, folder)
  const torii = toriiContender(server.config)
  const contenders: Contender[] = [torii, floorContender(server.config.dockerHost), composeContender('compose', installed)]
  if (existsSync(newest)) contenders.push(composeContender('newest compose', newest))
  const chosen = cases.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name))
  const measured = await measure(chosen, contenders, Number(values.rounds))
  const result = {
    at: new Date(realClock.now()).toISOString(),
    rounds: Number(values.rounds),
    measured,
    lags: torii.lags,
    failingLags: torii.failingLags,
    phases: Object.fromEntries(torii.phases),
    small: { ...small, idleAfterMB: await server.memory() },
  }
  for (const line of printed(result)) console.log(line)
  await mkdir(values.out, { recursive: true })
  await writeFile(join(values.out, `${result.at.replaceAll(':', '')}.json`), JSON.stringify({ ...result, verdicts: verdicts(result) }, null, 1))
} finally {
  await server.end()
  await rm(folder, { recursive: true, force: true })
}

/** What fails, alone and again and again. */
async function failingLags(rounds: number): Promise<number[]> {
  const torii = toriiContender(server.config)
  await server.torii('up')
  for (let round = 0; round < rounds; round++) for (const of of cases.filter(({ fails }) => fails)) await once(of, torii, round, 0)
  return torii.failingLags
}

/** Rounds over all cases and all contenders, in a new order each: what the machine does meanwhile hits all alike. */
async function measure(chosen: Case[], contenders: Contender[], rounds: number): Promise<Measured[]> {
  const measured: Measured[] = chosen.flatMap((of) => contenders.map(({ name }) => ({ case: of.name, contender: name, ms: [] })))
  for (let round = 0; round <= rounds; round++) {
    const delays = new Map(chosen.map(({ name }) => [name, Math.random() * jitter]))
    for (const { of, contender } of shuffled(chosen.flatMap((of) => contenders.map((contender) => ({ of, contender }))))) {
      const ms = await once(of, contender, round, delays.get(of.name) ?? 0)
      // The first round warms caches and is not counted.
      if (round > 0) measured.find((each) => each.case === of.name && each.contender === contender.name)?.ms.push(ms)
    }
    process.stderr.write(`round ${round} of ${rounds}\n`)
  }
  return measured
}

async function once(of: Case, contender: Contender, number: number, delay: number): Promise<number> {
  const readyAfter = of.readyAfter === 0 ? 0 : of.readyAfter + delay
  const name = `bench-${of.name}-${contender.name.replaceAll(' ', '-')}-${number}`.toLowerCase()
  const round: Round = { of, folder: join(folder, name), file: join(folder, name, 'compose.yaml'), name, readyAfter }
  await mkdir(round.folder)
  await writeFile(round.file, of.compose(readyAfter))
  const begun = performance.now()
  try {
    await contender.run(round)
    return performance.now() - begun
  } finally {
    await contender.clean(round)
  }
}
