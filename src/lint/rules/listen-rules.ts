import { isLoopback } from '../../deploy/command/listens.ts'
import type { Hit, Rule } from '../rule.ts'
import { partOf } from '../see/source.ts'
import { eachService } from './each.ts'
import { listeningOf } from './listening.ts'
import { routed } from './routed-service.ts'
import { built } from './samples.ts'

/** Rows about where the app itself listens, as its command line tells. */
export const listenRules: Rule[] = [
  {
    id: 'T305',
    name: 'listens-on-loopback',
    severity: 'error',
    title: 'The app listens on 127.0.0.1',
    why: 'In a container 127.0.0.1 is the container’s own: neither the proxy nor another service can reach it. Its health check passes all the same, because it asks from inside.',
    fix: 'Listen on 0.0.0.0.',
    from: 'the guide’s own command line says `--host 0.0.0.0`; a deployment fails with `app_refused`',
    bad: built('FROM python:3.13', 'EXPOSE 8000', 'CMD ["uvicorn", "main:app", "--host", "127.0.0.1", "--port", "8000"]'),
    good: built('FROM python:3.13', 'EXPOSE 8000', 'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]'),
    find: eachService((service, extension): Hit[] => {
      const listening = listeningOf(service)
      if (listening === null || !listening.isStated || !isLoopback(listening.host)) return []
      const isPublic = routed(extension)?.service.name === service.name
      const message = `${listening.server} listens on ${listening.host}${isPublic ? ', where the proxy cannot reach it' : ', where no other service can reach it'}`
      return [{ at: partOf(listening.at, listening.host ?? ''), severity: isPublic ? 'error' : 'warning', message, fix: `Write ${listening.advice}.` }]
    }),
  },
  {
    id: 'T306',
    name: 'loopback-by-default',
    severity: 'warning',
    title: 'The app is not told to listen on every address',
    why: 'Many development servers listen on 127.0.0.1 unless told otherwise; in a container nobody else can reach that.',
    fix: 'Tell it to listen on 0.0.0.0.',
    from: 'the guide’s own command line says `--host 0.0.0.0`; a deployment fails with `app_refused`',
    bad: built('FROM python:3.13', 'EXPOSE 8000', 'CMD ["uvicorn", "main:app", "--port", "8000"]'),
    good: built('FROM python:3.13', 'EXPOSE 8000', 'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]'),
    find: eachService((service): Hit[] => {
      const listening = listeningOf(service)
      if (listening === null || listening.isStated || !isLoopback(listening.host)) return []
      return [{ at: listening.at, message: `${listening.server} listens on ${listening.host} unless it is told otherwise`, fix: `Add ${listening.advice}.` }]
    }),
  },
  {
    id: 'T307',
    name: 'listens-on-another-port',
    severity: 'warning',
    title: 'The app listens on another port than the public address leads to',
    why: 'The proxy is refused, and the deployment fails with `app_refused`.',
    fix: 'Declare the port that the app listens on first in `ports`, or set `x-torii: {port: …}`.',
    from: 'reading 28 of the guide: which port is routed',
    bad: built('FROM python:3.13', 'EXPOSE 8000', 'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8080"]'),
    good: built('FROM python:3.13', 'EXPOSE 8080', 'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8080"]'),
    find: (extension) => {
      const route = routed(extension)
      const listening = route && listeningOf(route.service)
      if (!route || !listening || listening.port === null || listening.port === route.port) return []
      const at = partOf(listening.at, String(listening.port))
      return [{ at, service: route.service.name, message: `${listening.server} listens on ${listening.port}, but port ${route.port} is routed` }]
    },
  },
]
