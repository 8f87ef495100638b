import { DeployError } from '../deploy/failure.ts'
import { isDict } from './model-text.ts'
import type { ParsedFile } from './parse-compose.ts'

const mostServices = 500
const mostVariables = 10_000
/** Compose follows each chain of dependencies by itself: a million take it 0.7 s, and each service that depends on all others doubles them (5.6). */
const mostChains = 1_000_000

/** Refuses, before Compose and before anything is made of them, more services, variables and dependencies than a machine can be asked for. */
export function checkFewParts({ root, label }: Pick<ParsedFile, 'root' | 'label'>): void {
  const services = isDict(root['services']) ? root['services'] : {}
  const count = Object.keys(services).length
  if (count > mostServices) throw tooMany(label, `${count} services, and ${mostServices} are the most`)
  const variables = Object.values(services).reduce<number>((sum, service) => sum + variablesOf(service), 0)
  if (variables > mostVariables) throw tooMany(label, `${variables} variables, and ${mostVariables} are the most`)
  if (chainsOf(services) > mostChains) throw tooMany(label, 'more chains of `depends_on` than Compose can follow', 'Leave out dependencies that others imply.')
}

function variablesOf(service: unknown): number {
  return isDict(service) ? sizeOf(service['environment']) + sizeOf(service['labels']) : 0
}

function sizeOf(group: unknown): number {
  return typeof group === 'object' && group !== null ? Object.keys(group).length : 0
}

/** How many chains begin at any service, each counted once. A circle is Compose's to refuse: where one closes it ends. */
function chainsOf(services: Record<string, unknown>): number {
  const known = new Map<string, number>()
  const from = (name: string): number => {
    const before = known.get(name)
    if (before !== undefined) return before
    known.set(name, 0)
    const chains = awaitedBy(services[name]).reduce((sum, each) => sum + from(each), 1)
    known.set(name, chains)
    return chains
  }
  return Object.keys(services).reduce((sum, name) => sum + from(name), 0)
}

function awaitedBy(service: unknown): string[] {
  const named = isDict(service) ? service['depends_on'] : undefined
  if (Array.isArray(named)) return named.map(String)
  return isDict(named) ? Object.keys(named) : []
}

function tooMany(label: string, what: string, fix = 'Take it apart into several extensions.'): DeployError {
  return new DeployError('compose_invalid', `${label} has ${what}`, { fix })
}
