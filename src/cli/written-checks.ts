import type { Config } from '../config.ts'
import { secondsOf } from '../deploy/words.ts'
import { oneLine } from '../text/one-line.ts'

type LintService = import('../lint/see/service.ts').LintService

/** What the Dockerfiles of an extension say of health checks, a clause by service; none where it cannot be told from them. */
export async function writtenChecks(path: string, config: Config): Promise<Map<string, string>> {
  const [{ loadExtension }, { createSchemaCheck }, { rememberingLook }] = await Promise.all([
    import('../lint/see/load.ts'),
    import('../extension/schema-check.ts'),
    import('../lint/see/remembering-look.ts'),
  ])
  const tools = { config, schema: createSchemaCheck(), look: rememberingLook(), images: null, cwd: path }
  const { services } = await loadExtension(path, tools)
  return new Map(
    services.flatMap((service) => {
      const clause = clauseOf(service)
      return clause === null ? [] : [[service.name, clause] as const]
    }),
  )
}

function clauseOf({ check, build, ports }: LintService): string | null {
  if (build === null) return null
  const exposed = build.config?.exposed ?? []
  const listens = exposed.length === 0 || ports.numbers.length === 0 ? '' : `; it exposes ${exposed.join(', ')}`
  if (check.is === 'disabled') return `its Dockerfile switches the HEALTHCHECK off${listens}`
  if (check.is === 'none') return `neither its Dockerfile nor, as far as is known, its base image has a HEALTHCHECK${listens}`
  if (check.is !== 'stated') return null
  const { test, interval, retries, startPeriod } = check.check
  const times = `every ${secondsOf(interval)}, start period ${secondsOf(startPeriod)}, ${retries} retries`
  return `its Dockerfile has the HEALTHCHECK ${oneLine(test.slice(1).join(' '), 200)} (${times})${listens}`
}
