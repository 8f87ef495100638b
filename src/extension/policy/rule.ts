import type { Decision, Profile, Stance } from '../../deploy/consent.ts'
import type { Model } from '../model.ts'
import type { Origins } from './registry-rules.ts'

/** One row of the policy. */
export interface Rule<Part> {
  name: string
  /** One for both profiles, or one each. */
  decision: Decision | Record<Profile, Decision>
  /** Why nobody can allow it, as a clause: it would break Torii, or do nothing. Absent: an operator can. */
  never?: string
  /** Attacks of this kind on others, by their public names. */
  seen?: string
  /** Why, as a clause. */
  reason: string
  /** What to do instead, as a sentence. */
  safer: string
  /** What breaks the rule, each for people: "pid: host". Empty: nothing. */
  find(part: Part, context: Context, name: string): string[]
  /** The part with the offence removed; on rows of which a profile decides `rewrite`. */
  rewrite?(part: Part, context: Context, name: string): Part
  /** Nothing is lost by the rewrite of this: said of a deployment's first revision, and not again. */
  isUsual?(found: string): boolean
}

/** What the rules may know. They look at paths and change nothing. */
export interface Context {
  model: Model
  /** Real path of the extension's folder. */
  folder: string
  /** Containers may write into it; absent: they may. Of what was uploaded they get copies alone. */
  isLive?: boolean
  project: string
  deployment: string
  /** sha256 of all of its files; null or absent: not known, as of a folder that may change. */
  content?: string | null
  /** The first revision of its deployment. */
  isFirst: boolean
  stance: Stance
  /** Rules that the caller names to be allowed; absent: none. */
  named?: readonly string[]
  /** Paths nobody may mount, nor anything above them: the engine's sockets, Torii's home, the system's own folders. */
  guarded: { sockets: string[]; paths: string[] }
  look(path: string): Look
  /** A small regular file of the folder as text, always the same; null where there is none that may be read. */
  read(path: string): string | null
  origins: Origins
  /** Services whose image runs as root by itself; absent: no image was looked into. */
  root?: ReadonlySet<string>
  /** The model Torii made: what Torii added itself is allowed, and nothing is left to rewrite. */
  rewritten: {
    filesFolder: string
    copiesFolder: string
    subnets: string[]
  } | null
}

/** Where a path really leads; of a missing one, where its nearest existing parent leads. */
export interface Look {
  real: string
  is: 'file' | 'folder' | 'socket' | 'other' | 'missing'
}

export interface Finding {
  rule: Pick<Rule<never>, 'name' | 'decision' | 'never' | 'reason' | 'safer' | 'isUsual'>
  /** null: not a service's. */
  service: string | null
  found: string
}

/** "key: value" when the key is there and `bad` says so. */
export function when(part: object, key: string, bad: (value: unknown) => boolean = isSet): string[] {
  const value = (part as Record<string, unknown>)[key]
  return bad(value) ? [shown(key, value)] : []
}

/** Neither absent, nor empty, nor switched off: compose-go writes what is unset as null or leaves it out. */
export function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false
  if (Array.isArray(value)) return value.length > 0
  return typeof value !== 'object' || Object.keys(value).length > 0
}

/** Scalars are shown with their value, the rest by its key. */
export function shown(key: string, value: unknown): string {
  return typeof value === 'object' ? key : `${key}: ${String(value as string | number | boolean)}`
}

/** Items of a list, keys of a mapping. */
export function items(value: unknown): string[] {
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
  return typeof value === 'object' && value !== null ? Object.keys(value) : []
}
