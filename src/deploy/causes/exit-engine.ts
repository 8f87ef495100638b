import { type Case, engineWords, isOfEnd } from './case.ts'
import { lineWith, quote, type Rule } from './rule.ts'

/** Linux' numbers of limits, as runc names them (asm-generic/resource.h). */
const limits: Record<string, string> = {
  ...{ 0: 'cpu', 1: 'fsize', 2: 'data', 3: 'stack', 4: 'core', 5: 'rss', 6: 'nproc', 7: 'nofile', 8: 'memlock', 9: 'as', 10: 'locks' },
  ...{ 11: 'sigpending', 12: 'msgqueue', 13: 'nice', 14: 'rtprio', 15: 'rttime' },
}

/** Docker 26.1.5 and runc 1.1: their words, the setting they are about, and what to do with it. */
const refusals: { words: RegExp; setting: (found: RegExpExecArray) => string; mend: string }[] = [
  {
    words: /rlimit type (\d+)|invalid ulimit/,
    setting: (found) => `ulimits: ${limits[found[1] ?? ''] ?? ''}`.replace(/ $/, ''),
    mend: 'remove it, or write a limit no higher than the engine’s own',
  },
  { words: /--storage-opt is supported only/, setting: () => 'storage_opt', mend: 'remove it' },
  { words: /logging driver|log[ -]?opt/i, setting: () => 'logging', mend: 'correct its `options:` (`max-size: 10m`), or remove it' },
  {
    words: /cannot access path \S+\/volumes\/\S+\/_data\/([^\s:]+)|subpath/i,
    setting: () => 'volumes: … volume: subpath',
    mend: 'remove it, or let a container make that folder in the volume first: the engine makes none',
  },
  { words: /gathering device information|error gathering device/, setting: () => 'devices', mend: 'remove the device that this machine does not have' },
  { words: /could not select device driver/, setting: () => 'deploy: resources: reservations: devices', mend: 'remove it, as this machine has no such device' },
  { words: /Range of CPUs is from/, setting: () => 'cpus', mend: 'write no more than this machine has' },
  { words: /sysctl "?[\w.]+"?.{0,80}(?:not allowed|no such file|permitted|invalid)/i, setting: () => 'sysctls', mend: 'remove what the engine’s words name' },
]

/** Whom the engine had not made when it refused, where that is one alone: Compose names nobody. */
function notMade({ service, revision, evidence }: Case): string {
  const missing = new Set(evidence.containers.filter(({ id, state }) => id === '' || state === 'gone').map((each) => each.service))
  const all = revision.plan?.services.length ?? 0
  return service === '' && missing.size === 1 && all >= 1 ? ([...missing][0] ?? '') : service
}

/** The one service with this setting in the model, as we write it: services two blanks in, their settings four. */
function withSetting({ revision }: Case, key: string): string {
  let section = ''
  let service = ''
  const found = new Set<string>()
  for (const line of (revision.model ?? '').split('\n')) {
    if (/^\S/.test(line)) section = line
    service = /^ {2}"?([\w.-]+)"?:/.exec(line)?.[1] ?? service
    if (/^"?services"?:/.test(section) && /^ {4}"?([\w.-]+)"?:/.exec(line)?.[1] === key) found.add(service)
  }
  return found.size === 1 ? ([...found][0] ?? '') : ''
}

/** Rules for a setting of the Compose file that the engine refuses. */
export const engineRefusalRules: Rule[] = [
  {
    id: 'setting-refused',
    about: 'a setting of the Compose file that the engine or the kernel of this machine refuses',
    find: (seen) => {
      const text = engineWords(seen)
      const hit = refusals.find(({ words }) => words.test(text))
      const found = hit?.words.exec(text)
      if (!isOfEnd(seen) || hit === undefined || found == null) return null
      const setting = hit.setting(found)
      const who = notMade(seen) || withSetting(seen, setting.split(':')[0] ?? '')
      return {
        clause: `this engine refuses \`${setting}\`${who === '' ? '' : ` of ${who}`}`,
        fix: `In the Compose file,${who === '' ? '' : ` under \`services: ${who}:\`,`} find \`${setting}\` and ${hit.mend}.`,
        evidence: [lineWith(text, hit.words) || quote(text)],
        sure: true,
      }
    },
  },
]
