import { scrubberOf } from '../text/hide-secrets.ts'
import type { KnownSecrets } from '../text/known-secrets.ts'
import type { Scrubber } from '../text/scrubber.ts'
import { namedSecrets } from '../text/secret-variables.ts'
import { DeployError } from './failure.ts'
import { checkFewSecrets } from './few-secrets.ts'
import { scrubberFor, secretsOf } from './fit-to-keep.ts'
import type { Extensions } from './ports.ts'
import type { RevisionScrubbers } from './revision-scrubbers.ts'

/**
 * The extension room, with every refusal and notice scrubbed: Compose's words quote what it was given, and a refused extension has no record
 * that would know its secrets. They are known to the log from here on.
 */
export function scrubbedExtensions<E extends Extensions>(extensions: E, known: Pick<KnownSecrets, 'of'>, scrubbers: Pick<RevisionScrubbers, 'renew'>): E {
  return {
    ...extensions,
    read: async (request) => {
      const given = namedSecrets(request.env ?? {})
      checkFewSecrets(given)
      known.of(`request ${request.path}`, given)
      const read = await refusing(scrubberOf(given), () => extensions.read(request))
      const secrets = secretsOf(read)
      checkFewSecrets(secrets)
      known.of(`request ${request.path}`, secrets)
      return { ...read, notices: read.notices.map(scrubberOf(secrets).text) }
    },
    judge: async (source, ref, ...rest) => {
      const { text } = scrubberFor({ source })
      const report = await refusing(scrubberFor({ source }), () => extensions.judge(source, ref, ...rest))
      return { ...report, findings: report.findings.map((each) => ({ ...each, found: text(each.found) })) }
    },
    resolve: async (source, ref, answers) => {
      const answer = await refusing(scrubberFor({ source }), () => extensions.resolve(source, ref, answers))
      checkFewSecrets(secretsOf({ source, resolved: answer.resolved }))
      return { ...answer, notices: answer.notices.map(scrubberFor({ source, resolved: answer.resolved }).text) }
    },
    images: (resolved, ref, source) =>
      refusingNow(source === undefined ? null : scrubberFor({ source, resolved }), () => extensions.images(resolved, ref, source)),
    rewrite: (input) => {
      const scrubber = scrubberFor(input)
      const answer = refusingNow(scrubber, () => extensions.rewrite(input))
      return { ...answer, notices: answer.notices.map(scrubber.text) }
    },
    writeFiles: async (ref, files) => {
      await extensions.writeFiles(ref, files)
      scrubbers.renew(ref)
    },
  }
}

async function refusing<T>(scrubber: Scrubber, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw scrubbedError(error, scrubber)
  }
}

function refusingNow<T>(scrubber: Scrubber | null, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw scrubber === null ? error : scrubbedError(error, scrubber)
  }
}

/** A refusal without secrets in its words. What nobody expected goes to the log alone, which hides by itself. */
export function scrubbedError(error: unknown, { text }: Scrubber): unknown {
  if (!(error instanceof DeployError)) return error
  const { reason, detail, service, fix, headline, asks } = error.trouble
  const asked = asks?.asked.map((each) => ({ ...each, found: text(each.found) }))
  return new DeployError(reason, text(detail), {
    service,
    headline,
    fix: fix === undefined ? undefined : text(fix),
    asks: asks && asked && { model: asks.model, asked },
    cause: error,
  })
}
