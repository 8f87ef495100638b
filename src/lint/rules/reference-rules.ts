import { relative } from 'node:path'
import { hasVariable } from '../../extension/interpolate.ts'
import { isInside } from '../../files/inside.ts'
import type { Hit, Rule } from '../rule.ts'
import { circlesOf } from '../see/circles.ts'
import type { Extension } from '../see/extension.ts'
import type { LintService } from '../see/service.ts'
import { textOf } from '../see/text-of.ts'
import { eachService } from './each.ts'
import { services, web } from './samples.ts'

/** Rows about names that a service uses, and nobody has defined. */
export const referenceRules: Rule[] = [
  {
    id: 'T007',
    name: 'undefined-dependency',
    severity: 'error',
    title: 'A service depends on one that is not there, or on itself',
    why: 'Compose refuses the whole file for it.',
    fix: 'Correct the name, or remove the dependency.',
    from: 'the wild: 6 files depend on a service that nobody has defined',
    bad: services('web:', '  image: nginx:1.29', '  depends_on: [db]'),
    good: services('web:', '  image: nginx:1.29', '  depends_on: [db]', 'db:', '  image: postgres:17'),
    find: (extension) => [...undefinedOnes(extension), ...circles(extension)],
  },
  {
    id: 'T023',
    name: 'undeclared-name',
    severity: 'error',
    title: 'A network, volume, config or secret that is not declared',
    why: 'Compose refuses the whole file for it.',
    fix: 'Declare it below `networks:`, `volumes:`, `configs:` or `secrets:` at the top level, or correct the name.',
    from: 'a deployment refuses it (`compose_invalid`)',
    bad: web('image: nginx:1.29', 'volumes: ["data:/data"]'),
    good: `${web('image: nginx:1.29', 'volumes: ["data:/data"]')}volumes: {data: {}}\n`,
    find: (extension) => (isWhole(extension) ? extension.services.flatMap((service) => undeclared(service, extension)) : []),
  },
  {
    id: 'T024',
    name: 'bind-source-missing',
    severity: 'error',
    title: 'A file or folder is mounted that is not there',
    why: 'Where a bind leads to nothing, Docker makes an empty folder of that name, in your own folder: the container finds a folder where it wanted a file.',
    fix: 'Add the file, correct its path, or use a named volume for data.',
    from: 'a newcomer’s first hour: `./config.yml` was misspelt, and became a folder',
    bad: web('image: nginx:1.29', 'volumes: ["./site.conf:/etc/nginx/conf.d/site.conf:ro"]'),
    good: {
      'compose.yaml': web('image: nginx:1.29', 'volumes: ["./site.conf:/etc/nginx/conf.d/site.conf:ro"]'),
      'site.conf': 'server { listen 80; }\n',
    },
    find: eachService((service, extension) => missingBinds(service, extension)),
  },
]

/** A folder that is missing is made, and may be meant to be: only what is named like a file is sure to be a mistake. */
function missingBinds({ model, items, place }: LintService, { folder, look }: Extension): Hit[] {
  const all = items('volumes')
  const volumes = model.volumes ?? []
  return volumes.flatMap(({ type, source = '', target = '' }, index): Hit[] => {
    const path = source.replaceAll('$$', '$')
    if (type !== 'bind' || hasVariable(source) || !path.startsWith(`${folder}/`) || path.startsWith(`${folder}/~`)) return []
    const { real, is } = look(path)
    if (is !== 'missing' || !isInside(folder, real)) return []
    const severity = isNamedLikeFile(path) || isNamedLikeFile(target) ? 'error' : 'warning'
    const at = (all.length === volumes.length ? all[index]?.at : undefined) ?? place(['volumes'])
    return [{ at, severity, message: `there is no ./${relative(folder, path)}: Docker would make an empty folder there` }]
  })
}

function isNamedLikeFile(path: string): boolean {
  return /[^/.][^/]*\.[A-Za-z]\w{0,9}$/.test(path) && !/\.d$/.test(path)
}

/** What an included file that could not be read would have brought is not known. */
function isWhole({ files, told }: Extension): boolean {
  return !files.some(({ root }) => root['include'] !== undefined) || !told.some(({ rule }) => ['T001', 'T010', 'T011'].includes(rule))
}

function undefinedOnes(extension: Extension): Hit[] {
  const names = new Set(extension.services.map(({ name }) => name))
  if (!isWhole(extension)) return []
  return extension.services.flatMap(({ name, dependsOn }) =>
    dependsOn
      .filter(({ service }) => !names.has(service))
      .map(({ service, at }) => ({ service: name, at, message: `it depends on "${service}", which is not there` })),
  )
}

const sections = { networks: 'network', volumes: 'volume', configs: 'config', secrets: 'secret' } as const

function undeclared(service: LintService, { files }: Extension): Hit[] {
  return (Object.keys(sections) as (keyof typeof sections)[]).flatMap((section) =>
    used(service, section)
      .filter(({ name }) => name !== '' && !hasVariable(name) && !files.some(({ find }) => find([section, name]) !== null))
      .map(({ name, at }) => ({
        service: service.name,
        at,
        message: `there is no ${sections[section]} called "${name}"`,
        fix: `Declare it below \`${section}:\` at the top level, or correct the name.`,
      })),
  )
}

function used({ model, raw, items, place }: LintService, section: keyof typeof sections) {
  const all = items(section)
  if (section === 'networks')
    return Object.keys(model.networks ?? {})
      .filter((name) => name !== 'default')
      .map((name) => ({ name, at: all.find(({ value }) => value === name)?.at ?? place(['networks', name]) }))
  if (section === 'volumes')
    return (model.volumes ?? []).map(({ type, source }, index) => ({
      name: (type ?? 'volume') === 'volume' ? (source ?? '') : '',
      at: (all.length === model.volumes?.length ? all[index]?.at : undefined) ?? place(['volumes']),
    }))
  const named = Array.isArray(raw[section]) ? (raw[section] as unknown[]) : []
  return named.map((value, index) => ({ name: sourceOf(value), at: all[index]?.at ?? place([section]) }))
}

/** "token", or the long form's `source`. */
function sourceOf(value: unknown): string {
  return textOf(typeof value === 'object' && value !== null ? ((value as Record<string, unknown>)['source'] ?? '') : value)
}

/** A circle is told once, at the first of its services. */
function circles({ services: all }: Extension): Hit[] {
  const inCircle = circlesOf(new Map(all.map(({ name, dependsOn }) => [name, dependsOn.map(({ service }) => service)])))
  const told = new Set<number>()
  return all.flatMap((service) => {
    const circle = inCircle.get(service.name)
    const next = service.dependsOn.find((each) => each.service === service.name || (circle !== undefined && inCircle.get(each.service) === circle))
    if (next === undefined || (circle !== undefined && told.has(circle))) return []
    if (circle !== undefined) told.add(circle)
    return [{ service: service.name, at: next.at, message: `it waits for itself by way of "${next.service}"` }]
  })
}
