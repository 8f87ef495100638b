import { basename, dirname, join, relative } from 'node:path'
import type { Config } from '../config.ts'
import { DeployError } from '../deploy/failure.ts'
import type { DeployRequest, Extensions } from '../deploy/ports.ts'
import type { Upload } from '../deploy/record.ts'
import { counted, memoryOf } from '../deploy/words.ts'
import { cleanText } from '../text/clean.ts'
import { blanksOf } from './blanks.ts'
import { parseDotenv, withoutSteering } from './dotenv.ts'
import { checkDroppedLimits } from './dropped-limits.ts'
import { checkFewParts } from './few-parts.ts'
import { findComposeFile } from './find-compose-file.ts'
import { checkReferences } from './includes.ts'
import { kindNotices, kindOf } from './kind.ts'
import { envDefaults, metadataFile, parseMetadata } from './metadata.ts'
import type { Dict } from './model.ts'
import { dict } from './model-text.ts'
import { type NameCandidate, nameOf } from './name.ts'
import { onlyNetwork } from './only-network.ts'
import { factsOf, parseComposeFile } from './parse-compose.ts'
import { noOperator, type OperatorPolicy, stanceFor } from './policy/operator-file.ts'
import { checkPortRanges } from './port-ranges.ts'
import { readLimited, readOptional } from './read-limited.ts'
import type { SchemaCheck } from './schema-check.ts'
import { settingsOf } from './settings.ts'

/** Reads the folder once, with limits: what the later steps need of it. Runs nothing. */
export async function readExtension(
  request: DeployRequest,
  config: Config,
  check: SchemaCheck,
  policy: OperatorPolicy = noOperator,
): ReturnType<Extensions['read']> {
  const { folder, file, notices: found } = await findComposeFile(request.path)
  const main = parseComposeFile(await readLimited(file, relative(folder, file), folder), relative(folder, file))
  const facts = factsOf(main)
  checkFewParts(main)
  checkPortRanges(main)
  checkDroppedLimits(main)
  await check(main)
  await checkReferences(folder, main, folder, check)
  const metadata = await metadataOf(folder)
  const { name, notices: named } = nameOf(request.name, candidates(folder, metadata, facts.name, request.upload))
  const kind = kindOf(name)
  const { settings, notices: set } = settingsOf({ metadata, torii: facts.torii, kind, config })
  const { env, notices: left } = await environment(folder, metadata, request.env ?? {})
  const source = {
    folder,
    ...(request.upload && { upload: request.upload }),
    composeFile: file,
    order: facts.order,
    name,
    kind,
    env,
    metadata,
    settings,
    profiles: checkedProfiles(request.profiles ?? []),
    port: request.port ?? null,
    policy: stanceFor(policy, request.upload !== undefined),
    blanks: blanksOf(main, env),
  }
  return {
    source,
    notices: [...uploadNotices(request.upload), ...found, ...named, ...kindNotices(name, metadata), ...set, ...left],
    onlyNetwork: onlyNetwork(main),
  }
}

/** Compose's own grammar of profiles; they become arguments. */
function checkedProfiles(profiles: string[]): string[] {
  const bad = profiles.find((profile) => !/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(profile))
  if (bad === undefined) return profiles
  throw new DeployError('compose_invalid', `"${cleanText(bad, { max: 80 })}" cannot be a profile: it has letters, digits, "_", "." and "-"`, {
    fix: 'Correct --profile.',
  })
}

async function metadataOf(folder: string): Promise<Dict> {
  const text = await readOptional(join(folder, metadataFile), metadataFile, folder)
  return text === null ? dict([]) : parseMetadata(text)
}

function uploadNotices(upload: Upload | undefined): string[] {
  if (upload === undefined) return []
  return [`Uploaded: ${counted(upload.entries, 'file', 'files and folders')}, ${memoryOf(upload.bytes)}, sha256 ${upload.sha256}.`]
}

function candidates(folder: string, metadata: Dict, composeName: string | null, upload: Upload | undefined): NameCandidate[] {
  const given = typeof metadata['name'] === 'string' ? [{ text: metadata['name'], from: metadataFile }] : []
  const compose = composeName === null ? [] : [{ text: composeName, from: 'the Compose file' }]
  // The folder around an upload is ours.
  const own = upload !== undefined && basename(dirname(folder)) === upload.id
  return [...given, ...compose, ...(own ? [] : [{ text: basename(folder), from: 'the folder' }])]
}

/** --env and --env-file over env_defaults over the folder's .env (design §5.2). */
async function environment(folder: string, metadata: Dict, asked: Record<string, string>): Promise<{ env: Record<string, string>; notices: string[] }> {
  const dotenv = parseDotenv((await readOptional(join(folder, '.env'), '.env', folder)) ?? '', '.env')
  const merged = dict([...Object.entries(dotenv), ...Object.entries(envDefaults(metadata)), ...Object.entries(asked)])
  const { env, dropped } = withoutSteering(merged)
  return { env, notices: dropped.map((key) => `${cleanText(key, { max: 80 })} is ignored: COMPOSE_* and DOCKER_* would steer Compose, not the extension.`) }
}
