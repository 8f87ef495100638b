import type { Config } from '../config.ts'
import type { Extensions } from '../deploy/ports.ts'
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
import { contextOf, realWorld } from './world.ts'
import { removeFiles, writeFiles } from './write-files.ts'

/** The extension room behind its port. `instance` goes into our labels. */
export function createExtensions({
  config,
  instance,
  compose,
  policy = readOperatorPolicy(config.policy),
}: {
  config: Config
  instance: string
  compose: Compose
  policy?: OperatorPolicy
}): Extensions & Pick<SchemaCheck, 'warm'> {
  const world = realWorld(config, instance)
  const check = createSchemaCheck()
  return {
    warm: check.warm,
    read: (request) => readExtension(request, config, check, policy),
    resolve: (source, ref, answers) => resolveExtension(source, ref, compose, world, answers),
    judge: (source, ref, answers) => judgeExtension(source, ref, compose, world, answers),
    images: (resolved, ref, source) => {
      const model = world.parse(resolved)
      if (source === undefined) return plannedImages(model, ref)
      const context = contextOf(model, source, ref, world)
      enforce(model, context)
      return plannedImages(model, ref, context)
    },
    subnetSizes: (resolved) => subnetSizes(draftOf(resolved, { folder: '/' }, { deployment: '', revision: 0 }, world)),
    defaultNetwork: (ref, subnet) => defaultNetwork(ref, subnet, world),
    rewrite: (input) => rewriteExtension(input, world),
    changes: (before, after) => changesBetween(before, after, world),
    copyMounts: (resolved, ref, source, signal) => copyMounts(resolved, ref, source, world, signal),
    writeFiles: (ref, files) => writeFiles(config, ref, files),
    removeFiles: (ref) => removeFiles(config, ref),
  }
}
