import { oneLine } from '../text/one-line.ts'
import { CliError } from './cli-error.ts'
import { context } from './context.ts'
import type { ServerOptions } from './endpoint.ts'
import { print, printJson, say } from './output.ts'

export async function open(name: string, { print: only, json, ...server }: ServerOptions & { print?: boolean; json?: boolean }): Promise<void> {
  const { api } = context(server)
  const { urls } = await api.get(name)
  const [url] = urls
  if (url === undefined) throw new CliError(`${oneLine(name)} has no URL.`, { reason: 'no_route', exit: 6, fix: '`torii status` shows what it is.' })
  if (json) printJson({ urls })
  else print(url)
  if (!only && !json) await inBrowser(url)
}

async function inBrowser(url: string): Promise<void> {
  const { execa } = await import('execa')
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open'
  const { failed } = await execa(program, [new URL(url).href], { reject: false, stdio: 'ignore', timeout: 5_000 })
  if (failed) say('No browser could be opened here; open the address yourself.')
}
