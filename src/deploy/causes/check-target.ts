import type { Check } from '../plan.ts'

/** Whom a health check asks, as far as its text says it. */
export interface CheckTarget {
  /** As it is written: localhost, 127.0.0.1, [::1], db … */
  host: string
  port: number
  /** Of an HTTP check; null: it only connects. */
  path: string | null
  /** It asks over TLS. */
  tls?: true
}

const url = /\bhttps?:\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9_.-]+)(?::(\d{1,5}))?(\/[^\s'"`)|;&>]*)?/
const withoutScheme = /\b(?:curl|wget|http)\b[^|;&]{0,300}?\s(localhost|127\.0\.0\.1|\[::1\]|0\.0\.0\.0):(\d{1,5})(\/[^\s'"`)|;&>]*)?/
const devTcp = /\/dev\/tcp\/([^/\s'"]+)\/(\d{1,5})/
const netcat = /\b(?:nc|ncat|netcat)\b(?:\s+-[a-zA-Z]+(?:\s+\d+)?)*\s+([A-Za-z0-9_.:[\]-]+)\s+(\d{1,5})/
const connects = /(?:create_connection|connect)\(\s*\(?\s*['"]([^'"]+)['"]\s*,\s*(\d{1,5})/

/** Characters; what stands behind them in a longer check is not read, as lint does. */
const longest = 5000

/** The words of a check, without CMD or CMD-SHELL. */
export function textOf({ test }: Pick<Check, 'test'>): string {
  return test.slice(1).join(' ').slice(0, longest)
}

export function isShellForm({ test }: Pick<Check, 'test'>): boolean {
  return test[0] === 'CMD-SHELL'
}

/** A variable that stands for a port. */
const portVariable = /(?<=:)\$(?:\{([A-Z_][A-Z0-9_]*)(?::?-(\d{1,5}))?\}|([A-Z_][A-Z0-9_]*))/g

/** Whom a check asks; `settings`: variables of its container that are known. null: it cannot be told. */
export function targetOf(check: Check | null | undefined, settings: Record<string, string> = {}): CheckTarget | null {
  if (!check) return null
  const text = textOf(check).replace(portVariable, (whole, braced, usual, bare) => settings[braced ?? bare] || usual || whole)
  const http = url.exec(text) ?? withoutScheme.exec(text)
  if (http) {
    // A port that only its container knows.
    if (http[2] === undefined && text.startsWith(':$', http.index + http[0].length)) return null
    const tls = http[0].startsWith('https:')
    return { host: http[1] ?? '', port: Number(http[2] ?? (tls ? 443 : 80)), path: http[3] ?? '/', ...(tls && { tls }) }
  }
  const tcp = devTcp.exec(text) ?? netcat.exec(text) ?? connects.exec(text)
  return tcp ? { host: tcp[1] ?? '', port: Number(tcp[2]), path: null } : null
}

/** It asks the container itself. */
export function asksItself({ host }: CheckTarget, service: string): boolean {
  return /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[?::1?\]?)$/i.test(host) || host === service
}
