import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** A copy of the sources as they were when the run began, bundled: nobody's next keystroke changes what is tested. */
    checkout: string
  }
}

const root = join(import.meta.dirname, '../..')
const scripts = ['engine.sh', 'traefik-image.sh', 'base-images.sh', 'test-tools.sh']
const parts = ['src', 'setup', 'examples', 'package.json', 'package-lock.json', 'torii']

/** Brings what the machine lacks, and bundles once. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  for (const script of scripts) await execa('sh', [join(root, 'setup', script)], { stdio: ['ignore', process.stderr, process.stderr] })
  const checkout = await mkdtemp(join(tmpdir(), 'torii-scenarios-'))
  for (const part of parts) await cp(join(root, part), join(checkout, part), { recursive: true, preserveTimestamps: true })
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'))
  await execa(process.execPath, ['setup/bundle.js'], { cwd: checkout, stdio: ['ignore', process.stderr, process.stderr] })
  provide('checkout', checkout)
  return () => rm(checkout, { recursive: true, force: true })
}
