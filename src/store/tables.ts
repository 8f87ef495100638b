import type { Generated } from 'kysely'
import type { AuditEntry, TokenRecord } from '../deploy/access.ts'
import type { Deployment, RevisionEvent } from '../deploy/record.ts'
import type { State } from '../deploy/transitions.ts'

/**
 * The tables as Kysely sees them. Columns bear the names of the record's fields, so a deployment needs no translation. What has a
 * shape is JSON; stamps are the RFC 3339 texts of the record.
 */
export interface Tables {
  deployments: Deployment
  revisions: RevisionRow
  events: EventRow
  attempts: AttemptRow
  evidence: EvidenceRow
  tokens: TokenRow
  audit: AuditRow
  registries: RegistryRow
  consents: ConsentRow
}

interface OfRevision {
  deployment: string
  revision: number
}

export interface RevisionRow extends OfRevision {
  /** Grows over all deployments: what "oldest first" goes by, because a wall clock may be set back. */
  admission: Generated<number>
  state: State
  project: string
  /** JSON of Source; like `resolved`, `model`, `plan` and `candidate` encrypted (sealed-row.ts). */
  source: string
  resolved: string
  model: string | null
  /** JSON of Plan. */
  plan: string | null
  port: number | null
  /** JSON of string[]. */
  subnets: string
  candidate: string | null
  /** JSON of string[]. */
  backends: string
  /** JSON of Record<string, number>. */
  begun: string
  /** JSON of Failure. */
  failure: string | null
  createdAt: string
  settledAt: string | null
  /** 0 or 1. */
  removed: number
}

interface EventRow extends OfRevision {
  id: Generated<number>
  at: string
  type: RevisionEvent['type']
  /** JSON of RevisionEvent. */
  event: string
}

interface AttemptRow extends OfRevision {
  id: Generated<number>
  /** JSON of AttemptOf with its keys in one order: whose attempt it is. */
  subject: string
  /** The how manyth of its subject, from 1. */
  number: number
  /** JSON of CheckAttempt or ProbeAttempt. */
  attempt: string
}

interface ConsentRow extends OfRevision {
  /** sha256 of the resolved model, hex. */
  model: string
  rule: string
  at: string
}

interface EvidenceRow extends OfRevision {
  /** JSON of Evidence. */
  evidence: string
}

interface TokenRow extends Omit<TokenRecord, 'names'> {
  /** JSON of string[]. */
  names: string
}

interface AuditRow extends Omit<AuditEntry, 'id'> {
  id: Generated<number>
}

export interface RegistryRow {
  /** HOST or HOST:PORT; docker.io for Docker Hub. */
  host: string
  /** JSON of RegistryLogin, encrypted. */
  login: string
  createdAt: string
}
