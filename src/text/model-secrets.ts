import { parse } from 'yaml'
import { secretVariables } from './secret-variables.ts'

type Values = Record<string, string>

const most = 16
const known = new Map<string, Values>()

/**
 * What a resolved Compose model holds of secrets: variables of all services that are secrets by their names, whether they stand in the
 * file or came of an env_file, and the contents of its `secrets:`. One that cannot be read holds none.
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
    const services = Object.values(group(group(model)['services']))
    const variables = services.map((service) => secretVariables(texts(group(group(service)['environment']))))
    const secrets = Object.entries(group(group(model)['secrets'])).flatMap(([name, secret]): [string, string][] => {
      const { content, environment } = group(secret)
      if (typeof environment === 'string') return [[`${ofVariable}${environment}`, environment]]
      return typeof content === 'string' ? Object.entries(fileSecrets(name, undollar(content))) : []
    })
    const named = variables.flatMap((each, at) =>
      Object.entries(each).map(([name, value]): [string, string] => [nameOf(name, value, variables.slice(0, at)), value]),
    )
    return Object.fromEntries([...named, ...secrets])
  } catch {
    return {}
  }
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
