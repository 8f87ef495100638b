import type { Program } from '../../deploy/command/programs.ts'
import type { Check } from '../../deploy/plan.ts'
import type { Dict, Service } from '../../extension/model.ts'
import type { ServiceSettings } from '../../extension/service-settings.ts'
import type { Dockerfile, Stage } from './dockerfile.ts'
import type { IgnorePattern } from './dockerignore.ts'
import type { ComposeFile } from './extension.ts'
import type { Command, ImageConfig } from './image-config.ts'
import type { Inside } from './inside.ts'
import type { Place } from './source.ts'
import type { Path, Written } from './yaml-file.ts'

/** A service as it is written, with what it extends, before anybody has looked into its image. */
export interface Outline {
  name: string
  /** Its own part first, then what it extends. */
  layers: Layer[]
  /** Merged, and interpolated as far as it can be known. */
  raw: Dict
  /** The same in Compose's long forms. */
  model: Service
  settings: ServiceSettings
  /** null: it has none, or a variable decides. */
  image: string | null
  build: Built | null
  place(path: Path): Place
  placeOfValue(path: Path): Place
  /** Where something is written itself; null: it comes from a short form, or is not there. */
  written(path: Path): (Written & { file: ComposeFile }) | null
  /** Items of a list, with their places. */
  items(key: string): { value: unknown; at: Place }[]
}

export interface Layer {
  file: ComposeFile
  path: Path
}

/** What `build:` leads to, as far as it can be read. */
export interface Built {
  dockerfile: Dockerfile | null
  stage: Stage | null
  config: ImageConfig | null
  /** Names in the build context's folder. */
  files: string[]
  /** Real path of that folder, and what its .dockerignore leaves out; null: it cannot be read, or a variable decides. */
  context: { folder: string; ignores: IgnorePattern[] } | null
}

export interface LintService extends Outline {
  inside: Inside
  check: LintCheck
  dependsOn: { service: string; condition: string; at: Place; form: 'list' | 'mapping' }[]
  /** Services that await its end. */
  awaitedBy: string[]
  oneshot: boolean
  /** Every tcp port it declares or exposes, ascending; `sure`: there is no other. */
  ports: { numbers: number[]; sure: boolean }
  /** What it starts: Compose's command over the image's; null: not known. */
  starts: { entrypoint: Command | null; command: Command | null }
  /** Of the container: Compose's over the image's; only what is known. */
  env: Record<string, string>
}

/**
 * none: it has no health check, and that is known. disabled: it is switched off. unknown: the image may have one. timing: Compose sets times for
 * a test that nobody has seen. outside: `x-torii.healthcheck`, which Torii asks itself, unless the image has one.
 */
export type LintCheck = { is: 'none' | 'disabled' | 'unknown' | 'timing' | 'outside' } | Stated

export interface Stated {
  is: 'stated'
  /** Where the test is written. */
  from: 'compose' | 'dockerfile' | 'image'
  /** Compose's over the image's, with Docker's defaults. */
  check: Check
  /** Of the whole health check, and of its test. */
  at: Place
  testAt: Place
  /** null: it is not written, so the default is taken. */
  timing: Record<Timing, Place | null>
  /** Times that a variable decides. */
  undecided: Timing[]
  command: Pick<Command, 'form' | 'argv'>
  /** What shell form is run with; null: /bin/sh -c. */
  shell: string[] | null
  programs: Program[]
}

export const timings = ['interval', 'timeout', 'retries', 'startPeriod', 'startInterval'] as const

export type Timing = (typeof timings)[number]
