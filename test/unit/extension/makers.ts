import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { stringify } from 'yaml'
import { type Config, readConfig } from '../../../src/config.ts'
import { DeployError, failureOf } from '../../../src/deploy/failure.ts'
import type { Check, ImageFacts, Settings } from '../../../src/deploy/plan.ts'
import type { EngineCeilings, RewriteInput } from '../../../src/deploy/ports.ts'
import type { RevisionRef, Source } from '../../../src/deploy/record.ts'
import { plannedImages } from '../../../src/extension/images.ts'
import { parseModel } from '../../../src/extension/model-text.ts'
import type { World } from '../../../src/extension/world.ts'
import { realWorld } from '../../../src/extension/world.ts'

export const ref: RevisionRef = { deployment: '6f0a1b2c-3d4e-4f60-8182-93a4b5c6d7e8', revision: 1 }
export const project = 'torii-6f0a1b2c3d4e-r1'
export const config: Config = { ...readConfig({}), home: '/srv/torii-home' }

/** A folder with these files, gone after the test. */
export function aFolder(files: Record<string, string> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'torii-ext-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

export const settings: Settings = {
  routing: 'both',
  stripPathPrefix: true,
  fastStart: true,
  gate: { timeout: 180_000, interval: 5000 },
  probe: { type: 'http', path: '/', timeout: 60_000, interval: 1000, expect: 400 },
  update: { strategy: 'auto' },
  primary: null,
}

export function aSource(patch: Partial<Source> = {}): Source {
  return {
    folder: '/srv/app',
    composeFile: '/srv/app/compose.yaml',
    order: [],
    name: 'shop',
    kind: 'app',
    env: {},
    metadata: {},
    settings,
    profiles: [],
    port: null,
    ...patch,
  }
}

/** Compose's answer for these services and whatever else a model has. */
export function resolvedOf(services: Record<string, object>, rest: Record<string, unknown> = {}): string {
  return stringify({ name: project, services, ...rest }, { defaultStringType: 'QUOTE_DOUBLE', aliasDuplicateObjects: false })
}

export function aCheck(patch: Partial<Check> = {}): Check {
  return { test: ['CMD-SHELL', 'wget -q localhost'], interval: 10_000, timeout: 5000, retries: 3, startPeriod: 30_000, startInterval: 0, ...patch }
}

export function anImage(patch: Partial<ImageFacts> = {}): ImageFacts {
  return { id: `sha256:${'a'.repeat(64)}`, digest: null, os: 'linux', architecture: 'amd64', size: 1, check: null, exposed: [], user: '1000', ...patch }
}

/** A machine whose paths all lead where they say. */
export const plainWorld: World = {
  config,
  instance: 'inst',
  look: (path) => ({ real: path, is: 'file' }),
  readFile: (path) => Buffer.from(`content of ${path}`),
  parse: parseModel,
}

export const machine: World = realWorld(config, 'inst')

/** One that can limit nothing: nothing but privileges and logs is added. */
export const plainEngine: EngineCeilings = { memory: null, cpus: null, pids: false }

/** Input for the rewriting, with an image for every service. */
export function anInput(resolved: string, patch: Partial<RewriteInput> & { image?: ImageFacts } = {}): RewriteInput {
  const { image = anImage(), ...rest } = patch
  const images = new Map(plannedImages(parseModel(resolved), ref).map((each) => [each.ref, image]))
  const subnets = Array.from({ length: 20 }, (_, i) => `10.213.${i}.0/24`)
  return {
    ref,
    source: aSource(),
    resolved,
    images,
    subnets,
    port: 61_100,
    publicUrl: 'https://localhost:61100/',
    starting: 0,
    startInterval: true,
    engine: plainEngine,
    ...rest,
  }
}

/** The refusal of something, as a user reads it: "reason: sentence". */
export async function refusalOf(act: () => unknown): Promise<string> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof DeployError)) throw error
    return `${error.trouble.reason}: ${failureOf(error.trouble, 0).sentence}`
  }
  return 'not refused'
}
