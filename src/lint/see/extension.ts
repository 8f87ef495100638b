import type { ErrorObject } from 'ajv'
import type { Config } from '../../config.ts'
import type { Settings } from '../../deploy/plan.ts'
import type { Kind } from '../../deploy/record.ts'
import type { Look } from '../../extension/policy/rule.ts'
import type { Hit } from '../rule.ts'
import type { Dockerfile } from './dockerfile.ts'
import type { LintService } from './service.ts'
import type { Source } from './source.ts'
import type { YamlFile } from './yaml-file.ts'

/** What is linted: a Compose file with everything that belongs to it, as the rules see it. Nothing in it is resolved by Compose. */
export interface Extension {
  /** Real path. */
  folder: string
  name: string
  kind: Kind
  /** With the operator's defaults; what is wrong in them is left out here and found by a rule. */
  settings: Settings
  config: Config
  /** Where a path leads. */
  look(path: string): Look
  /** For `${NAME}`: env_defaults over .env. */
  env: Record<string, string>
  metadata: YamlFile | null
  /** The main file first; empty: it could not be parsed. */
  files: ComposeFile[]
  dockerfiles: Dockerfile[]
  services: LintService[]
  /** Found while reading, by the rule that tells it. */
  told: Told[]
  /** Everything that was read, also what could not be parsed. */
  sources: Source[]
}

export interface ComposeFile extends YamlFile {
  /** The folder that its paths are relative to. */
  base: string
  /** What the schema of the Compose specification has to say. */
  schema: ErrorObject[]
}

export interface Told {
  rule: string
  hit: Hit
}

export type Tell = (rule: string, hit: Hit) => void
