import { type Case, ending, finalLines, isOfCheck, isOfEnd, listensOn } from './case.ts'
import { lineWith, quote, type Rule } from './rule.ts'

const taken = /address already in use|EADDRINUSE|Port \d+ (?:is|was) (?:already )?in use|Connection in use: \(|Only one usage of each socket address/i

/** The port in the words of Node.js 24, uvicorn, gunicorn, Go, nginx, redis, Flask, Java and postgres; null: they name none. */
function portIn(text: string): number | null {
  const found = text.split('\n').flatMap((line) => {
    const port = taken.test(line)
      ? (/(?:\]|\*|::|[\d.]{7,15}|localhost|tcp4? |tcp6? |\s):(\d{2,5})\b/.exec(line)?.[1] ??
        /['"], ?(\d{2,5})\)/.exec(line)?.[1] ??
        /\b[Pp]ort (\d{2,5})\b/.exec(line)?.[1])
      : /(?:on|use) port (\d{2,5})\?|^\s*port: (\d{2,5})[,}]?$/.exec(line)?.[1]
    return port === undefined ? [] : [Number(port)]
  })
  return found[0] ?? null
}

/** Who said before that it listens there. */
function holderIn({ log }: Case, port: number): string {
  const line = log
    .split('\n')
    .find((each) => !taken.test(each) && /listen|running|started|serving|bound|ready|http:\/\//i.test(each) && new RegExp(`\\b${port}\\b`).test(each))
  return quote(line ?? '', 120)
}

/** Rules for two programs of one container, or two parts of one program, that want the same port. */
export const portTakenRules: Rule[] = [
  {
    id: 'port-taken-inside',
    about: 'two programs of one container that want the same port',
    find: (seen) => {
      const text = ending(seen)
      const said = lineWith(finalLines(seen).join('\n'), taken) || lineWith(text, taken)
      if (!(isOfEnd(seen) || isOfCheck(seen)) || said === '') return null
      const port = portIn(said) ?? portIn(text)
      const sure = isOfEnd(seen) && finalLines(seen).some((line) => taken.test(line))
      const holder = port === null ? '' : holderIn(seen, port)
      const runs = port !== null && listensOn(seen.sockets, port).length > 0 ? (seen.seen?.processes ?? []).slice(0, 4) : []
      const which = port === null ? 'its port' : `port ${port}`
      return {
        clause: `${seen.service} ${isOfEnd(seen) ? 'ends because' : 'says that'} ${which} is taken inside its own container${holder === '' ? '' : `, by what said before: ${holder}`}`,
        fix: `Let only one program of ${seen.service} listen on ${which}: start its server once (in its command, its entrypoint and its code), or give the second one another port.`,
        evidence: [said, ...(holder === '' ? [] : [`it printed before: ${holder}`]), ...runs.map((line) => `runs: ${quote(line)}`)],
        sure,
        ...(!sure && { tellsApart: `whether ${seen.service} goes on without that port: \`torii logs ${seen.name} ${seen.service}\`` }),
      }
    },
  },
]
