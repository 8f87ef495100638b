import { isOfCheck, lastLogLine, stillStarts } from './case.ts'
import { changed } from './check-listen.ts'
import { asksItself } from './check-target.ts'
import { quote, type Rule, writeCheck } from './rule.ts'

/** The status in the words of curl, wget, python, Node.js and a bare HTTP answer; null: they say none. */
function statusIn(said: string): number | null {
  const named = /(?:returned error:|HTTP\/[12](?:\.[01])?|HTTP Error|\bstatus(?: code)?:?) ?(\d{3})\b/i.exec(said)
  const leading = /\b(?:error )?(\d{3})(?:: | (?:client|server) error|:? (?:page )?not found)/i.exec(said)
  const found = named?.[1] ?? leading?.[1]
  return found === undefined ? null : Number(found)
}

const stillStarting = 'whether the check passes once it has started: `docker exec` it then'

/** Rules for a health endpoint that answers, and not well. What another host answers says nothing of this container. */
export const checkStatusRules: Rule[] = [
  {
    id: 'check-path-missing',
    about: 'a health check of a path that its container answers 404',
    find: (seen) => {
      const { target, service, said } = seen
      if (!isOfCheck(seen) || target?.path == null || !asksItself(target, service) || statusIn(said) !== 404) return null
      const works = seen.evidence.asked?.find(
        ({ url, status }) => status !== null && status < 400 && new URL(url).pathname !== target.path && seen.seen?.addresses?.includes(new URL(url).hostname),
      )
      const base = Object.entries(seen.seen?.facts?.settings ?? {}).find(
        ([name, value]) => /BASE_?PATH|ROOT_?PATH|PREFIX|SCRIPT_NAME/i.test(name) && value.startsWith('/') && value.length > 1,
      )
      const path = base ? `${base[1].replace(/\/$/, '')}${target.path}` : works ? new URL(works.url).pathname : null
      const sure = !stillStarts(seen)
      return {
        clause: `the health check of ${service} asks ${target.path}, which ${service} answers with 404${base ? `, as it serves below ${base[1]} (${base[0]})` : ''}`,
        fix:
          path === null
            ? `Add ${target.path} to ${service}, or let its check ask a path that it has: ${writeCheck(service, changed(seen, target.path, '/'))}.`
            : `${writeCheck(service, changed(seen, target.path, path))}; or add ${target.path} to ${service}.`,
        evidence: [`the check said: ${quote(said)}`, ...(works ? [`asked directly, ${new URL(works.url).pathname} answers ${works.status}`] : [])],
        sure,
        ...(!sure && { tellsApart: stillStarting }),
      }
    },
  },
  {
    id: 'check-refused-by-status',
    about: 'a health endpoint that answers with an error or wants a login',
    find: (seen) => {
      const { target, service, said } = seen
      const status = statusIn(said)
      if (!isOfCheck(seen) || target?.path == null || !asksItself(target, service) || status === null || status < 400 || status === 404) return null
      const login = status === 401 || status === 403
      // 502 to 504 is also what says "not yet".
      const sure = !(status > 501 && (stillStarts(seen) || /starting|loading|initiali[sz]ing|warming|not ready|migrat/i.test(said)))
      return {
        clause: `${service} answers its own health check with ${status} on ${target.path}`,
        fix: login
          ? `Let ${service} answer ${target.path} without a login, or ask a path that needs none: ${writeCheck(service, changed(seen, target.path, '/health'))}.`
          : `Correct what makes ${service} answer ${status} on ${target.path}; its log (\`torii logs ${seen.name} ${service}\`) says why.`,
        evidence: [`the check said: ${quote(said)}`, ...lastLogLine(seen)],
        sure,
        ...(!sure && { tellsApart: stillStarting }),
      }
    },
  },
]
