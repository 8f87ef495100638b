import { DeployError } from '../../deploy/failure.ts'
import { kindNotices } from '../../extension/kind.ts'
import { isDict } from '../../extension/model-text.ts'
import { cleanName } from '../../extension/name.ts'
import { serviceSettings } from '../../extension/service-settings.ts'
import type { Hit, Rule } from '../rule.ts'
import { settingTroubles } from '../see/sound-settings.ts'
import { beginning } from '../see/source.ts'
import { eachService, told } from './each.ts'
import { web } from './samples.ts'

/** Rows about Torii's own settings, kamiwaza.json and .env. */
export const settingRules: Rule[] = [
  {
    id: 'T005',
    name: 'unknown-setting',
    severity: 'error',
    title: 'A setting of `x-torii` that is not known, or has a value it cannot have',
    why: 'A setting that is misspelt would silently not be set, so a deployment refuses it.',
    fix: 'Correct the setting; docs/reference.md has them all.',
    from: 'a deployment refuses it (`compose_invalid`)',
    bad: `x-torii: {probe: {pth: /health}}\n${web('image: nginx:1.29')}`,
    good: `x-torii: {probe: {path: /health}}\n${web('image: nginx:1.29')}`,
    find: (extension) => [
      ...settingTroubles(extension).map(({ file, path, why }) => ({ at: file.place(path), message: why })),
      ...serviceSettingTroubles(extension),
    ],
  },
  {
    id: 'T008',
    name: 'unreadable-metadata',
    severity: 'error',
    title: 'kamiwaza.json cannot be read',
    why: 'What cannot be parsed cannot be deployed.',
    fix: 'Correct kamiwaza.json at the place named.',
    from: 'a deployment refuses it (`compose_invalid`)',
    bad: { 'compose.yaml': web('image: nginx:1.29'), 'kamiwaza.json': '{\n  "name": "shop",\n}\n' },
    good: { 'compose.yaml': web('image: nginx:1.29'), 'kamiwaza.json': '{\n  "name": "shop"\n}\n' },
    find: told('T008'),
  },
  {
    id: 'T009',
    name: 'unreadable-env-file',
    severity: 'error',
    title: '.env cannot be read',
    why: 'What cannot be parsed cannot be deployed.',
    fix: 'Write each line as NAME=value.',
    from: 'a deployment refuses it (`compose_invalid`)',
    bad: { 'compose.yaml': web('image: nginx:1.29'), '.env': 'not a variable\n' },
    good: { 'compose.yaml': web('image: nginx:1.29'), '.env': 'LOG_LEVEL=info\n' },
    find: told('T009'),
  },
  {
    id: 'T014',
    name: 'steering-variable',
    severity: 'info',
    title: 'COMPOSE_* and DOCKER_* in .env do nothing',
    why: 'They would steer Compose, not the extension, so a deployment drops them. A project that needs COMPOSE_PROFILES or COMPOSE_FILE is deployed without them.',
    fix: 'Remove them; profiles are named with `torii deploy --profile`.',
    from: 'a deployment says it',
    bad: { 'compose.yaml': web('image: nginx:1.29'), '.env': 'COMPOSE_PROFILES=debug\n' },
    good: { 'compose.yaml': web('image: nginx:1.29'), '.env': 'LOG_LEVEL=info\n' },
    find: ({ sources }) =>
      sources
        .filter(({ path }) => path.endsWith('/.env'))
        .flatMap((source) =>
          [...source.text.matchAll(/^[ \t]*(?:export[ \t]+)?((?:COMPOSE|DOCKER)_[A-Za-z0-9_]*)[ \t]*=/gm)].map(({ index, 0: whole, 1: name = '' }) => {
            const start = index + whole.indexOf(name)
            return { at: { source, start, end: start + name.length }, message: `${name} is dropped` }
          }),
        ),
  },
  {
    id: 'T019',
    name: 'name-disagrees',
    severity: 'warning',
    title: 'kamiwaza.json and the name disagree about what this is',
    why: 'The name alone decides: `service-`, `tool-` and `mcp-` skip the HTTP probe, everything else is an app and must answer on `/`.',
    fix: 'Rename the extension, or correct kamiwaza.json.',
    from: 'the guide: Service and Tool Deployments',
    bad: { 'compose.yaml': web('image: nginx:1.29'), 'kamiwaza.json': '{"name": "clock", "type": "tool"}\n' },
    good: { 'compose.yaml': web('image: nginx:1.29'), 'kamiwaza.json': '{"name": "tool-clock", "type": "tool"}\n' },
    find: ({ name, metadata }) => {
      if (metadata === null) return []
      const key = ['kind', 'type', 'template_type'].find((each) => typeof metadata.root[each] === 'string')
      return kindNotices(name, metadata.root).map((notice) => ({
        at: key === undefined ? beginning(metadata.source) : metadata.placeOfValue([key]),
        message: notice,
      }))
    },
  },
  {
    id: 'T020',
    name: 'cleaned-name',
    severity: 'info',
    title: 'The name cannot be used as it is',
    why: 'A deployment’s name has lower-case letters, digits and hyphens; any other is cleaned, and two names may become one.',
    fix: 'Write the name as it will be.',
    from: 'a deployment says it',
    bad: { 'compose.yaml': web('image: nginx:1.29'), 'kamiwaza.json': '{"name": "My Shop"}\n' },
    good: { 'compose.yaml': web('image: nginx:1.29'), 'kamiwaza.json': '{"name": "my-shop"}\n' },
    find: ({ metadata, files: [main] }) =>
      [metadata, main].flatMap((file) => {
        const name = file?.root['name']
        if (!file || typeof name !== 'string' || name.includes('$') || cleanName(name) === name) return []
        return [{ at: file.placeOfValue(['name']), message: `"${name}" is deployed as "${cleanName(name)}"` }]
      }),
  },
]

/** Each key of a service's `x-torii` by itself, at its own place. */
const serviceSettingTroubles = eachService(({ name, raw, place }): Hit[] => {
  const torii = raw['x-torii']
  if (torii === undefined || torii === null) return []
  const parts = isDict(torii) ? Object.entries(torii).map(([key, value]) => ({ path: [key], part: { [key]: value } })) : [{ path: [] as string[], part: torii }]
  return parts.flatMap(({ path, part }) => {
    try {
      serviceSettings(name, { 'x-torii': part })
      return []
    } catch (error) {
      if (!(error instanceof DeployError)) throw error
      return [{ at: place(['x-torii', ...path]), message: error.trouble.detail.replace(`services.${name}.`, '') }]
    }
  })
})
