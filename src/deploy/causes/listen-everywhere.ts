import { isLoopback, listensOf } from '../command/listens.ts'
import { baseName, isShell } from '../command/programs.ts'
import { servers } from '../command/servers.ts'
import type { Case } from './case.ts'
import { passesOn } from './entrypoint.ts'
import { hostOfFramework } from './framework-host.ts'
import { write } from './rule.ts'
import { listLine } from './variables.ts'

const loopback = '(?:127(?:\\.\\d+){3}|localhost|\\[::1\\]|::1)'
/** A host by itself, or with its port; or behind the option of a server. */
const wholeWord = new RegExp(`^(--?[\\w.-]+=)?${loopback}(:\\d+)?$`)
const behindOption = new RegExp(`((?:--(?:host|hostname|bind|address|addr|listen|ip|server\\.address)|-b|-H|-p)[ =])${loopback}(?=[:\\s]|$)`)

/**
 * What to write so that it listens for others too: the whole line where a word or variable names the container itself, else what its
 * framework is told with, else where to look. It begins as a sentence goes on.
 */
export function listenEverywhere(seen: Case): string {
  const port = seen.revision.plan?.route?.port ?? 8000
  const line = ofItsWords(seen, port) ?? hostOfFramework(seen, port)
  return line.replace(/^I/, 'i')
}

/** null: nothing of that kind tells. */
function ofItsWords(seen: Case, port: number): string | null {
  const { settings = {}, command = [], entrypoint = [] } = seen.seen?.facts ?? {}
  const variable = Object.entries(settings).find(([name, value]) => /(?:^|_)(?:HOST|HOSTNAME|BIND|LISTEN|ADDR|ADDRESS)$/.test(name) && wholeWord.test(value))
  if (variable !== undefined) return write(seen.service, 'environment:', `${variable[0]}: ${variable[1].replace(new RegExp(loopback), '0.0.0.0')}`)
  const opened = passesOn(entrypoint) ? (openedWords(command) ?? toldWords(command, settings, port)) : null
  return opened === null ? null : write(seen.service, '', listLine('command', opened))
}

/** Words that name the container itself, with 0.0.0.0 in its place; null: none does. */
function openedWords(command: string[]): string[] | null {
  const opened = command.map((word) => {
    if (wholeWord.test(word)) return word.replace(new RegExp(loopback), '0.0.0.0')
    return word.replace(behindOption, '$10.0.0.0')
  })
  return opened.join(' ') === command.join(' ') ? null : opened
}

/** A well-known server that was told no host, with the words that tell it; null: it is none, or a shell starts it. */
function toldWords(command: string[], settings: Record<string, string>, port: number): string[] | null {
  const said = advised(command, settings, port)
  return said === null || isShell(baseName(command[0] ?? '')) ? null : [...command, ...said]
}

function advised(command: string[], settings: Record<string, string>, port: number): string[] | null {
  const listens = listensOf({ form: 'exec', argv: command }, settings, [])
  if (listens === null || listens.isStated || !isLoopback(listens.host)) return null
  const { host, bind } = servers[listens.server] ?? {}
  const option = (bind ?? host)?.split(' ')[0]
  if (option === undefined) return [`0.0.0.0:${port}`]
  return [option, bind === undefined ? '0.0.0.0' : `0.0.0.0:${port}`]
}
