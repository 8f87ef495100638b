import { portOf } from '../../extension/routed.ts'
import type { Hit, Rule } from '../rule.ts'
import type { Extension } from '../see/extension.ts'
import type { LintService } from '../see/service.ts'
import { beginning } from '../see/source.ts'
import { settingGroups } from '../see/surroundings.ts'
import { isLeftOut, routed } from './routed-service.ts'
import { services, web } from './samples.ts'

const choose = 'Mark the right one with `x-torii: {primary: true}`, or call it `frontend`, `web` or `app`.'

const nameIt = 'Give the service that answers HTTP a port; an extension that is only a database is called `service-…`, which skips the probe.'

/** Rows about which service the public address leads to, and on which port. */
export const routeRules: Rule[] = [
  {
    id: 'T301',
    name: 'no-port',
    severity: 'error',
    title: 'An app without a port',
    why: 'There is nothing that the public address could lead to: the deployment of an app fails with `no_route`.',
    fix: 'Add `ports: ["8000"]` or `expose`, EXPOSE in the Dockerfile, or `x-torii: {port: 8000}` to the service that answers.',
    from: 'the guide, phase 2: HTTP probe',
    bad: web('build: .').replace('build: .', 'image: python:3.13'),
    good: web('image: python:3.13', 'ports: ["8000"]'),
    find: (extension) => {
      const { kind, services: all, files } = extension
      const [main] = files
      if (kind !== 'app' || all.length === 0 || main === undefined || routed(extension) !== null) return []
      const waits = all.filter(({ oneshot, raw }) => !oneshot && !isLeftOut(raw))
      // An image that exposes a port may come before it, so which one is routed is not known; that one is, is.
      // All are behind profiles: that is told where they are.
      if (waits.length === 0 && all.some(({ raw }) => isLeftOut(raw))) return []
      if (waits.some(({ ports }) => ports.numbers.length > 0)) return []
      const sure = waits.every(({ ports }) => ports.sure)
      const at = all.length === 1 ? (all[0] as LintService).place([]) : main.root['services'] === undefined ? beginning(main.source) : main.place(['services'])
      const message = sure
        ? 'no service has a port, so there is nothing to route to'
        : 'no service declares a port; unless an image exposes one there is nothing to route to'
      return [{ at, message, severity: sure ? 'error' : 'info' }]
    },
  },
  {
    id: 'T302',
    name: 'chosen-by-order',
    severity: 'warning',
    title: 'The public address goes to the first service that has a port',
    why: 'Several services have a port, and none is marked or has one of the usual names: the order in the file decides, and a service moved up becomes the public one.',
    fix: choose,
    from: 'reading 28 of the guide: which container is the one that is routed',
    bad: services('api:', '  image: python:3.13', '  ports: ["8000"]', 'admin:', '  image: python:3.13', '  ports: ["9000"]'),
    good: services('api:', '  image: python:3.13', '  ports: ["8000"]', '  x-torii: {primary: true}', 'admin:', '  image: python:3.13', '  ports: ["9000"]'),
    find: (extension) => {
      const route = routed(extension)
      if (extension.kind !== 'app' || route === null || route.by !== 'order' || route.service.inside.isStore) return []
      const others = route.candidates.filter(({ name, inside }) => name !== route.service.name && !inside.isStore)
      if (others.length === 0) return []
      const names = others.map(({ name }) => name).join(', ')
      return [
        {
          at: route.service.place([]),
          service: route.service.name,
          message: `the public address leads here (port ${route.port}) because it comes first; ${names} could be meant`,
        },
      ]
    },
  },
  {
    id: 'T303',
    name: 'routes-to-a-store',
    severity: 'warning',
    title: 'The public address goes to a database',
    why: 'It is the first service that has a port, but it speaks no HTTP: the probe of phase 2 fails.',
    fix: choose,
    from: 'reading 28 of the guide: which container is the one that is routed',
    bad: services('db:', '  image: postgres:17', 'site:', '  image: python:3.13', '  ports: ["8000"]'),
    good: services('db:', '  image: postgres:17', 'web:', '  image: python:3.13', '  ports: ["8000"]'),
    find: (extension) => {
      const route = routed(extension)
      if (extension.kind !== 'app' || route === null || !route.service.inside.isStore) return []
      return [
        {
          at: route.service.place([]),
          service: route.service.name,
          message: `the public address leads here (port ${route.port}), but ${route.service.inside.said} speaks no HTTP`,
          ...(route.candidates.length === 1 ? { fix: nameIt } : {}),
        },
      ]
    },
  },
  {
    id: 'T304',
    name: 'unknown-primary',
    severity: 'error',
    title: 'What is marked as primary cannot be routed',
    why: 'A name that no service has is passed over without a word, and of several marks only the first counts: the public address leads somewhere else than was meant.',
    fix: 'Correct the name, give that service a port, or leave one mark.',
    from: 'reading 28 of the guide: which container is the one that is routed',
    bad: `x-torii: {primary: site}\n${web('image: nginx:1.29')}`,
    good: `x-torii: {primary: web}\n${web('image: nginx:1.29')}`,
    find: (extension) => [...wrongName(extension), ...severalMarks(extension)],
  },
]

function wrongName(extension: Extension): Hit[] {
  const { primary } = extension.settings
  const group = settingGroups(extension).findLast(({ file, key }) => file.find([key, 'primary']) !== null)
  if (primary === null || group === undefined) return []
  const meant = extension.services.find(({ name }) => name === primary)
  const at = group.file.placeOfValue([group.key, 'primary'])
  if (meant === undefined) return [{ at, message: `there is no service called "${primary}"` }]
  return isPortless(meant) ? [{ at, message: `${primary} has no port to route to` }] : []
}

function severalMarks({ services: all }: Extension): Hit[] {
  const [first, ...others] = all.filter(({ settings }) => settings.primary)
  if (first === undefined) return []
  const portless = isPortless(first) ? [{ at: first.place(['x-torii', 'primary']), service: first.name, message: 'it has no port to route to' }] : []
  return [
    ...portless,
    ...others.map(
      ({ name, place }): Hit => ({
        at: place(['x-torii', 'primary']),
        service: name,
        severity: 'warning',
        message: `${first.name} is marked already, and only one can be`,
      }),
    ),
  ]
}

function isPortless({ model, settings, inside, ports }: LintService): boolean {
  return ports.sure && portOf({ service: model, settings, exposed: inside.exposed ?? [] }) === null
}
