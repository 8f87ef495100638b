import type { Rule } from '../rule.ts'
import { askedOn } from '../silence.ts'
import { web } from './samples.ts'

/** The row about silencing itself: it has to know all the others. */
export function unknownRule(known: ReadonlySet<string>): Rule {
  return {
    id: 'T018',
    name: 'unknown-rule',
    severity: 'warning',
    title: 'A rule is to be silenced that does not exist',
    why: 'Somebody thinks that something is silenced which is not.',
    fix: 'Correct the number; `torii lint --rules` lists them all.',
    from: 'a mistake of its own kind',
    bad: web('image: nginx:1.29 # torii: ignore T999'),
    good: web('image: nginx:1.29 # torii: ignore T101'),
    find: ({ sources }) =>
      sources.flatMap((source) =>
        [...source.text.matchAll(/#\s*torii:\s*ignore\b[^\n]{0,400}/g)].flatMap(({ index, 0: whole }) => {
          const strangers = (askedOn(whole)?.rules ?? []).filter((rule) => !known.has(rule))
          return strangers.map((rule) => ({
            at: { source, start: index + whole.indexOf(rule), end: index + whole.indexOf(rule) + rule.length },
            message: `there is no rule ${rule}`,
          }))
        }),
      ),
  }
}
