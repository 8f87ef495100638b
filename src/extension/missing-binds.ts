import { basename, extname } from 'node:path'
import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'
import { type Model, type Mount, servicesOf } from './model.ts'
import { undollar } from './model-text.ts'
import type { World } from './world.ts'

interface Bind {
  service: string
  mount: Mount
  /** As its author would write it: ./config.yml. */
  shown: string
}

/**
 * What is mounted and is not there: the engine makes an empty folder of that name, in the extension's own folder. Answers what to say of
 * each. Rejects with compose_invalid where a file is meant: a program that opens a folder fails in words that nobody understands.
 */
export function checkMissingBinds(model: Model, folder: string, { look }: Pick<World, 'look'>): string[] {
  const missing = bindsOf(model, folder).filter(({ mount }) => look(undollar(mount.source ?? '')).is === 'missing')
  const file = missing.find(({ mount }) => isMeantAsFile(mount))
  if (file) throw notThere(file)
  return missing.map(({ service, mount, shown }) => said(`${service}: ${shown} is not there: ${mount.target} will be a new, empty folder.`))
}

function bindsOf(model: Model, folder: string): Bind[] {
  return servicesOf(model).flatMap(([service, { volumes }]) =>
    (volumes ?? []).flatMap((mount) => (mount.type === 'bind' ? [{ service, mount, shown: shownAs(mount.source ?? '', folder) }] : [])),
  )
}

/** `conf.d`, `.cache` and `v1.2` are folders' names too; the same ending on both sides is a file's. */
function isMeantAsFile({ source = '', target = '' }: Mount): boolean {
  const ending = extname(source)
  return /^\.[A-Za-z][A-Za-z0-9]{0,7}$/.test(ending) && ending !== '.d' && extname(target) === ending && basename(target) !== ending
}

function notThere({ service, mount, shown }: Bind): DeployError {
  const detail = said(`${service} mounts ${shown} at ${mount.target}, and that file is not there: the engine would make an empty folder of that name`)
  return new DeployError('compose_invalid', detail, { fix: said(`Add the file ${shown}, or correct its name under \`volumes:\` of ${service}.`) })
}

function shownAs(source: string, folder: string): string {
  return source.startsWith(`${folder}/`) ? `./${undollar(source.slice(folder.length + 1))}` : undollar(source)
}

function said(text: string): string {
  return cleanText(text, { max: 300 })
}
