import { DeployError } from '../deploy/failure.ts'
import { oneLine } from '../text/one-line.ts'

const grammar = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const rule = 'a name has 1 to 63 lower-case letters, digits and hyphens, and begins and ends with a letter or digit'

export interface NameCandidate {
  text: string
  /** Where it comes from, for people: "kamiwaza.json". */
  from: string
}

/** The deployment's name (reading 25): an asked one is taken as it is or refused, a derived one is cleaned, and said. */
export function nameOf(asked: string | undefined, candidates: NameCandidate[]): { name: string; notices: string[] } {
  if (asked !== undefined) return { name: checkedName(asked), notices: [] }
  for (const candidate of candidates) {
    const name = cleanName(candidate.text)
    if (name !== '') return { name, notices: name === candidate.text ? [] : [said(name, candidate)] }
  }
  throw new DeployError('compose_invalid', `no name can be made of this extension; ${rule}`, { fix: 'Give it a name with --name.' })
}

/** Lower-cased, everything else turned into single hyphens; '' when nothing is left. */
export function cleanName(text: string): string {
  const hyphened = text
    .slice(0, 1000)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
  return hyphened.replace(/^-/, '').slice(0, 63).replace(/-$/, '')
}

function checkedName(name: string): string {
  if (grammar.test(name)) return name
  throw new DeployError('compose_invalid', `"${oneLine(name, 80)}" cannot be a name: ${rule}`, {
    fix: 'Choose another name with --name.',
  })
}

function said(name: string, candidate: NameCandidate): string {
  return `The deployment is called "${name}", made from "${oneLine(candidate.text, 80)}" of ${candidate.from}.`
}
