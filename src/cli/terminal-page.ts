import { wrapped } from './wrapped.ts'

/** A page of ours as a person at a terminal reads it: without Markdown's marks. Into a file or a pipe it goes as it is. */
export function terminalPage(markdown: string, isTerminal = process.stdout.isTTY === true, columns = process.stdout.columns): string {
  if (!isTerminal) return markdown
  return markdown
    .split(/^```\w*\n([\s\S]*?)^```\n/m)
    .map((part, at) => (at % 2 === 0 ? wrapped(plain(part), { isTTY: true, columns }) : part.replaceAll(/^(?=.)/gm, '    ')))
    .join('')
}

function plain(text: string): string {
  return text
    .replaceAll(/^#+ /gm, '')
    .replaceAll('**', '')
    .replaceAll(/\[([^\]]*)\]\(([^)]*)\)/g, '$1')
}
