import { isShell } from '../../deploy/command/programs.ts'
import type { Check, ImageFacts } from '../../deploy/plan.ts'
import { type Knowledge, knowledgeOf, knownToHave } from './base-images.ts'
import { baseImage } from './dockerfile.ts'
import { broughtBy } from './installs.ts'
import type { Outline } from './service.ts'
import { type SystemName, systems } from './systems.ts'

/** What was seen of an image that is on this machine. */
export interface Looked {
  facts: ImageFacts
  /** By program; null: it could not be told. */
  has: Record<string, boolean | null>
}

/** How a thing is known. looked: seen in the image. known: public knowledge of its base. guessed: something else may have brought it. */
export type Sureness = 'looked' | 'known' | 'guessed'

/** What is known of a service's image. */
export interface Inside {
  /** For sentences; '' when nothing is known of it. */
  said: string
  system: SystemName | null
  /** null: not known. */
  lacks(program: string): Sureness | null
  has(program: string): boolean
  /** Of the image alone, without what Compose adds. null: not known. */
  exposed: number[] | null
  /** null: it has none, as far as can be known. undefined: it may have one. */
  check: Check | null | undefined
  isStore: boolean
  isRootless: boolean
}

/** `looked`: what was seen of the images of this machine, by reference. */
export function insideOf({ image, build }: Outline, looked: ReadonlyMap<string, Looked>): Inside {
  const base = build === null ? image : build.stage && baseImage(build.stage)
  const seen = base === null ? undefined : looked.get(base)
  const known = base === null ? null : knowledgeOf(base)
  const lacks = (program: string) => lackOf(program, { build, seen, known })
  const config = build?.config ?? null
  const below = seen === undefined ? (known?.exposed ?? null) : seen.facts.exposed
  return {
    said: base ?? '',
    system: known?.system ?? null,
    lacks,
    has: (program) => hasProgram(program, { build, seen, known }),
    exposed: build === null ? below : config === null || !config.exposedKnown || below === null ? null : ascending([...config.exposed, ...below]),
    check: seen === undefined ? (known?.unchecked ? null : undefined) : seen.facts.check,
    isStore: build === null && known?.store === true,
    isRootless: known?.rootless === true,
  }
}

interface Evidence {
  build: Outline['build']
  seen: Looked | undefined
  known: Knowledge | null
}

function lackOf(program: string, { build, seen, known }: Evidence): Sureness | null {
  const below = seen?.has[program] === false ? 'looked' : known && knownToHave(known, program) === false ? 'known' : null
  if (below === null || (seen?.has[program] ?? false)) return null
  if (build === null) return below
  const brought = build.stage === null ? 'maybe' : broughtBy(build.stage, program)
  if (brought === 'nothing installed') return below
  return brought === 'no' ? 'guessed' : null
}

function hasProgram(program: string, { build, seen, known }: Evidence): boolean {
  if (seen?.has[program] !== undefined && seen.has[program] !== null) return seen.has[program]
  if (build?.stage && broughtBy(build.stage, program) === 'yes') return true
  return known !== null && knownToHave(known, program) === true
}

/** What `sh` is in a system: bash's own syntax works where it is bash. */
export function shellOf({ system }: Pick<Inside, 'system'>, shell: string[] | null): 'bash' | 'dash' | 'busybox' | null {
  if (shell !== null) return /bash$/.test(shell[0] ?? '') ? 'bash' : isShell((shell[0] ?? '').replace(/^.*\//, '')) ? 'dash' : null
  return system === null ? null : systems[system].shell
}

function ascending(ports: number[]): number[] {
  return [...new Set(ports)].sort((a, b) => a - b)
}
