import { parse } from 'yaml'
import { rememberFew } from './remember-few.ts'
import { isSecretName } from './secret-names.ts'
import { secretVariables } from './secret-variables.ts'
import { joinSecrets, noSecrets, type Secrets, secretsFrom } from './secrets.ts'
import { secretWords } from './words-with-secrets.ts'

type Values = Record<string, string>

interface Held {
  secrets: Secrets
  /** Variables that a secret's `environment:` names: they may be called anything. */
  variables: string[]
}

const models = rememberFew<string, Held>(16)

/**
 * What a resolved Compose model holds of secrets: variables, build arguments and labels of all services, whether they stand in the file or
 * came of an env_file, what commands and checks are given, and the contents of its `secrets:` and of the `configs:` that are called so. One
 * that cannot be read holds none.
 */
export function modelSecrets(resolved: string, env: Values): Secrets {
  const { secrets, variables } = models.of(resolved, () => heldIn(resolved))
  return joinSecrets(secrets, secretsFrom(variables.map((name) => [`secret of variable ${name}`, env[name] ?? ''])))
}

function heldIn(resolved: string): Held {
  try {
    const model: unknown = parse(resolved, { logLevel: 'silent', uniqueKeys: false, maxAliasCount: 0 })
    const services = Object.entries(group(group(model)['services'])).map(([name, service]) => ({ name, service: group(service) }))
    const files = [...filesIn(group(model)['secrets'], () => true), ...filesIn(group(model)['configs'], isSecretName)]
    return {
      secrets: joinSecrets(
        ...services.flatMap(({ service }) => variablesOf(service).map(secretVariables)),
        ...services.map(({ name, service }) => secretWords(wordsOf(service), name)),
        ...files.map(({ name, content }) => (typeof content === 'string' ? fileSecrets(name, undollar(content)) : noSecrets)),
      ),
      variables: files.flatMap(({ environment }) => (typeof environment === 'string' ? [environment] : [])),
    }
  } catch {
    return { secrets: noSecrets, variables: [] }
  }
}

/** All by name and value that a service has. */
function variablesOf({ environment, build, labels, annotations }: Record<string, unknown>): Values[] {
  return [environment, group(build)['args'], labels, annotations].map((each) => texts(group(each)))
}

function wordsOf({ command, entrypoint, healthcheck }: Record<string, unknown>): string[] {
  return [command, entrypoint, group(healthcheck)['test']].flatMap((each) => (Array.isArray(each) ? each.map(String) : typeof each === 'string' ? [each] : []))
}

function filesIn(section: unknown, isSecret: (name: string) => boolean): { name: string; content: unknown; environment: unknown }[] {
  return Object.entries(group(section)).flatMap(([name, part]) => {
    const { content, environment } = group(part)
    return isSecret(name) ? [{ name, content, environment }] : []
  })
}

/** A secret's content by names that say so: whole, and line by line as logs have it. */
export function fileSecrets(name: string, content: string): Secrets {
  const lines = [...new Set([content.trim(), ...content.split('\n').map((line) => line.trim())])].filter((line) => line.length >= leastLine)
  const all = lines.length === 0 ? [content.trim()] : lines
  return secretsFrom(all.slice(0, 200).map((value, at) => [`secret ${name}${at === 0 ? '' : `, part ${at}`}`, value]))
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
