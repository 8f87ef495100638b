import { mayBeSecret } from './secret-names.ts'

/** Secrets with what each is called where it is hidden. By value: one name may have had many, and none takes another's place. */
export type Secrets = ReadonlyMap<string, string>

export const noSecrets: Secrets = new Map()

/** What these are called and are. A value that is too short, or that everybody knows, is none; of several names the first counts. */
export function secretsFrom(named: Iterable<readonly [name: string, value: string]>): Secrets {
  const secrets = new Map<string, string>()
  for (const [name, value] of named) if (mayBeSecret(value) && !secrets.has(value)) secrets.set(value, name)
  return secrets
}

export function joinSecrets(...all: Secrets[]): Secrets {
  return secretsFrom(all.flatMap((secrets) => [...secrets].map(([value, name]) => [name, value] as const)))
}
