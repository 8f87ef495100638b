import { answerLines, direct, pathOf, probed, refusesTheProxied, statusOf, works } from './asked.ts'
import { type Case, ending, finalLines, lastLogLine } from './case.ts'
import { type Found, quote, type Rule, write } from './rule.ts'

export const probeFix = (path: string) => `At the top level of the Compose file, write \`x-torii: {probe: {path: ${path}}}\``

const found = (seen: Case, rest: Omit<Found, 'evidence' | 'sure'> & { sure?: boolean }): Found => ({ evidence: answerLines(seen), sure: true, ...rest })

export const answerRules: Rule[] = [
  {
    id: 'prefix-kept',
    about: 'an app that is sent its path with the prefix, and does not know it (`strip_path_prefix: false`)',
    find: (seen) => {
      const { stripPathPrefix } = seen.revision.source.settings
      const plain = direct(seen).find((answer) => works(answer) && pathOf(answer) === probed(seen))
      if (seen.trouble.reason !== 'app_status' || statusOf(seen) !== 404 || stripPathPrefix || plain === undefined) return null
      return found(seen, {
        clause: `while ${seen.service} answers ${probed(seen)} with ${plain.status}: it does not know the prefix that it is sent`,
        fix: `At the top level of the Compose file, remove \`strip_path_prefix: false\` from \`x-torii\`; or let ${seen.service} serve below the path in its variable KAMIWAZA_APP_PATH.`,
        after: true,
      })
    },
  },
  {
    id: 'base-path',
    about: 'an app that serves below a base path of its own, so that `/` answers 404',
    find: (seen) => {
      const settings = Object.entries(seen.seen?.facts?.settings ?? {}).filter(
        ([name, value]) => /PATH|PREFIX|SCRIPT_NAME/i.test(name) && !name.startsWith('KAMIWAZA_') && /^\/[\w./-]+$/.test(value),
      )
      const hit = settings.find(([, value]) => direct(seen).some((answer) => works(answer) && pathOf(answer).replace(/\/$/, '') === value.replace(/\/$/, '')))
      if (seen.trouble.reason !== 'app_status' || statusOf(seen) !== 404 || hit === undefined) return null
      return found(seen, {
        clause: `while ${seen.service} serves below ${hit[1]} (its variable ${hit[0]})`,
        fix: `${write(seen.service, 'environment:', `${hit[0]}: ""`)} (or remove ${hit[0]}), as the proxy takes the prefix away; or: ${probeFix(hit[1])}.`,
        after: true,
      })
    },
  },
  {
    id: 'root-not-found',
    about: '`/` answers 404 while another path works',
    find: (seen) => {
      if (seen.trouble.reason !== 'app_status' || statusOf(seen) !== 404 || refusesTheProxied(seen)) return null
      const other = direct(seen).find((answer) => works(answer) && pathOf(answer) !== probed(seen))
      if (other === undefined)
        return found(seen, {
          clause: `${seen.service} has no page at ${probed(seen)}`,
          quiet: true,
          symptom: true,
          fix: `Add a route for ${probed(seen)} to ${seen.service}, or name a path that answers: ${probeFix('/a-path-that-answers')}.`,
          after: true,
        })
      return found(seen, {
        clause: `while ${pathOf(other)} answers ${other.status}`,
        fix: `${probeFix(pathOf(other))}; or add a route for ${probed(seen)} to ${seen.service}.`,
        after: true,
      })
    },
  },
  {
    id: 'wants-login',
    about: '401 or 403 where the probe looks',
    find: (seen) => {
      const status = statusOf(seen)
      if (seen.trouble.reason !== 'app_status' || (status !== 401 && status !== 403) || refusesTheProxied(seen)) return null
      const other = direct(seen).find((answer) => works(answer) && pathOf(answer) !== probed(seen))
      return found(seen, {
        clause: `as it wants a login there${other ? `, while ${pathOf(other)} answers ${other.status}` : ''}`,
        fix: other
          ? `${probeFix(pathOf(other))}.`
          : status === 401
            ? `Let the probe accept it: at the top level of the Compose file, write \`x-torii: {probe: {expect: 402}}\`; or name a path that needs no login: ${probeFix('/health')}.`
            : `Let the probe accept it: at the top level of the Compose file, write \`x-torii: {probe: {expect: 404}}\`; or name a path that needs no login: ${probeFix('/health')}.`,
        after: true,
      })
    },
  },
  {
    id: 'app-status',
    about: 'another status of 400 and more',
    find: (seen) => {
      const status = statusOf(seen)
      if (seen.trouble.reason !== 'app_status' || status === null || status >= 500 || [401, 403, 404].includes(status) || refusesTheProxied(seen)) return null
      const other = direct(seen).find((answer) => works(answer) && pathOf(answer) !== probed(seen))
      return found(seen, {
        clause: other
          ? `while ${pathOf(other)} answers ${other.status}`
          : status === 405
            ? 'because it takes no plain GET there'
            : 'for a reason that only its log may tell',
        fix: other
          ? `${probeFix(pathOf(other))}; or let ${seen.service} answer a GET of ${probed(seen)} with less than 400.`
          : `Let ${seen.service} answer a GET of ${probed(seen)} with less than 400, or name a path that does: ${probeFix('/a-path-that-answers')}.`,
        after: true,
        ...(other === undefined && {
          quiet: status !== 405,
          sure: false,
          tellsApart: `what its log says of that request: \`torii logs ${seen.name} ${seen.service}\``,
        }),
      })
    },
  },
  {
    id: 'app-error',
    about: '500 and more from the app itself',
    find: (seen) => {
      if (seen.trouble.reason !== 'app_error') return null
      const error = ending(seen)
        .split('\n')
        .findLast((line) => /^\s*(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception)\b|\b(?:error|ERROR|FATAL|panic)\b[: ]/.test(line))
        ?.trim()
      const other = refusesTheProxied(seen) ? undefined : direct(seen).find((answer) => works(answer) && pathOf(answer) !== probed(seen))
      if (error === undefined && other === undefined) return null
      const sure = error === undefined || finalLines(seen).some((line) => line.includes(error))
      return {
        clause: error ? `and its log says: ${quote(error, 160)}` : `while ${other ? pathOf(other) : ''} answers ${other?.status}`,
        // Where its log says what is wrong, another path would only hide it.
        fix: `Correct what makes ${seen.service} fail on ${probed(seen)}${error ? ` (${quote(error, 200)})` : other ? `; or, if ${pathOf(other)} is what users need: ${probeFix(pathOf(other))}` : ''}.`,
        evidence: [...answerLines(seen), ...(error ? [`its log: ${quote(error)}`] : lastLogLine(seen))],
        sure,
        ...(!sure && { tellsApart: `whether its log says so again when it is asked: \`torii logs ${seen.name} ${seen.service}\`` }),
        after: true,
      }
    },
  },
]
