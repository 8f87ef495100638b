import { programsOf } from './programs.ts'
import { type Server, servers } from './servers.ts'

/** Where a well-known server will listen, by its command line and environment. */
export interface Listens {
  server: string
  /** null: a variable decides. */
  host: string | null
  /** Whether the host is written, or the server's own default. */
  isStated: boolean
  port: number | null
  /** How it is told to listen everywhere. */
  advice: string
}

interface Started {
  name: string
  server: Server
  args: string[]
}

/**
 * The first server that a command starts; null: none that we know, or one that may be told where to listen by a file. `files` are the names
 * in its folder.
 */
export function listensOf(command: { form: 'exec' | 'shell'; argv: string[] }, env: Record<string, string>, files: string[]): Listens | null {
  for (const { name, args } of programsOf(command)) {
    const started = startedBy([name, ...args])
    if (started !== null) return isToldElsewhere(started, env, files) ? null : listens(started, env)
  }
  return null
}

const runners =
  /^(poetry|uv|pipenv|pdm|hatch|rye|npx|bunx|pnpm|yarn|bundle|opentelemetry-instrument|ddtrace-run|newrelic-admin|docker-entrypoint\.sh|entrypoint\.sh)$/

function startedBy(words: string[]): Started | null {
  const [first = '', ...rest] = words
  if (runners.test(first)) {
    const at = rest.findIndex((word) => !/^(run|exec|dlx|run-program|-.*)$/.test(word))
    return at < 0 ? null : startedBy(rest.slice(at))
  }
  if (/^(python[\d.]*|pypy\d*)$/.test(first)) return ofPython(rest)
  if (first === 'php' && rest[0] !== '-S') return named(rest.slice(0, 2).join(' '), rest.slice(2))
  // Options of its own may stand before what it is to do: `flask --app shop run`.
  const at = rest.findIndex((word) => Object.hasOwn(servers, `${first} ${word}`))
  return at < 0 ? named(first, rest) : named(`${first} ${rest[at]}`, rest.slice(at + 1))
}

function ofPython(args: string[]): Started | null {
  const module = args.indexOf('-m')
  if (module >= 0) return startedBy(args.slice(module + 1))
  const at = args.indexOf('runserver')
  return at > 0 && /manage\.py$/.test(args[at - 1] ?? '') ? named('runserver', args.slice(at + 1)) : null
}

function named(name: string, args: string[]): Started | null {
  const server = Object.hasOwn(servers, name) ? servers[name] : undefined
  return server === undefined ? null : { name, server, args }
}

/** By a file, by a socket, or by a variable that stands for a whole command line. */
function isToldElsewhere({ name, server, args }: Started, env: Record<string, string>, files: string[]): boolean {
  const usualFile = server.files !== undefined && files.some((file) => server.files?.test(file))
  const byVariable = name === 'gunicorn' && (env['GUNICORN_CMD_ARGS'] !== undefined || env['PORT'] !== undefined)
  return usualFile || byVariable || args.some((arg) => /^(-c|--config|--uds|--fd|--unix)(=|$)|^(unix|fd):/.test(arg))
}

function listens({ name, server, args }: Started, env: Record<string, string>): Listens {
  const [bindHost, bindPort] = hostAndPort((server.bind && optionOf(args, server.bind)) ?? (server.positional ? args.find(isAddress) : undefined))
  const host = bindHost ?? (server.host && optionOf(args, server.host)) ?? env[`${server.env}_HOST`]
  const port = bindPort ?? (server.port && optionOf(args, server.port)) ?? env[`${server.env}_PORT`] ?? env[server.portVariable ?? '']
  // `--host` alone means everywhere (Vite, Astro).
  const said = host === '' ? '0.0.0.0' : host
  return {
    server: name,
    host: said === undefined ? server.usualHost : said.includes('$') ? null : said,
    isStated: said !== undefined,
    port: port === undefined ? server.usualPort : /^\d{1,5}$/.test(port) ? Number(port) : null,
    advice: adviceOf(server),
  }
}

/** The value of an option, as `--x=value`, `-xvalue` or behind it; '' when another option follows. */
function optionOf(args: string[], options: string): string | undefined {
  for (const [index, arg] of args.entries()) {
    const option = options.split(' ').find((each) => arg === each || arg.startsWith(`${each}=`) || (/^-\w$/.test(each) && arg.startsWith(each)))
    if (option === undefined) continue
    if (arg !== option) return arg.slice(option.length).replace(/^=/, '')
    const next = args[index + 1]
    return next === undefined || next.startsWith('-') ? '' : next
  }
  return undefined
}

function isAddress(arg: string): boolean {
  return /^([\w.-]+|\[[\da-f:]+\]):(\d+|\$.*)$|^\d{2,5}$/.test(arg)
}

function hostAndPort(bind: string | undefined): [string | undefined, string | undefined] {
  if (bind === undefined || bind === '') return [undefined, undefined]
  if (/^\d+$/.test(bind)) return [undefined, bind]
  const [, host = '', port] = /^(.*?)(?::([^:\]]+))?$/.exec(bind) ?? []
  return [host === '' ? '0.0.0.0' : host, port]
}

function adviceOf({ host, bind, usualPort }: Server): string {
  if (bind !== undefined) return `${bind.split(' ')[0]} 0.0.0.0:${usualPort}`
  return host === undefined ? `0.0.0.0:${usualPort}` : `${host.split(' ')[0]} 0.0.0.0`
}

/** Reached from nowhere but its own container. */
export function isLoopback(host: string | null): boolean {
  return host !== null && /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(host)
}
