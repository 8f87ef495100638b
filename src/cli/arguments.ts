import { type Command, InvalidArgumentError } from 'commander'

/** A command answers its exit code, or nothing: then it is 0. */
export async function run(command: Promise<unknown>): Promise<void> {
  const exit = await command
  process.exitCode = typeof exit === 'number' ? exit : 0
}

export function examples(command: Command, ...lines: string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  torii ${line}`).join('\n')}`)
}

export function withJson(command: Command, what = 'print one JSON document on stdout'): Command {
  return command.option('--json', what)
}

/** Which control plane is asked. */
export function withServer(command: Command): Command {
  return command
    .option('--server <url>', 'ask this control plane instead of this machine’s (default: TORII_SERVER)')
    .option('--token-file <file>', 'with --server: a file that holds the token (default: TORII_TOKEN, the token itself)')
    .option('--ca <file>', 'with --server: the authority that signed its certificate, a PEM file (default: TORII_CA, a file too)')
}

export function several(value: string, before: string[] = []): string[] {
  return [...before, value]
}

export function port(value: string): number {
  return within(value, 1, 65535, 'a port between 1 and 65535')
}

export function count(value: string): number {
  return within(value, 0, 1_000_000, 'a number of lines')
}

export function revision(value: string): number {
  return within(value, 1, 1_000_000_000, 'the number of a revision')
}

const units = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** A time such as 90s, 30m, 12h or 7d, in seconds; ten years at most. */
export function span(value: string): number {
  const [, amount = '', unit = 's'] = /^([1-9]\d{0,8})([smhd])$/.exec(value) ?? []
  const seconds = Number(amount) * units[unit as keyof typeof units]
  if (!(seconds > 0 && seconds <= 3650 * units.d)) throw new InvalidArgumentError('It must be a time such as 30m, 12h or 7d.')
  return seconds
}

/** commander takes null for no value. */
export function spanOrNever(value: string): number | 'never' {
  return value === 'never' ? value : span(value)
}

export function deploymentName(value: string): string {
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) throw new InvalidArgumentError('It must be the name of a deployment.')
  return value
}

function within(value: string, least: number, most: number, what: string): number {
  const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN
  if (!(number >= least && number <= most)) throw new InvalidArgumentError(`It must be ${what}.`)
  return number
}
