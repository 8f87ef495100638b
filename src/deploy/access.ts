/** Who may do what, and what was done. The record keeps it; the server asks for it; no deployment depends on it. */

/** Each may do what those before it may: look; deploy, stop, start and remove; everything. */
export const scopes = ['read', 'deploy', 'admin'] as const
export type Scope = (typeof scopes)[number]

export function covers(held: Scope, asked: Scope): boolean {
  return scopes.indexOf(held) >= scopes.indexOf(asked)
}

/** A token as the record has it: of its secret only the SHA-256. Stamps are RFC 3339 UTC with milliseconds. */
export interface TokenRecord {
  /** 12 hex digits; the token itself begins with them. */
  id: string
  name: string
  scope: Scope
  /** Patterns of deployments' names, `*` for any characters; none: all deployments. */
  names: string[]
  /** SHA-256 of the whole token, hex. */
  hash: string
  createdAt: string
  /** Who made it, as in the audit trail. */
  createdBy: string
  /** null: never. */
  expiresAt: string | null
  revokedAt: string | null
  /** To the minute or so; null: never used. */
  lastUsedAt: string | null
}

/** One line of the audit trail. */
export interface AuditEntry {
  /** Grows; never given again. */
  id: number
  at: string
  /** The name of a token; `local`: the token of the state folder; null: nobody that is known. */
  who: string | null
  /** Id of the token; null: none, or the state folder's. */
  token: string | null
  /** IP address it came from. */
  address: string
  /** In words of the command line: `deploy`, `rm`, `token revoke`. */
  action: string
  /** Name of the deployment, else what was asked for; null: it is about none. */
  deployment: string | null
  /** What else is worth knowing, in a clause; never a secret. */
  detail: string | null
  result: 'accepted' | 'refused'
  /** Why it was refused: a reason of an answer's `reason`. */
  reason: string | null
  /** Refused attempts just before this one that were not written down: a flood must not fill the disk. */
  missed: number
}

export interface AuditFilter {
  /** Entries after this one. */
  after?: number | undefined
  /** Entries since then, RFC 3339. */
  since?: string | undefined
  /** About the deployment of this name. */
  deployment?: string | undefined
  limit: number
}

/** Part of the record. Writes survive `kill -9` once they resolve; all but `tokenUsed` and refusals also a power cut. */
export interface AccessStore {
  /** Oldest first, those that were revoked too. */
  tokens(): Promise<TokenRecord[]>
  /** False: a token of that name has not been revoked yet. */
  addToken(token: TokenRecord): Promise<boolean>
  /** False: there is none, or it was revoked before. */
  revokeToken(id: string, at: string): Promise<boolean>
  tokenUsed(id: string, at: string): Promise<void>
  /** Appends; nothing changes or removes an entry afterwards. */
  audit(entry: Omit<AuditEntry, 'id'>): Promise<AuditEntry>
  /** Oldest first. */
  audited(filter: AuditFilter): Promise<AuditEntry[]>
}
