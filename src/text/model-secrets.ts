import { parse } from 'yaml'
import { isSecretName } from './secret-names.ts'
import { secretVariables } from './secret-variables.ts'
import { secretWords } from './words-with-secrets.ts'

type Values = Record<string, string>

const most = 16
const known = new Map<string, Values>()

/**
 * What a resolved Compose model holds of secrets: variables, build arguments and labels of all services, whether they stand in the file or
 * came of an env_file, what commands and checks are given, and the contents of its `secrets:` and of the `configs:` that are called so. One
 * that cannot be read holds none.
 */
export function modelSecrets(resolved: string, env: Values): Values {
  const found = known.get(resolved) ?? secretsIn(resolved)
  known.delete(resolved)
  known.set(resolved, found)
  for (const oldest of [...known.keys()].slice(0, -most)) known.delete(oldest)
  // A secret's `environment:` names a variable that may be called anything.
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, name.startsWith(ofVariable) ? (env[value] ?? '') : value]))
}

const ofVariable = 'secret of variable '

function secretsIn(resolved: string): Values {
  try {
    const model: unknown = parse(resolved, { logLevel: 'silent', uniqueKeys: false, maxAliasCount: 0 })
    const services = Object.entries(group(group(model)['services'])).map(([name, service]) => ({ name, service: group(service) }))
    const variables = services.flatMap(({ service }) => variablesOf(service).map(secretVariables))
    const secrets = [...contentsIn(group(model)['secrets'], () => true), ...contentsIn(group(model)['configs'], isSecretName)]
    const words = services.flatMap(({ name, service }) => Object.entries(secretWords(wordsOf(service), name)))
    const named = variables.flatMap((each, at) =>
      Object.entries(each).map(([name, value]): [string, string] => [nameOf(name, value, variables.slice(0, at)), value]),
    )
    return Object.fromEntries([...named, ...words, ...secrets])
  } catch {
    return {}
  }
}

/** All by name and value that a service has. */
function variablesOf({ environment, build, labels, annotations }: Record<string, unknown>): Values[] {
  return [environment, group(build)['args'], labels, annotations].map((each) => texts(group(each)))
}

function wordsOf({ command, entrypoint, healthcheck }: Record<string, unknown>): string[] {
  return [command, entrypoint, group(healthcheck)['test']].flatMap((each) => (Array.isArray(each) ? each.map(String) : typeof each === 'string' ? [each] : []))
}

function contentsIn(section: unknown, isSecret: (name: string) => boolean): [string, string][] {
  return Object.entries(group(section)).flatMap(([name, part]): [string, string][] => {
    const { content, environment } = group(part)
    if (!isSecret(name)) return []
    if (typeof environment === 'string') return [[`${ofVariable}${environment}`, environment]]
    return typeof content === 'string' ? Object.entries(fileSecrets(name, undollar(content))) : []
  })
}

/** Two services may give one name two values. */
function nameOf(name: string, value: string, before: Values[]): string {
  return before.some((each) => each[name] !== undefined && each[name] !== value) ? `${name} ${before.length + 1}` : name
}

/** A secret's content by names that say so: whole, and line by line as logs have it. */
export function fileSecrets(name: string, content: string): Values {
  const lines = [...new Set([content.trim(), ...content.split('\n').map((line) => line.trim())])].filter((line) => line.length >= leastLine)
  const short = content.trim()
  const all = lines.length === 0 && short.length >= 4 ? [short] : lines
  return Object.fromEntries(all.slice(0, 200).map((value, at) => [`secret ${name}${at === 0 ? '' : `, part ${at}`}`, value]))
}

const leastLine = 8

function undollar(text: string): string {
  return text.replaceAll('$$', '$')
}

function group(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function texts(variables: Record<string, unknown>): Values {
  const plain = Object.entries(variables).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  return Object.fromEntries(plain.map(([name, value]) => [name, undollar(String(value))]))
}
