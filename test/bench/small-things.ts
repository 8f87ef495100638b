import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import type { BenchServer } from './bench-server.ts'
import { cases } from './cases.ts'
import { measureLint } from './lint.ts'
import { measurePolicy } from './policy.ts'
import { measureScrubbing, type Scrubbing } from './scrubbing.ts'
import { median } from './statistics.ts'

export interface SmallThings {
  /** ms that `./torii --help` costs more than `node -e 0` of the same Node. */
  helpOverNodeMs: number
  /** ms of the first call, with server and proxy to start, over the second. */
  coldOverWarmMs: number
  /** Seconds of `torii lint` for a thousand files. */
  lintSeconds: number
  /** ms that the policy takes for one deployment. */
  policyMs: number
  /** Resident memory of a server that has done little, MB. */
  idleMB: number
  scrubbing: Scrubbing
}

const root = join(import.meta.dirname, '../..')
const tries = 15

export async function measureSmallThings(server: BenchServer, folder: string): Promise<SmallThings> {
  const helpOverNodeMs = await helpOverNode(server.env)
  const lintSeconds = await measureLint(folder)
  const policyMs = await measurePolicy(folder)
  const [w1] = cases
  const work = join(folder, 'cold')
  await mkdir(work)
  await writeFile(join(work, 'compose.yaml'), w1?.compose(0) ?? '')
  const deploy = async (name: string) => {
    const { ms } = await server.torii('deploy', work, '--name', name, '--json')
    await server.torii('rm', name, '--volumes', '--yes', '--json')
    return ms
  }
  const cold = await deploy('bench-cold')
  const warm = [await deploy('bench-warm-1'), await deploy('bench-warm-2'), await deploy('bench-warm-3')]
  return { helpOverNodeMs, lintSeconds, policyMs, coldOverWarmMs: cold - median(warm), idleMB: await server.memory(), scrubbing: await measureScrubbing() }
}

async function helpOverNode(env: Record<string, string>): Promise<number> {
  const help: number[] = []
  const bare: number[] = []
  for (let at = 0; at < tries; at++) {
    help.push(await timed(join(root, 'torii'), ['--help'], env))
    bare.push(await timed(process.execPath, ['-e', '0'], env))
  }
  return median(help) - median(bare)
}

async function timed(file: string, args: string[], env: Record<string, string>): Promise<number> {
  const begun = performance.now()
  await execa(file, args, { env, extendEnv: false, stdin: 'ignore' })
  return performance.now() - begun
}
