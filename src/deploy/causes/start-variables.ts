import { baseName, isShell } from '../command/programs.ts'
import { isOfRoute } from '../of-route.ts'
import { type Case, finalLines, isOfCheck, isOfEnd, lastLogLine } from './case.ts'
import { passesOn } from './entrypoint.ts'
import { quote, type Rule, write } from './rule.ts'
import {
  alsoGiving,
  asScript,
  dollars,
  doubled,
  giving,
  givingAll,
  isBlankElsewhere,
  isGiven,
  listLine,
  rawListLine,
  saysNothingThere,
  variablesInWords,
} from './variables.ts'

/** What to write so that a shell starts the same program, its variables put in. */
function throughShell({ service, seen }: Case): string {
  const { entrypoint = [], command = [] } = seen?.facts ?? {}
  const ofCommand = variablesInWords(entrypoint).length === 0 && passesOn(entrypoint)
  const line = asScript(ofCommand ? command : [...entrypoint, ...command])
  if (line === null) return `Start ${service} through a shell: ${write(service, '', 'command: ["sh", "-c", "exec the-same-line"]').replace(/^In/, 'in')}`
  if (ofCommand) return write(service, '', listLine('command', ['sh', '-c', `exec ${line}`]))
  return `${write(service, '', listLine('entrypoint', ['sh', '-c', `exec ${line}`]))} and \`command: []\``
}

/** What the Compose file says, with the dollars of these variables doubled and through a shell. */
function mendedSetting(setting: 'command' | 'entrypoint', words: string[], names: string[]): string | null {
  const [only = ''] = words
  if (words.length === 1 && /^\s*(?:\/bin\/)?(?:ba|da|a)?sh\s/.test(only)) return `${setting}: ${JSON.stringify(doubled(only, names))}`
  if (words.length > 1 && isShell(baseName(only)))
    return rawListLine(
      setting,
      words.map((word) => doubled(word, names)),
    )
  const line = words.length === 1 ? only : asScript(words)
  return line === null ? null : rawListLine(setting, ['sh', '-c', `exec ${doubled(line, names)}`])
}

const ranLine = ({ seen }: Case) => `it ran: ${quote([...(seen?.facts?.entrypoint ?? []), ...(seen?.facts?.command ?? [])].join(' '))}`

/** Words for a port that is none because there is nothing: gunicorn 23, click, Node.js 24. */
const emptyPort = /'' is not a valid (?:port|integer)|ERR_SOCKET_BAD_PORT.{0,120}\(''\)|strconv\.\w+: parsing "": invalid syntax|invalid port:? ''/

/** Rules for variables in a command that have no value where it is started. */
export const startVariableRules: Rule[] = [
  {
    id: 'command-dollar-literal',
    about: 'a `$VARIABLE` in a command in exec form, where no shell puts its value in',
    find: (seen) => {
      const { entrypoint = [], command = [] } = seen.seen?.facts ?? {}
      const all = [...entrypoint, ...command]
      const names = variablesInWords(all)
      if (!(isOfEnd(seen) || isOfCheck(seen) || isOfRoute(seen.trouble)) || names.length === 0 || all.some((word) => isShell(baseName(word)))) return null
      const isIn = (line: string) => names.some((name) => line.includes(`$${name}`) || line.includes(`\${${name}}`))
      const said = finalLines(seen).find(isIn) ?? ''
      const runs = seen.seen?.processes?.find(isIn) ?? ''
      const ended = isOfEnd(seen)
      // A script in front of it may have put the value in.
      if (!ended && runs === '' && (seen.seen?.processes?.length ?? 0) > 0) return null
      const sure = ended ? said !== '' : runs !== '' && names.some((name) => isGiven(seen, name) === true)
      return {
        clause: `${seen.service} is started with ${dollars(names)} as it is written: in a command that is a list no shell puts a value in its place`,
        fix: `${throughShell(seen)}${alsoGiving(seen, names)}.`,
        evidence: [ranLine(seen), ...(runs === '' ? [] : [`runs: ${quote(runs)}`]), ...(said === '' ? [] : [quote(said)])],
        sure,
        ...(!sure && { tellsApart: `whether ${seen.service} puts in the value of ${dollars(names)} by itself` }),
      }
    },
  },
  {
    id: 'command-dollar-eaten',
    about: 'a `$` in a command that Compose took for a variable of its own',
    find: (seen) => {
      const blanks = seen.revision.source.blanks?.[seen.service]
      const setting = blanks?.command ? 'command' : 'entrypoint'
      const blank = blanks?.[setting]
      if (!(isOfEnd(seen) || isOfCheck(seen)) || blank === undefined) return null
      const { names, words } = blank
      const last = finalLines(seen).findLast((line) => saysNothingThere.test(line)) ?? ''
      const sure = isOfEnd(seen) && last !== ''
      const mended = mendedSetting(setting, words, names)
      return {
        clause: `Compose put nothing in the place of ${dollars(names)} in the ${setting} of ${seen.service}, as nobody gives that to the deployment`,
        fix: names.some((name) => isBlankElsewhere(seen, name))
          ? `${givingAll(names)}.`
          : `${mended === null ? `In the Compose file, under \`services: ${seen.service}: ${setting}:\`, write ${names.map((name) => `\`$$${name}\``).join(' and ')} and start it through \`sh -c\`` : write(seen.service, '', mended)}${alsoGiving(seen, names)}. Or give it to the deployment: \`--env ${names[0]}=the-value\`.`,
        evidence: [ranLine(seen), ...(last === '' ? lastLogLine(seen) : [quote(last)])],
        sure,
        ...(!sure && { tellsApart: `whether ${seen.service} is well with a value in the place of ${dollars(names)}` }),
      }
    },
  },
  {
    id: 'port-variable-empty',
    about: 'a program whose variable for the port is there and empty',
    find: (seen) => {
      const names = (seen.seen?.facts?.empty ?? []).filter((name) => /(?:^|_)PORT$/.test(name))
      const said = finalLines(seen).findLast((line) => emptyPort.test(line))
      const [name] = names
      if (!isOfEnd(seen) || said === undefined || name === undefined) return null
      const sure = names.length === 1
      return {
        clause: `${seen.service} ends because its variable ${names.join(' or ')}, which names its port, is empty`,
        fix: `${giving(seen, name)}.`,
        evidence: [quote(said), `empty: ${names.join(', ')}`],
        sure,
        ...(!sure && { tellsApart: `which of ${names.join(', ')} ${seen.service} reads` }),
      }
    },
  },
]
