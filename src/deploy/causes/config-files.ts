import { isOfEnd } from './case.ts'
import { coveredBy, shown } from './mounts.ts'
import { type Found, quote, type Rule } from './rule.ts'
import { saidOf, whetherItGoesOn } from './said.ts'
import { servicesOf } from './stores.ts'

/** nginx 1.27, Caddy 2.10, Apache 2.4, HAProxy 3: what is wrong, in which file and line. */
const readers: { name: string; words: RegExp; parts: (found: RegExpExecArray) => { why: string; file: string; line: string } }[] = [
  { name: 'nginx', words: /\[emerg\] (?:\d+#\d+: )?(.{1,200}?) in (\/\S{1,200}):(\d+)/, parts: ([, why = '', file = '', line = '']) => ({ why, file, line }) },
  {
    name: 'Caddy',
    words:
      /adapting config using caddyfile: (?:parsing caddyfile tokens for '[^']{1,60}': )?(.{1,200}?)(?:, at|:) ([\w./-]{0,100}Caddyfile):(\d+)|([\w./-]{0,100}Caddyfile):(\d+)(?: -)?[: ]+(.{1,200})/,
    parts: ([, why, file, line, file2 = '', line2 = '', why2 = '']) => ({ why: why ?? why2, file: file ?? file2, line: line ?? line2 }),
  },
  {
    name: 'Apache',
    words: /AH00526: Syntax error on line (\d+) of (\/\S{1,200}):/,
    parts: ([, line = '', file = '']) => ({ why: 'a syntax error', file, line }),
  },
  { name: 'HAProxy', words: /parsing \[(\/[^\]:]{1,200}):(\d+)\] ?: (.{1,200})/, parts: ([, file = '', line = '', why = '']) => ({ why, file, line }) },
]

export const configFileRules: Rule[] = [
  {
    id: 'config-unreadable',
    about: 'a web server that cannot read its own configuration',
    find: (seen): Found | null => {
      if (!isOfEnd(seen)) return null
      for (const { name, words, parts } of readers) {
        const said = saidOf(seen, words)
        const found = words.exec(said?.line ?? '')
        if (said === null || found === null || /host not found in upstream/.test(said.line)) continue
        const { why, file, line } = parts(found)
        const mount = coveredBy(servicesOf(seen).get(seen.service)?.mounts ?? [], file)
        const own = mount === null ? file : `${shown(seen, mount)}${file.slice(mount.target.length)}`
        return {
          clause: `${name} cannot read ${own}, line ${line}: ${quote(why, 120)}`,
          fix: `Correct line ${line} of ${own}, or the one before it${/unexpected|terminated/.test(why) ? ' (is a `;` or a brace missing at its end?)' : ''}: ${quote(why, 120)}.`,
          evidence: [quote(said.line)],
          sure: said.sure,
          ...(!said.sure && whetherItGoesOn(seen)),
        }
      }
      return null
    },
  },
]
