import type { Finding } from '../../extension/policy/rule.ts'
import type { Extension } from '../see/extension.ts'
import type { LintService } from '../see/service.ts'
import { beginning, type Place, textAt } from '../see/source.ts'
import type { Path } from '../see/yaml-file.ts'
import { serviceCalled } from './each.ts'

/** Keys of rows whose words do not begin with the key. */
const keys: Record<string, string> = { host_port: 'ports', low_host_port: 'ports', foreign_label: 'labels', port_range: 'ports' }

/** Where something stands that the policy has found: it names what it found, not where. */
export function policyPlace(extension: Extension, finding: Finding): Place {
  const service = finding.service === null ? undefined : serviceCalled(finding.service, extension)
  return service === undefined ? sharedPlace(extension, finding) : servicePlace(service, finding)
}

/** "cap_add: SYS_ADMIN", "networks.front.ipv4_address: …", "host port 8080 for 80", "label traefik.enable". */
function servicePlace(service: LintService, { rule, found }: Finding): Place {
  const [, key = '', value = ''] = /^([\w.-]+)(?:: ([\s\S]*))?$/.exec(found) ?? []
  const path: Path = keys[rule.name] === undefined ? key.split('.') : [keys[rule.name] as string]
  const words = keys[rule.name] === undefined ? [value.replace(/^(target|type) /, '')] : wordsOf(found)
  return mountPlace(service, key, value) ?? itemOf(service, String(path[0]), words) ?? service.place(fullPath(service, path))
}

/** Of what stands below `deploy` the policy names the last key alone. */
function fullPath({ written }: LintService, path: Path): Path {
  const above: Path[] = [[], ['deploy'], ['deploy', 'resources', 'reservations'], ['deploy', 'resources', 'limits']]
  return above.map((keys) => [...keys, ...path]).find((each) => written(each) !== null) ?? path
}

/** Of a mount by its source, whatever variables and relative paths it was written with. */
function mountPlace({ model, items }: LintService, key: string, value: string): Place | null {
  const volumes = model.volumes ?? []
  const index = key === 'volumes' ? volumes.findIndex(({ source }) => source === value) : -1
  const all = items('volumes')
  return index >= 0 && all.length === volumes.length ? (all[index]?.at ?? null) : null
}

/** The item of a list, or the entry of a mapping, in which these words stand. */
function itemOf(service: LintService, key: string, words: string[]): Place | null {
  const wanted = words.filter((word) => word !== '')
  if (wanted.length === 0) return null
  const item = service.items(key).find(({ at }) => wanted.every((word) => textAt(at).includes(word) || tail(word).some((part) => textAt(at).includes(part))))
  if (item !== undefined) return item.at
  const [word = ''] = wanted
  return service.written([key, word]) === null ? null : service.place([key, word])
}

/** Relative paths have become absolute on the way: their last parts are what is still written. */
function tail(path: string): string[] {
  const parts = path.split('/')
  return path.startsWith('/') && parts.length > 2 ? [parts.slice(-2).join('/'), parts.at(-1) ?? path] : []
}

function wordsOf(found: string): string[] {
  const [, published, target] = /^host port (\S+) for (\S+?)(?:\/udp)?$/.exec(found) ?? []
  if (target !== undefined) return [published === '(any)' ? '' : (published?.split(':').at(-1) ?? ''), target]
  return [/^label (\S+)$/.exec(found)?.[1] ?? '']
}

/** "networks.front: external: true": a part of the file's top level. */
function sharedPlace({ files }: Extension, { found }: Finding): Place {
  const [, section = '', name = '', key] = /^(networks|volumes|configs|secrets)\.(.*?): ([\w.]+)/.exec(found) ?? []
  const file = files.find((each) => each.find([section, name]) !== null) ?? files[0]
  if (file === undefined) throw new Error('the policy judges nothing without a file')
  return section === '' ? beginning(file.source) : file.place([section, name, key ?? ''])
}
