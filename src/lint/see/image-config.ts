import type { Env, Instruction } from 'dockerfile-ast'
import { interpolate } from '../../extension/interpolate.ts'
import { ancestry, type Dockerfile, type Stage } from './dockerfile.ts'
import type { Place } from './source.ts'

/** A command as Docker keeps it: a list of arguments, or one line for a shell. */
export interface Command {
  form: 'exec' | 'shell'
  /** One element in shell form. */
  argv: string[]
  at: Place
}

/** What a Dockerfile makes of the image's configuration. What it does not say, its base image says. */
export interface ImageConfig {
  healthcheck: Instruction | null
  /** Declared with `SHELL`; null: Docker's own, /bin/sh -c. */
  shell: string[] | null
  /** tcp, ascending. */
  exposed: number[]
  /** False: an EXPOSE has a variable in it. */
  exposedKnown: boolean
  entrypoint: Command | null
  command: Command | null
  env: Record<string, string>
  user: { name: string; at: Place } | null
}

const known = new WeakMap<Stage, ImageConfig>()

export function configOf(dockerfile: Dockerfile, stage: Stage): ImageConfig {
  const config = known.get(stage) ?? read(dockerfile, stage)
  known.set(stage, config)
  return config
}

function read(dockerfile: Dockerfile, stage: Stage): ImageConfig {
  const stages = ancestry(stage)
  const all = stages.toReversed().flatMap(({ instructions }) => instructions)
  const last = (keyword: string) => all.findLast((each) => each.getKeyword() === keyword) ?? null
  const env = envOf(all)
  const entrypoint = last('ENTRYPOINT')
  const cmd = last('CMD')
  const exposed = all.filter((each) => each.getKeyword() === 'EXPOSE').flatMap((each) => wordsOf(each, env))
  return {
    healthcheck: last('HEALTHCHECK'),
    shell: shellOf(last('SHELL')),
    exposed: [...new Set(exposed.map(tcpPort).filter((port) => port !== null))].sort((a, b) => a - b),
    exposedKnown: !exposed.some((word) => word.includes('$')),
    entrypoint: entrypoint && commandOf(argumentsOf(entrypoint), dockerfile.place(entrypoint.getArgumentsRange())),
    command: cmd && commandOf(argumentsOf(cmd), dockerfile.place(cmd.getArgumentsRange())),
    env,
    user: userOf(last('USER'), dockerfile, env),
  }
}

/** Exec form is a JSON array of strings; everything else goes to a shell (Dockerfile reference). */
export function commandOf(text: string, at: Place): Command {
  const list = jsonList(text)
  return list === null ? { form: 'shell', argv: [text], at } : { form: 'exec', argv: list, at }
}

/** The arguments on one line, without the comments that may stand between continued lines. */
export function argumentsOf(instruction: Instruction): string {
  const lines = (instruction.getRawArgumentsContent() ?? '').split(/\r?\n/).filter((line) => !/^\s*#/.test(line))
  return lines.map((line) => line.replace(/[\\`]\s*$/, ' ')).join(' ')
}

function wordsOf(instruction: Instruction, env: Record<string, string>): string[] {
  return interpolate(argumentsOf(instruction), env)
    .split(/\s+/)
    .filter((word) => word !== '')
}

function jsonList(text: string): string[] | null {
  if (!text.trim().startsWith('[')) return null
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : null
  } catch {
    return null
  }
}

function shellOf(instruction: Instruction | null): string[] | null {
  return instruction && jsonList(argumentsOf(instruction))
}

function envOf(instructions: Instruction[]): Record<string, string> {
  const env: Record<string, string> = {}
  for (const instruction of instructions) {
    if (instruction.getKeyword() !== 'ENV') continue
    for (const property of (instruction as Env).getProperties()) env[property.getName()] = interpolate(property.getValue() ?? '', env)
  }
  return env
}

function tcpPort(word: string): number | null {
  const port = /^(\d{1,5})(?:-\d+)?(?:\/tcp)?$/i.exec(word)?.[1]
  return port === undefined ? null : Number(port)
}

function userOf(instruction: Instruction | null, dockerfile: Dockerfile, env: Record<string, string>): ImageConfig['user'] {
  if (instruction === null) return null
  return { name: interpolate(argumentsOf(instruction).trim(), env), at: dockerfile.place(instruction.getRange()) }
}
