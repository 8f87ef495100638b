import { basename } from 'node:path'
import type { Config } from '../config.ts'
import type { PlannedImage } from '../deploy/plan.ts'
import type { Extensions } from '../deploy/ports.ts'
import type { RevisionRef, Source } from '../deploy/record.ts'
import { changesBetween } from './changes.ts'
import { copyMounts } from './copy-mounts.ts'
import { draftOf } from './draft.ts'
import { plannedImages } from './images.ts'
import { judgeExtension } from './judge.ts'
import { defaultNetwork, subnetSizes } from './network.ts'
import { type OperatorPolicy, readOperatorPolicy } from './policy/operator-file.ts'
import { enforce } from './policy/policy.ts'
import { readExtension } from './read.ts'
import { type Compose, resolveExtension } from './resolve.ts'
import { rewriteExtension } from './rewrite.ts'
import { createSchemaCheck, type SchemaCheck } from './schema-check.ts'
import { createHide, hidden, refusingWithout, withoutPlace } from './without-place.ts'
import { contextOf, realWorld, type World } from './world.ts'
import { removeFiles, writeFiles } from './write-files.ts'

interface Setup {
  config: Config
  /** Goes into our labels. */
  instance: string
  compose: Compose
  policy?: OperatorPolicy
  /** Removes an upload that is not read any more. */
  release?: (id: string) => Promise<void>
}

/** The extension room behind its port. */
export function createExtensions({
  config,
  instance,
  compose,
  policy = readOperatorPolicy(config.policy),
  release = async () => {},
}: Setup): Extensions & Pick<SchemaCheck, 'warm'> {
  const world = realWorld(config, instance)
  const check = createSchemaCheck()
  const hide = ({ folder, upload }: Pick<Source, 'folder' | 'upload'>) => createHide({ path: folder, upload })
  return {
    warm: check.warm,
    read: (request) => withoutPlace(createHide(request), () => readExtension(request, config, check, policy)),
    resolve: (source, ref, answers) => withoutPlace(hide(source), () => resolveExtension(source, ref, compose, world, answers)),
    judge: async (source, ref, answers, imageOf) => {
      const file = policy.file === undefined ? null : basename(policy.file)
      const report = await refusingWithout(hide(source), () => judgeExtension({ source, ref, answers, imageOf, file }, compose, world))
      return { ...report, findings: report.findings.map((each) => ({ ...each, found: hide(source)(each.found) })) }
    },
    images: (resolved, ref, source) => imagesOf(resolved, ref, source, world),
    subnetSizes: (resolved) => subnetSizes(draftOf(resolved, { folder: '/' }, { deployment: '', revision: 0 }, world)),
    defaultNetwork: (ref, subnet) => defaultNetwork(ref, subnet, world),
    rewrite: (input) => {
      const result = saying(hide(input.source), () => rewriteExtension(input, world))
      return { ...result, notices: result.notices.map(hide(input.source)) }
    },
    changes: (before, after) => changesBetween(before, after, world),
    copyMounts: (resolved, ref, source, signal) => refusingWithout(hide(source), () => copyMounts(resolved, ref, source, world, signal)),
    writeFiles: (ref, files) => writeFiles(config, ref, files),
    removeFiles: (ref) => removeFiles(config, ref),
    release: async ({ upload }) => {
      if (upload) await release(upload.id)
    },
  }
}

function imagesOf(resolved: string, ref: RevisionRef, source: Source | undefined, world: World): PlannedImage[] {
  const model = world.parse(resolved)
  if (source === undefined) return plannedImages(model, ref)
  return saying(createHide({ path: source.folder, upload: source.upload }), () => {
    const context = contextOf(model, source, ref, world)
    enforce(model, context)
    return plannedImages(model, ref, context)
  })
}

function saying<T>(hide: (text: string) => string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw hidden(error, hide)
  }
}
