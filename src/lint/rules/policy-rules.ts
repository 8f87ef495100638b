import { capabilityRules } from '../../extension/policy/capability-rules.ts'
import { ownDecision } from '../../extension/policy/decide.ts'
import { mountRules } from '../../extension/policy/mount-rules.ts'
import { namespaceRules } from '../../extension/policy/namespace-rules.ts'
import type { Finding } from '../../extension/policy/rule.ts'
import type { Hit, Rule } from '../rule.ts'
import type { Extension } from '../see/extension.ts'
import { type Place, textAt } from '../see/source.ts'
import { policyFindings } from './policy-look.ts'
import { policyPlace } from './policy-place.ts'
import { web } from './samples.ts'

const names = (rules: readonly { name: string }[]) => new Set(rules.map(({ name }) => name))
const walls = names(namespaceRules)
const files = new Set([...names(mountRules), 'file_source_outside', 'guarded_file_source', 'file_outside'])
const kernel = names(capabilityRules)
/** Rules of lint's own say these better, or at a better place. */
const toldElsewhere = new Set(['negative_duration', 'short_interval', 'image_reference', 'undeclared_volume'])
const refused = 'a deployment refuses it (`policy_denied`); docs/policy.md has the whole table'
const left = 'a deployment leaves it out and says so; docs/policy.md has the whole table'

/** Lint reads folders of this machine. */
const decisionOf = (rule: Finding['rule']) => ownDecision(rule, 'developer')

/** Rows that ask the policy of a deployment about what stands in the file already. */
export const policyRules: Rule[] = [
  {
    id: 'T401',
    name: 'host-privilege',
    severity: 'error',
    title: 'Refused at deploy: a service without walls to the host',
    why: 'Privileged containers and the host’s namespaces own the host, and everybody else’s deployments with it.',
    fix: 'Remove it.',
    from: refused,
    bad: web('image: nginx:1.29', 'privileged: true'),
    good: web('image: nginx:1.29'),
    find: (extension) => said(extension, ({ rule }) => decisionOf(rule) === 'deny' && walls.has(rule.name)),
  },
  {
    id: 'T402',
    name: 'host-files',
    severity: 'error',
    title: 'Refused at deploy: files of the host, or the engine’s socket',
    why: 'A deployment sees its own folder and its own volumes. Whoever talks to the engine’s socket owns the host.',
    fix: 'Put the file into the folder and mount it as `./…`, or use a named volume for data.',
    from: refused,
    bad: web('image: nginx:1.29', 'volumes: ["/var/run/docker.sock:/var/run/docker.sock"]'),
    good: `${web('image: nginx:1.29', 'volumes: ["data:/data"]')}volumes: {data: }\n`,
    find: (extension) => said(extension, ({ rule }) => decisionOf(rule) === 'deny' && files.has(rule.name)),
  },
  {
    id: 'T403',
    name: 'kernel-power',
    severity: 'error',
    title: 'Refused at deploy: power over the kernel',
    why: 'It reaches the host’s kernel, or weakens the engine’s own protection.',
    fix: 'Remove it, or name the one capability that the program needs.',
    from: refused,
    bad: web('image: nginx:1.29', 'cap_add: [SYS_ADMIN]'),
    good: web('image: nginx:1.29', 'cap_add: [NET_BIND_SERVICE]'),
    find: (extension) => said(extension, ({ rule }) => decisionOf(rule) === 'deny' && kernel.has(rule.name)),
  },
  {
    id: 'T404',
    name: 'refused-option',
    severity: 'error',
    title: 'Refused at deploy: an option that reaches beyond the extension',
    why: 'It joins or changes what belongs to others: external networks and volumes, drivers, other runtimes, hooks.',
    fix: 'Remove it.',
    from: refused,
    bad: `${web('image: nginx:1.29', 'networks: [shared]')}networks: {shared: {external: true}}\n`,
    good: `${web('image: nginx:1.29', 'networks: [own]')}networks: {own: }\n`,
    find: (extension) => said(extension, ({ rule }) => decisionOf(rule) === 'deny' && !walls.has(rule.name) && !files.has(rule.name) && !kernel.has(rule.name)),
  },
  {
    id: 'T405',
    name: 'needs-consent',
    severity: 'error',
    title: 'Refused at deploy without an operator’s consent',
    why: 'It is stronger than what containers have by default, so whoever deploys it is asked first, and the answer is recorded.',
    fix: 'Remove it, or deploy with `--allow` and the rule’s name.',
    from: 'a deployment asks before (`torii policy check`); docs/policy.md has the whole table',
    bad: web('image: nginx:1.29', 'cap_add: [NET_ADMIN]'),
    good: web('image: nginx:1.29'),
    find: (extension) => said(extension, ({ rule }) => decisionOf(rule) === 'ask'),
  },
  {
    id: 'T406',
    name: 'cannot-work',
    severity: 'error',
    title: 'Refused at deploy: it cannot work',
    why: 'It is no danger, but the engine could not do anything with it.',
    fix: 'Correct it.',
    from: 'a deployment refuses it (`compose_invalid`); docs/policy.md has the whole table',
    bad: web('image: nginx:1.29', 'volumes: ["a:b"]'),
    good: `${web('image: nginx:1.29', 'volumes: ["data:/b"]')}volumes: {data: }\n`,
    find: (extension) => said(extension, ({ rule }) => decisionOf(rule) === 'invalid'),
  },
  {
    id: 'T411',
    name: 'host-port',
    severity: 'info',
    title: 'A port of the host is not published',
    why: 'The proxy is the only one that listens. The container’s port is kept for routing; a program that needs exactly that port of the host is deployed with `--allow host_port`.',
    fix: 'Nothing has to be done; `ports: ["5000"]` says the same here.',
    from: 'the wild: 971 of 2,372 files; left out at deploy',
    bad: web('image: nginx:1.29', 'ports: ["8080:80"]'),
    good: web('image: nginx:1.29', 'ports: ["80"]'),
    find: (extension) => said(extension, ({ rule }) => rule.name === 'host_port' || rule.name === 'low_host_port'),
  },
  {
    id: 'T412',
    name: 'container-name',
    severity: 'info',
    title: 'container_name is not used',
    why: 'Names of containers are Torii’s, so that two deployments never collide. Siblings still find the service by that name.',
    fix: 'Remove it: siblings find a service by its own name.',
    from: 'the wild: 645 of 2,372 files; left out at deploy',
    bad: web('image: nginx:1.29', 'container_name: shop'),
    good: web('image: nginx:1.29'),
    find: (extension) => said(extension, ({ rule }) => rule.name === 'container_name'),
  },
  {
    id: 'T413',
    name: 'foreign-label',
    severity: 'warning',
    title: 'Labels of Traefik do nothing',
    why: 'Torii makes the routes itself. Host names, paths and middlewares that labels ask for will not be there.',
    fix: 'Remove them; x-torii has `routing`, `primary` and `port`.',
    from: 'the wild: 259 of 2,372 files; left out at deploy',
    bad: web('image: nginx:1.29', 'labels: ["traefik.enable=true"]'),
    good: web('image: nginx:1.29', 'labels: ["org.example.team=shop"]'),
    find: (extension) => oncePerService(said(extension, ({ rule }) => rule.name === 'foreign_label')),
  },
  {
    id: 'T414',
    name: 'left-out',
    severity: 'info',
    title: 'An option that a deployment leaves out',
    why: 'Torii gives out addresses, names and networks itself.',
    fix: 'Remove it, or leave it: it does nothing here.',
    from: left,
    bad: web('image: nginx:1.29', 'network_mode: bridge'),
    good: web('image: nginx:1.29'),
    find: (extension) =>
      said(extension, ({ rule }) => decisionOf(rule) === 'rewrite' && !['host_port', 'low_host_port', 'container_name', 'foreign_label'].includes(rule.name)),
  },
]

function said(extension: Extension, isOurs: (finding: Finding) => boolean): Hit[] {
  return withoutSecondReasons(policyFindings(extension))
    .filter((finding) => !toldElsewhere.has(finding.rule.name) && isOurs(finding))
    .map((finding) => {
      const { rule, service } = finding
      const fix = decisionOf(rule) === 'rewrite' ? {} : { fix: rule.safer }
      const at = policyPlace(extension, finding)
      return { at, message: `${asWritten(extension, finding, at)}: ${rule.reason}`, ...fix, ...(service === null ? {} : { service }) }
    })
}

/** A file outside that is guarded as well is outside: one reason is enough. */
function withoutSecondReasons(findings: Finding[]): Finding[] {
  const outside = new Set(findings.filter(({ rule }) => rule.name === 'file_source_outside').map(({ found }) => found))
  return findings.filter(({ rule, found }) => rule.name !== 'guarded_file_source' || !outside.has(found))
}

/** On the way to the policy relative paths have become absolute. */
function asWritten(extension: Extension, { rule, found }: Finding, at: Place): string {
  if (!files.has(rule.name)) return found
  const written = textAt(at)
  if (/^volumes: [/~]/.test(found)) return written.includes('\n') ? found : `volumes: ${written}`
  const [, section = '', name = ''] = /^(configs|secrets)\.([\s\S]*?): file: \//.exec(found) ?? []
  const file = extension.files.find((each) => each.find([section, name, 'file']) !== null)
  return file === undefined ? found : `${section}.${name}: file: ${textAt(file.placeOfValue([section, name, 'file']))}`
}

/** Of each service once, however many of its labels do nothing. */
function oncePerService(hits: Hit[]): Hit[] {
  return [...Map.groupBy(hits, ({ service }) => service).values()].flatMap(([first, ...others]) => {
    if (first === undefined) return []
    const more = others.length === 0 ? '' : ` and ${others.length} more`
    return [{ ...first, message: first.message.replace(/^label ([^\s:]+)/, `label $1${more}`) }]
  })
}
