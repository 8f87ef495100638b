import { dirname } from 'node:path'
import type { Config } from '../config.ts'
import type { RevisionRef } from '../deploy/record.ts'
import { flushFolder } from '../files/flush.ts'
import { revisionFolder } from './world.ts'

/**
 * What was put into this folder of a revision's stays there after a power cut: the record says next that it is there, and the engine starts
 * containers from it without asking us.
 */
export async function flushNames(folder: string, config: Pick<Config, 'home'>, ref: RevisionRef): Promise<void> {
  const own = revisionFolder(config, ref)
  for (const each of [folder, own, dirname(own)]) await flushFolder(each)
}
