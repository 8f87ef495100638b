import type { Hit } from '../rule.ts'
import type { Dockerfile } from '../see/dockerfile.ts'
import type { Extension } from '../see/extension.ts'
import type { LintService, Stated } from '../see/service.ts'

/** A rule that looks at one service after the other. */
export function eachService(find: (service: LintService, extension: Extension) => Hit[]): (extension: Extension) => Hit[] {
  return (extension) => extension.services.flatMap((service) => find(service, extension).map((hit) => ({ service: service.name, ...hit })))
}

/** A rule about checks whose test is known. An image's own is its author's: only rules about times are told of it. */
export function eachCheck(find: (check: Stated, service: LintService, extension: Extension) => Hit[], alsoOfImages = false): (extension: Extension) => Hit[] {
  return eachService((service, extension) => {
    const { check } = service
    return check.is === 'stated' && (alsoOfImages || check.from !== 'image') ? find(check, service, extension) : []
  })
}

/** Whether a health check is sure to be there, whoever asks it. */
export function isChecked({ check }: LintService): boolean {
  return check.is === 'stated' || check.is === 'outside'
}

export function eachDockerfile(find: (dockerfile: Dockerfile) => Hit[]): (extension: Extension) => Hit[] {
  return ({ dockerfiles }) => dockerfiles.flatMap((dockerfile) => find(dockerfile))
}

/** A rule whose hits were found while the files were read. */
export function told(rule: string): (extension: Extension) => Hit[] {
  return (extension) => extension.told.filter((each) => each.rule === rule).map(({ hit }) => hit)
}

const byName = new WeakMap<Extension, Map<string, LintService>>()

export function serviceCalled(name: string, extension: Extension): LintService | undefined {
  const known = byName.get(extension) ?? new Map(extension.services.map((service) => [service.name, service]))
  byName.set(extension, known)
  return known.get(name)
}
