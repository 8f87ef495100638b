import type { ImageLook } from '../image-look.ts'
import { baseImage } from './dockerfile.ts'
import { dockerfileCheck } from './dockerfile-check.ts'
import type { Looked } from './inside.ts'
import type { Outline } from './service.ts'
import { toldBy } from './test-command.ts'
import { textOf } from './text-of.ts'

/** What a fix may name instead. */
const alternatives = ['sh', 'curl', 'wget', 'python3', 'python', 'node', 'bash', 'nc']

/** Looks into the images that are on this machine, for the programs that the checks run. */
export async function lookInto(outlines: Outline[], images: ImageLook | null): Promise<Map<string, Looked>> {
  const looked = new Map<string, Looked>()
  if (images === null) return looked
  for (const [reference, programs] of wanted(outlines)) {
    const image = await images.image(reference)
    if (image !== null) looked.set(reference, { facts: image.facts, has: programs.size === 0 ? {} : await image.has([...programs, ...alternatives]) })
  }
  return looked
}

/** Each image with the programs to look for; none where no check of ours runs in it. */
function wanted(outlines: Outline[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const outline of outlines) {
    const reference = outline.build === null ? outline.image : outline.build.stage && baseImage(outline.build.stage)
    if (reference === null || reference === 'scratch') continue
    found.set(reference, new Set([...(found.get(reference) ?? []), ...programsIn(outline)]))
  }
  return found
}

function programsIn({ model, build }: Outline): string[] {
  const test = model.healthcheck?.test
  const words = typeof test === 'string' ? ['CMD-SHELL', test] : Array.isArray(test) ? test.map(textOf) : null
  if (words !== null) return toldBy(words.map((word) => word.replaceAll('$$', '$'))).programs.map(({ name }) => name)
  const instruction = build?.config?.healthcheck
  if (!build?.dockerfile || !instruction) return []
  const check = dockerfileCheck(instruction, build.dockerfile, null)
  return check.is === 'stated' ? check.programs.map(({ name }) => name) : []
}
