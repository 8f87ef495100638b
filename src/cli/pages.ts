import { type Reason, rowOf } from '../deploy/failure.ts'
import { noteOf } from '../deploy/reason-notes.ts'
import { pageOf, reasons } from '../deploy/reason-page.ts'
import { CliError, usageError } from './cli-error.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { printJson } from './output.ts'
import { terminalPage } from './terminal-page.ts'

interface Options extends ServerOptions {
  json?: boolean
}

/** A page of ours: Markdown into a file or a pipe. */
export function printPage(markdown: string): void {
  process.stdout.write(terminalPage(markdown))
}

export function printReason(reason: Reason, { json }: Options): void {
  const { sentence, fix, exit, http } = rowOf(reason)
  if (json) printJson({ reason, sentence: sentence('SERVICE', 'what was seen'), fix: fix('SERVICE'), exit, http, ...noteOf(reason) })
  else printPage(pageOf(reason))
}

export async function printRule(id: string, { json }: Options): Promise<void> {
  const { rules, ruleOf } = await import('../lint/rules.ts')
  const rule = ruleOf(id)
  if (rule === undefined) {
    const meant = await nearestOf(
      id,
      rules.map((each) => each.id),
    )
    throw usageError(`There is no lint rule ${id}.`, `${meant === null ? '' : `Did you mean ${meant}? `}\`torii lint --rules\` lists them all.`)
  }
  if (json) return printJson(rule)
  const { pageOf: pageOfRule } = await import('../lint/page.ts')
  printPage(pageOfRule(rule))
}

/** The refusal with the name that was probably meant: of a deployment, a reason or a rule. Without one, or where the name is right, as it was. */
export async function meantBy(name: string, refusal: CliError, server: ServerOptions): Promise<CliError> {
  const { deployments } = await context(server)
    .api.list()
    .catch(() => ({ deployments: [] }))
  const meant = await nearestOf(name, [...deployments.map((each) => each.name), ...reasons])
  if (meant === null || meant === name) return refusal
  const { reason, exit, service, document } = refusal
  return new CliError(refusal.message, { reason, exit, service, document, fix: `Did you mean \`torii explain ${meant}\`?`, cause: refusal })
}

async function nearestOf(word: string, words: string[]): Promise<string | null> {
  const { nearest } = await import('../text/nearest.ts')
  return nearest(word, words)
}
