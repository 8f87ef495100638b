import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { wildComposeFile } from '../unit/lint/compose-files.ts'
import { median } from './statistics.ts'

const cli = join(import.meta.dirname, '../../dist/cli.js')
const count = 1000
const tries = 5
export const lintBar = 5

/** Seconds that `torii lint` takes for a thousand folders with Compose files as they are in the wild, from the start of the process to its end. */
export async function measureLint(folder: string): Promise<number> {
  const root = join(folder, 'lint')
  await writeFolders(root)
  const seconds: number[] = []
  for (let at = 0; at < tries; at++) {
    const begun = performance.now()
    const { exitCode } = await execa(process.execPath, [cli, 'lint', root, '--no-images', '--json'], { stdin: 'ignore', reject: false, maxBuffer: 1e9 })
    if (exitCode !== 3) throw new Error(`torii lint ended with ${exitCode}: a thousand files of the wild have errors`)
    seconds.push((performance.now() - begun) / 1000)
  }
  return median(seconds)
}

async function writeFolders(root: string): Promise<void> {
  for (let seed = 1; seed <= count; seed++) {
    const one = join(root, `extension-${seed}`)
    await mkdir(one, { recursive: true })
    await writeFile(join(one, 'compose.yaml'), wildComposeFile(seed))
    await writeFile(join(one, 'Dockerfile'), 'FROM python:3.13-slim\nEXPOSE 8000\nHEALTHCHECK CMD curl -f http://localhost:8000/health\n')
  }
}
