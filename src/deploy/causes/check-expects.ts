import { isShell, programsOf } from '../command/programs.ts'
import { type Case, isOfCheck } from './case.ts'
import { answerToCheck, isSilent } from './check-heard.ts'
import { asksItself, isShellForm, textOf } from './check-target.ts'
import { quote, type Rule, testLine, writeCheck } from './rule.ts'

/** Characters of an answer that are kept: what is as long may have been cut. */
const kept = 295

/** The words that a check greps for in the answer, and with which client it asks; null: it does not. */
function wantedText({ check }: Case): { pattern: string; fixed: boolean; insensitive: boolean; asks: string } | null {
  const [form, ...argv] = check?.test ?? []
  const programs = programsOf({ form: form === 'CMD' ? 'exec' : 'shell', argv }).filter(({ name }) => !isShell(name))
  const at = programs.findIndex(({ name, after }) => /^[ef]?grep$/.test(name) && after === '|')
  const grep = programs[at]
  const client = programs[at - 1]
  if (grep === undefined || client === undefined || !/^(?:curl|wget)$/.test(client.name)) return null
  const options = grep.args.filter((arg) => arg.startsWith('-')).join('')
  const pattern = grep.args.find((arg) => !arg.startsWith('-'))
  if (pattern === undefined || /[vcPL]/.test(options)) return null
  return { pattern, fixed: grep.name === 'fgrep' || options.includes('F'), insensitive: options.includes('i'), asks: client.name }
}

/** As grep looks for it, where it is words alone; null: it is an expression, which nobody tries here. */
function literal({ pattern, fixed }: { pattern: string; fixed: boolean }): string | null {
  return fixed || !/[\\^$*+?[\]|()]/.test(pattern) ? pattern : null
}

const squeezed = (text: string) => text.replace(/\s+/g, '')

/** The same words as the answer has them: with its blanks. */
function asAnswered(words: string, body: string): string | null {
  const chars = [...squeezed(words)].map((char) => char.replace(/[^\w]/g, '\\$&'))
  return new RegExp(chars.join('\\s*')).exec(body)?.[0] ?? null
}

/** A check that asks the same address and is content with a good status. */
function statusAlone(seen: Case, asks: string): string {
  const { target } = seen
  const url = `http://${target?.host}:${target?.port}${target?.path}`
  return asks === 'curl' ? testLine('CMD', ['curl', '-fsS', '-o', '/dev/null', url]) : testLine('CMD', ['wget', '-q', '-O', '/dev/null', url])
}

/** Rules for a check that is answered well, and expects another answer. */
export const checkExpectRules: Rule[] = [
  {
    id: 'check-expects-text',
    about: 'a health check that looks for words which the answer does not have',
    find: (seen) => {
      const { service, target, check } = seen
      const wanted = wantedText(seen)
      const answer = answerToCheck(seen)
      if (!isOfCheck(seen) || wanted === null || target === null || check === null || !asksItself(target, service) || !isSilent(seen)) return null
      if (answer?.status == null || answer.status >= 400) return null
      const words = literal(wanted)
      const body = answer.body.trim()
      const isThere = words !== null && (wanted.insensitive ? body.toLowerCase().includes(words.toLowerCase()) : body.includes(words))
      if (isThere) return null
      const sure = words !== null && body.length < kept && answer.status < 300
      const near = words === null ? null : asAnswered(words, body)
      const inText = near !== null && !near.includes("'") && !near.includes('\n') && textOf(check).includes(wanted.pattern)
      const changedTest = inText
        ? testLine(
            isShellForm(check) ? 'CMD-SHELL' : 'CMD',
            check.test.slice(1).map((word) => word.split(wanted.pattern).join(near)),
          )
        : null
      return {
        clause: `the health check of ${service} looks for \`${quote(wanted.pattern, 80)}\` in the answer of ${target.path}, which is ${answer.status} and says: ${quote(body, 160) || 'nothing'}`,
        fix: `${writeCheck(service, changedTest ?? statusAlone(seen, wanted.asks))}${changedTest === null ? ', which is content with a good status; or let the answer have those words' : ', the words as they are answered'}.`,
        evidence: [`asked directly, ${target.path}: HTTP ${answer.status}: ${quote(body)}`, `the check runs: ${quote(textOf(check))}`],
        sure,
        ...(!sure && { tellsApart: `what the check reads: \`docker exec\` it in the container of ${service} without its \`grep\`` }),
      }
    },
  },
  {
    id: 'check-expects-status',
    about: 'a health check that wants another status than the one it gets',
    find: (seen) => {
      const { service, target, check } = seen
      const text = check === null ? '' : textOf(check)
      const wanted = /%\{(?:http|response)_code\}/.test(text) ? /(?:==?|-eq|grep\s+(?:-\w+\s+)*)\s*["']?\^?([1-5]\d\d)\b/.exec(text)?.[1] : undefined
      const status = answerToCheck(seen)?.status ?? null
      if (!isOfCheck(seen) || target === null || !asksItself(target, service) || wanted === undefined || status === null || Number(wanted) === status)
        return null
      if (status >= 400 || !isSilent(seen)) return null
      return {
        clause: `the health check of ${service} wants ${wanted} of ${target.path}, which answers ${status}`,
        fix: `${writeCheck(
          service,
          testLine(
            check !== null && isShellForm(check) ? 'CMD-SHELL' : 'CMD',
            (check?.test.slice(1) ?? []).map((word) => word.replace(new RegExp(`\\b${wanted}\\b(?![^"']*://)`), String(status))),
          ),
        )}, or let ${service} answer ${target.path} with ${wanted}.`,
        evidence: [`asked directly, ${target.path}: HTTP ${status}`, `the check runs: ${quote(text)}`],
        sure: true,
      }
    },
  },
]
