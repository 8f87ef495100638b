import type { AccessStore, AuditEntry, TokenRecord } from '../../src/deploy/access.ts'

/** Tokens and audit trail in memory, with the promises of the real ones. */
export function createFakeAccessStore(): AccessStore {
  const tokens: TokenRecord[] = []
  const entries: AuditEntry[] = []
  const copy = structuredClone
  const alive = (id: string) => tokens.find((each) => each.id === id && each.revokedAt === null)
  return {
    tokens: async () => copy(tokens.toSorted((a, b) => (a.createdAt + a.id < b.createdAt + b.id ? -1 : 1))),
    addToken: async (token) => {
      if (tokens.some(({ name, revokedAt }) => name === token.name && revokedAt === null)) return false
      tokens.push(copy(token))
      return true
    },
    revokeToken: async (id, at) => {
      const token = alive(id)
      if (token) token.revokedAt = at
      return token !== undefined
    },
    tokenUsed: async (id, at) => {
      for (const token of tokens) if (token.id === id) token.lastUsedAt = at
    },
    audit: async (entry) => {
      const written = { id: entries.length + 1, ...copy(entry) }
      entries.push(written)
      return copy(written)
    },
    audited: async ({ after = 0, since = '', deployment, limit }) => {
      const wanted = (entry: AuditEntry) => entry.id > after && entry.at >= since && (deployment === undefined || entry.deployment === deployment)
      return copy(entries.filter(wanted).slice(0, limit))
    },
  }
}
