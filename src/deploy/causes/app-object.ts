import { type Case, ending, isOfEnd } from './case.ts'
import { commandWords, withOther } from './command-words.ts'
import { type Found, quote, type Rule } from './rule.ts'
import { saidOf, whetherItGoesOn } from './said.ts'

/** uvicorn 0.40, gunicorn 23, Flask 3. */
const noAttribute = /Attribute "([\w.]{1,80})" not found in module "([\w.]{1,80})"|Failed to find attribute '([\w.]{1,80})' in '([\w.]{1,80})'/
const noModule = /Could not import module "([\w.]{1,80})"|No module named '([\w.]{1,80})'|Could not import '([\w.]{1,80})'/

/** `main:app` in what it runs. */
export function appIn(words: string[]): string | null {
  return words.find((word) => /^[A-Za-z_][\w.]*:[A-Za-z_][\w.]*(?:\(\))?$/.test(word)) ?? null
}

/** What a server of Python is told to run: `shop.wsgi` as well, which has no colon. */
function toldToRun(seen: Case): string | null {
  const words = commandWords(seen)
  const at = words.findIndex((word) => /(?:^|\/)(?:gunicorn|uvicorn|hypercorn|daphne|waitress-serve|granian)$/.test(word))
  return at < 0 ? null : (appIn(words) ?? words.slice(at + 1).find((word) => /^[A-Za-z_]\w*(?:\.\w+)+$/.test(word)) ?? null)
}

/** The module that its server is told to run is the one that is missing: no package of that name would mend it. */
export function isToldToRun(seen: Case, module: string): boolean {
  const own = toldToRun(seen)?.split(':')[0] ?? ''
  return own !== '' && (own === module || own.startsWith(`${module}.`))
}

export const appObjectRules: Rule[] = [
  {
    id: 'app-not-there',
    about: 'a server of Python that is told to run a module or an object which is not there',
    find: (seen): Found | null => {
      const said = saidOf(seen, new RegExp(`${noAttribute.source}|${noModule.source}`))
      const run = toldToRun(seen)
      if (!isOfEnd(seen) || said === null || run === null) return null
      const attribute = noAttribute.exec(said.line)
      const missing =
        attribute === null
          ? (noModule
              .exec(said.line)
              ?.slice(1)
              .find((each) => each !== undefined) ?? '')
          : ''
      if (attribute === null && !isToldToRun(seen, missing)) return null
      const [module = '', name = ''] = run.split(':')
      const usual = name === 'app' ? `${module}:application` : `${module}:app`
      const line = attribute === null ? null : withOther(seen, run, usual)
      // gunicorn goes on to say that its workers failed.
      const sure = said.sure || /Worker failed to boot/.test(ending(seen))
      return {
        clause:
          attribute === null
            ? `${seen.service} is told to run ${run}, and there is no module ${missing} where it runs`
            : `${seen.service} is told to run ${run}, and ${module} has no ${name}`,
        fix:
          attribute === null
            ? `In the command of ${seen.service}, write the module that has the app in place of \`${module}\` (for main.py: \`main${name === '' ? '' : `:${name}`}\`), or let it run where that module is: \`working_dir:\` under \`services: ${seen.service}:\`, or WORKDIR and \`COPY . .\` in its Dockerfile.`
            : `${line ?? `In the command of ${seen.service}, write \`${usual}\` in place of \`${run}\``}, or whatever ${module} calls its app.`,
        evidence: [quote(said.line), `it runs: ${quote(commandWords(seen).join(' '))}`],
        sure,
        ...(!sure && whetherItGoesOn(seen)),
      }
    },
  },
]
