import type { DirectAnswer } from '../evidence-parts.ts'
import { type Case, isOfCheck, isRefused, listensOn } from './case.ts'
import { asksItself, isShellForm } from './check-target.ts'
import { quote, testLine } from './rule.ts'

/** The status in the words of curl, wget, python, Node.js and a bare HTTP answer; null: they say none. */
function statusIn(said: string): number | null {
  const named = /(?:returned error:|HTTP\/[12](?:\.[01])?|HTTP Error|\bstatus(?: code)?:?) ?(\d{3})\b/i.exec(said)
  const leading = /\b(?:error )?(\d{3})(?:: | (?:client|server) error|:? (?:page )?not found)/i.exec(said)
  const found = named?.[1] ?? leading?.[1]
  return found === undefined ? null : Number(found)
}

/** It ended by itself and printed nothing: `curl -sf … || exit 1`, a `fetch` that only exits. */
export function isSilent({ attempts, said }: Case): boolean {
  const last = attempts.at(-1)
  return last !== undefined && last.exit > 0 && last.exit < 126 && said.trim() === ''
}

/** What its own container answered when it was asked just what the check asks; null: it was not. */
export function answerToCheck({ target, seen, evidence }: Case): DirectAnswer | null {
  if (target?.path == null || target.tls) return null
  const asked = (evidence.asked ?? []).filter(({ url }) => seen?.addresses?.includes(new URL(url).hostname))
  return asked.find(({ url }) => isSame(new URL(url), target.port, target.path ?? '')) ?? null
}

function isSame(url: URL, port: number, path: string): boolean {
  return Number(url.port || 80) === port && `${url.pathname}${url.search}` === path
}

/** The status its check got, by its words; of a check without words, what its container answers to the same question. */
export function statusHeard(seen: Case): number | null {
  if (!isSilent(seen)) return statusIn(seen.said)
  const status = answerToCheck(seen)?.status ?? null
  return status !== null && status >= 400 ? status : null
}

/** Its check was refused, by its words; of one without words, as nothing listens where it asks, or not at that address. */
export function wasRefused(seen: Case): boolean {
  if (!isSilent(seen)) return isRefused(seen.said)
  const { target, sockets } = seen
  if (target === null || sockets === null) return false
  const there = listensOn(sockets, target.port)
  return there.every(({ address }) => (address === '::1' ? /^127\./.test(target.host) : !isForAll(address) && !address.startsWith('127.')))
}

const isForAll = (address: string) => address === '0.0.0.0' || address === '::'

/** Whom it asks, where that is its own container and refused it. */
export function refusedTarget(seen: Case): Case['target'] {
  return isOfCheck(seen) && seen.target !== null && asksItself(seen.target, seen.service) && wasRefused(seen) ? seen.target : null
}

/** A line of evidence: what the check said, and what was heard in its place where it said nothing. */
export function heardLines(seen: Case): string[] {
  if (!isSilent(seen)) return [`the check said: ${quote(seen.said)}`]
  const answer = answerToCheck(seen)
  const asked = answer === null ? [] : [`asked directly, ${seen.target?.path}: ${answer.status === null ? answer.detail : `HTTP ${answer.status}`}`]
  return [`the check printed nothing and ended with exit code ${seen.attempts.at(-1)?.exit}`, ...asked]
}

/** The same check with something else in it, as a line of the Compose file. */
export function changed({ check }: Pick<Case, 'check'>, from: string | RegExp, to: string): string {
  if (check === null) return ''
  const words = check.test.slice(1).map((word) => word.replace(from, () => to))
  return testLine(isShellForm(check) ? 'CMD-SHELL' : 'CMD', words)
}

const literally = (text: string) => text.replace(/[^\w]/g, '\\$&')

/** The same check of another port, which need not have been named. */
export function withPort(seen: Case, port: number): string {
  const { target } = seen
  const named = target !== null && seen.check?.test.some((word) => new RegExp(`\\b${target.port}\\b`).test(word))
  const variable = target === null ? null : new RegExp(`(?<=${literally(target.host)}:)\\$(?:\\{\\w+[^}]*\\}|\\w+)`)
  if (variable !== null && seen.check?.test.some((word) => variable.test(word))) return changed(seen, variable, String(port))
  if (target === null || named) return changed(seen, new RegExp(`\\b${target?.port}\\b`, 'g'), String(port))
  return changed(seen, new RegExp(`(?<=//)${literally(target.host)}`), `${target.host}:${port}`)
}

/** The same check of another path, behind the host: a slash alone stands in `http://` as well. */
export function withPath(seen: Case, path: string): string {
  const { target } = seen
  if (target?.path == null) return ''
  const behind = new RegExp(`(?<=${literally(target.host)}(?::\\d{1,5})?)${literally(target.path)}`)
  const isWritten = seen.check?.test.some((word) => behind.test(word))
  return isWritten ? changed(seen, behind, path) : changed(seen, new RegExp(`(?<=${literally(target.host)}(?::\\d{1,5})?)(?=[\\s'"\`)]|$)`), path)
}
