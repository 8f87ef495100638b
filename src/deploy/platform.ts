import { DeployError } from './failure.ts'
import type { ImageFacts, PlannedImage } from './plan.ts'

/** What an engine of the first runs of the second by itself, without an emulator. */
const alsoRuns: Record<string, string[]> = { amd64: ['386'], arm64: ['arm'] }

/**
 * The engine pulls an image for another machine without a word, and only its start fails (facts/engine.json, "wrong arch").
 * Rejects with wrong_architecture. A platform that the file asks for is taken at its word: the host may have an emulator.
 */
export function refuseForeign({ ref, platform, services }: PlannedImage, { os, architecture }: ImageFacts, engine: string): void {
  const [wantedOs = '', wanted = ''] = (platform ?? engine).split('/')
  const fits = os === wantedOs && (architecture === wanted || (alsoRuns[wanted] ?? []).includes(architecture))
  if (!fits)
    throw new DeployError(
      'wrong_architecture',
      `${ref} is for ${os}/${architecture}, ${platform === null ? 'this engine is' : 'the file asks for'} ${platform ?? engine}`,
      { service: services[0] },
    )
}
