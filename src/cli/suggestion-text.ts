import type { Suggestion, Try } from '../deploy/suggestion.ts'
import { listed } from '../deploy/words.ts'
import { cleanText } from '../text/clean.ts'
import { lastLine, oneLine } from '../text/one-line.ts'

/** What was tried and what of it works: nothing that was not run is recommended. */
export function suggestionText(suggestion: Suggestion): string[] {
  const { service, image, where, listens, tries, note } = suggestion
  const place = where === null ? '' : where === 'running_container' ? ', in its running container' : ', in a throw-away container'
  const sockets = listens.map(({ address, port }) => (address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`))
  return [
    `${oneLine(service)} (${oneLine(image)}${place})`,
    ...(sockets.length === 0 ? [] : [`  listens on ${listed(sockets)}`]),
    // What works is the last of them.
    ...tries.map((each) => `  ${tryText(each)}`),
    ...(note === '' ? [] : [`  ${oneLine(note, 300)}`]),
    ...formsOf(suggestion),
    '',
  ]
}

function tryText({ tool, exit, ms, output }: Try): string {
  if (exit === 127) return `${oneLine(tool)}: not in the image`
  const said = exit === 0 ? '' : lastLine(output, 200)
  return `${oneLine(tool)}: tried, ${exit === null ? `no end within ${ms} ms` : `exit ${exit} in ${ms} ms`}${said === '' ? '' : `: ${said}`}`
}

function formsOf({ dockerfile, compose, outside }: Suggestion): string[] {
  const block = (title: string, text: string | null) => (text === null ? [] : ['', `  ${title}:`, ...indented(text)])
  const asked =
    outside === null ? '' : `no tool needed, tried from outside: ${outside.status === null ? 'connected' : `HTTP ${outside.status}`} in ${outside.ms} ms`
  return [...block('Dockerfile', dockerfile), ...block('Compose', compose), ...block(asked, outside?.xTorii ?? null)]
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => `    ${cleanText(line)}`)
}
