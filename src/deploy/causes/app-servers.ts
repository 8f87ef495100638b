import { probeFix } from './answers.ts'
import { appIn } from './app-object.ts'
import { direct, statusOf } from './asked.ts'
import { commandWords } from './command-words.ts'
import { coveredBy, shown } from './mounts.ts'
import { type Found, quote, type Rule, write } from './rule.ts'
import { saidOf, whetherItGoesOn } from './said.ts'
import { servicesOf } from './stores.ts'
import { listLine } from './variables.ts'

/** Python 3.14: an app that is called in the other interface's way. */
const asgiAsWsgi = /__call__\(\) missing \d required positional arguments?: (?:'receive' and )?'send'/
const wsgiAsAsgi = /__call__\(\) missing \d required positional arguments?: 'start_response'|__call__\(\) takes 3 positional arguments but 4 were given/

export const appServerRules: Rule[] = [
  {
    id: 'asgi-under-wsgi',
    about: 'an ASGI app (FastAPI, Starlette) that a WSGI server calls: gunicorn without an ASGI worker',
    find: (seen): Found | null => {
      const said = saidOf(seen, asgiAsWsgi)
      if (said === null) return null
      const app = appIn(commandWords(seen))
      const port = seen.revision.plan?.route?.port ?? 8000
      return {
        clause: `${seen.service} is an ASGI app, and its server (gunicorn’s own workers) calls it as a WSGI app`,
        fix:
          app === null
            ? `Let its server run ASGI: add \`-k uvicorn.workers.UvicornWorker\` to the command of gunicorn, with uvicorn installed.`
            : `${write(seen.service, '', listLine('command', ['uvicorn', app, '--host', '0.0.0.0', '--port', String(port)]))}; or keep gunicorn and add \`-k uvicorn.workers.UvicornWorker\` to its command. Either needs uvicorn in its image.`,
        evidence: [quote(said.line), `it runs: ${quote(commandWords(seen).join(' '))}`],
        sure: said.sure,
        deeper: true,
        ...(!said.sure && whetherItGoesOn(seen)),
      }
    },
  },
  {
    id: 'wsgi-under-asgi',
    about: 'a WSGI app (Flask, Django) that an ASGI server calls: uvicorn',
    find: (seen): Found | null => {
      const said = saidOf(seen, wsgiAsAsgi)
      const words = commandWords(seen)
      const runs = [...words, ...(seen.seen?.processes ?? [])].join(' ')
      if (said === null || !/uvicorn|hypercorn|daphne|granian|UvicornWorker/.test(runs)) return null
      const app = appIn(words)
      const port = seen.revision.plan?.route?.port ?? 8000
      const byUvicorn = words.includes('uvicorn') || words.some((word) => word.endsWith('/uvicorn'))
      return {
        clause: `${seen.service} is a WSGI app, and its server (${/hypercorn|daphne|granian/.exec(runs)?.[0] ?? 'uvicorn'}) calls it as an ASGI app`,
        fix: `${byUvicorn ? `${write(seen.service, '', listLine('command', [...words, '--interface', 'wsgi']))}; or run` : 'Run'} it with a WSGI server: \`gunicorn ${app ?? 'the-module:app'} --bind 0.0.0.0:${port}\`, with gunicorn installed.`,
        evidence: [quote(said.line), `it runs: ${quote(words.join(' '))}`],
        sure: said.sure,
        deeper: true,
        ...(!said.sure && whetherItGoesOn(seen)),
      }
    },
  },
  {
    id: 'context-path',
    about: 'a server that says in its log below which path it serves (Spring, Tomcat, Jetty)',
    find: (seen): Found | null => {
      const path =
        /with context path '(\/[\w./-]{1,100})'|Deployment of web application .{1,200}\/webapps\/([\w.-]{1,80}?)(?:\.war)?\]? has finished|contextPath[=:] ?"?(\/[\w./-]{1,100})/.exec(
          seen.log,
        )
      const base = path?.[1] ?? path?.[3] ?? (path?.[2] && path[2] !== 'ROOT' ? `/${path[2]}` : undefined)
      if (seen.trouble.reason !== 'app_status' || statusOf(seen) !== 404 || base === undefined || base === '/') return null
      return {
        clause: `${seen.service} serves below ${base} by its own words`,
        fix: `${probeFix(`${base}/`)}; or let it serve at \`/\`, as the proxy takes the prefix away${/context path/.test(path?.[0] ?? '') ? ': remove `server.servlet.context-path` (`SERVER_SERVLET_CONTEXT_PATH`)' : ''}.`,
        evidence: [
          quote(path?.[0] ?? ''),
          ...direct(seen)
            .slice(0, 2)
            .map(({ url, status }) => `asked directly, ${new URL(url).pathname}: HTTP ${status}`),
        ],
        sure: false,
        deeper: true,
        tellsApart: `what ${base}/ answers`,
      }
    },
  },
  {
    id: 'no-index-page',
    about: 'a web server of files (nginx, Apache) that finds no index page in its folder',
    find: (seen): Found | null => {
      const said = /directory index of "(\/[^"]{1,200})" is forbidden|Cannot serve directory (\/\S{1,200}): No matching DirectoryIndex/.exec(seen.log)
      const folder = (said?.[1] ?? said?.[2])?.replace(/\/$/, '')
      const status = statusOf(seen)
      if (seen.trouble.reason !== 'app_status' || (status !== 403 && status !== 404) || said === null || folder === undefined) return null
      const mount = coveredBy(servicesOf(seen).get(seen.service)?.mounts ?? [], folder)
      return {
        clause: `as there is no index.html in ${folder}${mount === null ? '' : `, where ${shown(seen, mount)} is mounted`}`,
        fix:
          mount === null
            ? `Copy the pages into ${folder} in the Dockerfile of ${seen.service} (\`COPY dist/ ${folder}/\`, with index.html in it), or set \`root\` to the folder that has them.`
            : `Put index.html into ${mount.type === 'bind' ? shown(seen, mount) : `the image, and remove the line that mounts ${shown(seen, mount)} at ${mount.target}`}${mount.type === 'bind' ? ` (is it built at all?), or remove that line from \`services: ${seen.service}: volumes:\` where the image has the pages itself` : ''}.`,
        evidence: [quote(said[0])],
        after: true,
        sure: true,
      }
    },
  },
]
