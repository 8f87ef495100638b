import { plainPage } from '../../text/plain-page.ts'
import { pathOf, portIn } from './asked.ts'
import { isOfCheck, lastLogLine, stillStarts } from './case.ts'
import { answerToCheck, heardLines, isSilent, statusHeard, withPath } from './check-heard.ts'
import { asksItself } from './check-target.ts'
import { quote, type Rule, write, writeCheck } from './rule.ts'

const stillStarting = 'whether the check passes once it has started: `docker exec` it then'

/** Rules for a health endpoint that answers, and not well. What another host answers says nothing of this container. */
export const checkStatusRules: Rule[] = [
  {
    id: 'check-path-missing',
    about: 'a health check of a path that its container answers 404',
    find: (seen) => {
      const { target, service } = seen
      if (!isOfCheck(seen) || target?.path == null || !asksItself(target, service) || statusHeard(seen) !== 404) return null
      const asked = (seen.evidence.asked ?? []).filter(
        (answer) => portIn(answer) === target.port && pathOf(answer) !== target.path && seen.seen?.addresses?.includes(new URL(answer.url).hostname),
      )
      const works = asked.find(({ status }) => status !== null && status < 400)
      const rootToo = asked.some((answer) => pathOf(answer) === '/' && answer.status !== null)
      const base = Object.entries(seen.seen?.facts?.settings ?? {}).find(
        ([name, value]) => /BASE_?PATH|ROOT_?PATH|PREFIX|SCRIPT_NAME/i.test(name) && value.startsWith('/') && value.length > 1,
      )
      const path = base ? `${base[1].replace(/\/$/, '')}${target.path}` : works ? pathOf(works) : null
      const sure = !stillStarts(seen)
      return {
        clause: `the health check of ${service} asks ${target.path}, which ${service} answers with 404${base ? `, as it serves below ${base[1]} (${base[0]})` : ''}`,
        fix:
          path === null
            ? `Add ${target.path} to ${service}, or let its check ask a path that it has: ${writeCheck(service, withPath(seen, rootToo ? '/a-path-that-answers' : '/'))}.`
            : `${writeCheck(service, withPath(seen, path))}; or add ${target.path} to ${service}.`,
        evidence: [...heardLines(seen), ...(works ? [`asked directly, ${pathOf(works)} answers ${works.status}`] : [])],
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
      const status = statusHeard(seen)
      if (!isOfCheck(seen) || target?.path == null || !asksItself(target, service) || status === null || status < 400 || status === 404) return null
      const login = status === 401 || status === 403
      // 502 to 504 is also what says "not yet".
      const odd = isSilent(seen) && [400, 403, 421].includes(status)
      const sure = !odd && !(status > 501 && (stillStarts(seen) || /starting|loading|initiali[sz]ing|warming|not ready|migrat/i.test(said)))
      const body = answerToCheck(seen)?.body.trim() ?? ''
      return {
        clause: `${service} answers its own health check with ${status} on ${target.path}${body === '' ? '' : `: ${quote(plainPage(body), 200)}`}`,
        fix: login
          ? `Let ${service} answer ${target.path} without a login, or ask a path that needs none: ${writeCheck(service, withPath(seen, '/health'))}.`
          : `Correct what makes ${service} answer ${status} on ${target.path}; its log (\`torii logs ${seen.name} ${service}\`) may say why.`,
        evidence: [...heardLines(seen), ...lastLogLine(seen)],
        sure,
        symptom: true,
        ...(!sure && { tellsApart: odd ? `whether ${service} answers so to \`Host: localhost\` as well, which its check sends` : stillStarting }),
      }
    },
  },
  {
    id: 'check-fails-by-itself',
    about: 'a health check that fails without a word, while the same question is answered well from outside',
    find: (seen) => {
      const { target, service } = seen
      const status = answerToCheck(seen)?.status ?? null
      if (!isOfCheck(seen) || !isSilent(seen) || target === null || !asksItself(target, service) || status === null || status >= 400) return null
      return {
        clause: `the health check of ${service} fails without a word, while ${target.path} on port ${target.port} answers ${status} from outside`,
        fix: `${write(service, '', 'healthcheck: {disable: true}')} and \`x-torii: {healthcheck: {http: ${target.path}, port: ${target.port}}}\`: Torii then asks from outside, which works.`,
        evidence: heardLines(seen),
        sure: false,
        tellsApart: `what the check says in the container: \`docker exec\` it there, without what makes it silent`,
      }
    },
  },
]
