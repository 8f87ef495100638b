import type { Program } from '../../deploy/command/programs.ts'

/** Whom a check asks. */
export interface Asked {
  program: string
  kind: 'http' | 'tcp'
  host: string
  /** null: it is not written, or a variable. */
  port: number | null
}

const clients = new Set(['curl', 'wget', 'http', 'https', 'xh', 'httpie'])
const url = /(https?):\/\/(\[[0-9a-fA-F:]+\]|[^\s/:'"`)?#@]+)(?::(\d{1,5}|\$[^/\s'"]*))?/g
/** curl and wget take an address without a scheme. */
const bare = /^(localhost|\[::1\]|\d{1,3}(?:\.\d{1,3}){3}|[A-Za-z0-9_.-]+)(?::(\d{1,5}))?(?:\/[^\s]*)?$/
const optionsWithValue =
  /^(-[a-zA-Z]*[oHXdbuAwmTteY]|--(output|header|request|data|user|user-agent|write-out|max-time|connect-timeout|retry|retry-delay|timeout|tries|output-document|method|post-data))$/

/** Every address that a check's programs ask, as far as it is written. */
export function addressesOf(programs: Program[], script: string): Asked[] {
  return [...programs.flatMap(ofProgram), ...tcpOf(script)]
}

function ofProgram(program: Program): Asked[] {
  if (program.name === 'nc' || program.name === 'ncat' || program.name === 'netcat') return ofNetcat(program)
  const urls = [...program.args.join(' ').matchAll(url)].map(([, scheme, host = '', port]) => http(program.name, host, port, scheme === 'https' ? 443 : 80))
  if (urls.length > 0 || !clients.has(program.name)) return urls
  const words = program.args.filter((arg, index) => !arg.startsWith('-') && !optionsWithValue.test(program.args[index - 1] ?? ''))
  return words.flatMap((word) => {
    const [, host, port] = bare.exec(word) ?? []
    return host === undefined ? [] : [http(program.name, host, port, 80)]
  })
}

function http(program: string, host: string, port: string | undefined, usual: number): Asked {
  const number = port === undefined ? usual : Number(port)
  return { program, kind: 'http', host, port: Number.isInteger(number) ? number : null }
}

function ofNetcat({ name, args }: Program): Asked[] {
  const [host, port] = args.filter((arg, index) => !arg.startsWith('-') && !/^-[a-z]*[wiqs]$/.test(args[index - 1] ?? '')).slice(-2)
  return host !== undefined && /^\d{1,5}$/.test(port ?? '') ? [{ program: name, kind: 'tcp', host, port: Number(port) }] : []
}

/** bash's own `/dev/tcp/HOST/PORT`. */
function tcpOf(script: string): Asked[] {
  return [...script.matchAll(/\/dev\/tcp\/([^/\s'"]+)\/(\d{1,5}|\$[^\s'"]+)/g)].map(([, host = '', port]) => {
    const number = Number(port)
    return { program: '/dev/tcp', kind: 'tcp', host, port: Number.isInteger(number) ? number : null }
  })
}

/** The container itself: also by names that only the shell knows. */
export function isItself(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|0\.0\.0\.0|\[?::1?\]?|ip6-localhost)$/i.test(host) || host.includes('$') || host.includes('`')
}
