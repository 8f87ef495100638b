import type { Config } from '../../config.ts'
import { DeployError } from '../../deploy/failure.ts'
import type { Settings } from '../../deploy/plan.ts'
import type { Kind } from '../../deploy/record.ts'
import { dict, isDict } from '../../extension/model-text.ts'
import { settingsOf } from '../../extension/settings.ts'
import type { Extension } from './extension.ts'
import { settingGroups } from './surroundings.ts'
import type { Path, YamlFile } from './yaml-file.ts'

/** Something wrong in `x-torii`, or in `torii` of kamiwaza.json. */
export interface SettingTrouble {
  file: YamlFile
  path: Path
  why: string
}

type Group = { file: YamlFile; key: string; group: unknown }

/** The settings with the operator's defaults, without those that are wrong. */
export function soundSettings(extension: Pick<Extension, 'metadata' | 'files'>, kind: Kind, config: Config): Settings {
  const [torii, xTorii] = ['torii', 'x-torii'].map((key) => settingGroups(extension).find((each) => each.key === key))
  const outer = extension.metadata?.root['strip_path_prefix']
  const metadata = dict([['torii', soundPart(torii)], ...(typeof outer === 'boolean' ? [['strip_path_prefix', outer] as const] : [])])
  return settingsOf({ metadata, torii: soundPart(xTorii), kind, config }).settings
}

/** Each setting is read by itself, so that every mistake is found, at its own place. */
export function settingTroubles(extension: Pick<Extension, 'metadata' | 'files'>): SettingTrouble[] {
  const outer = extension.metadata?.root['strip_path_prefix']
  const metadata = extension.metadata
  const own = metadata === null || outer === undefined ? [] : troubleOf(metadata, ['strip_path_prefix'], dict([['strip_path_prefix', outer]]), null)
  return [...own, ...settingGroups(extension).flatMap((group) => leavesOf(group).flatMap((leaf) => leaf.trouble))]
}

function soundPart(group: Group | undefined): unknown {
  if (group === undefined || !isDict(group.group)) return null
  return leavesOf(group)
    .filter(({ trouble }) => trouble.length === 0)
    .reduce((whole, { only }) => joined(whole, only), dict<unknown>([]))
}

function leavesOf({ file, key, group }: Group): { only: unknown; trouble: SettingTrouble[] }[] {
  if (group === undefined || group === null) return []
  const leaves = isDict(group) ? Object.entries(group).flatMap(([name, value]) => leavesBelow([name], value)) : [{ path: [] as string[], value: group }]
  return leaves.map(({ path, value }) => {
    const only = path.reduceRight<unknown>((inner, name) => dict([[name, inner]]), value)
    const metadata = key === 'torii' ? dict([['torii', only]]) : dict([])
    return { only, trouble: troubleOf(file, [key, ...path], metadata, key === 'torii' ? null : only) }
  })
}

/** `probe: {path: …}` is one group deep. */
function leavesBelow(path: string[], value: unknown): { path: string[]; value: unknown }[] {
  if (!isDict(value) || path.length > 1) return [{ path, value }]
  return Object.entries(value).map(([name, inner]) => ({ path: [...path, name], value: inner }))
}

/** Any limits will do: only what is asked for is judged. */
const anyLimits = { gate: { timeout: 1, interval: 1 }, probe: { timeout: 1, interval: 1, insecure: false } }

function troubleOf(file: YamlFile, path: Path, metadata: ReturnType<typeof dict>, torii: unknown): SettingTrouble[] {
  try {
    settingsOf({ metadata, torii, kind: 'app', config: anyLimits })
    return []
  } catch (error) {
    if (!(error instanceof DeployError)) throw error
    return [{ file, path, why: error.trouble.detail.replace(/^kamiwaza\.json: /, '') }]
  }
}

function joined(whole: ReturnType<typeof dict>, part: unknown): ReturnType<typeof dict> {
  if (!isDict(part)) return whole
  return dict([
    ...Object.entries(whole),
    ...Object.entries(part).map(
      ([key, value]) => [key, isDict(value) && isDict(whole[key]) ? dict([...Object.entries(whole[key]), ...Object.entries(value)]) : value] as const,
    ),
  ])
}
