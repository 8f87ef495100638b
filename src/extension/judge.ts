import { type Answers, isRefusal, type PolicyReport } from '../deploy/consent.ts'
import type { ImageFacts } from '../deploy/plan.ts'
import type { RevisionRef, Source } from '../deploy/record.ts'
import { referenceTrouble } from './image-reference.ts'
import { type Model, servicesOf } from './model.ts'
import { undollar } from './model-text.ts'
import { answered } from './policy/answers.ts'
import { decisionOf, ownDecision } from './policy/decide.ts'
import { hashOf } from './policy/model-hash.ts'
import { everything } from './policy/policy.ts'
import { foundOf } from './policy/refusal.ts'
import { type Compose, modelOf } from './resolve.ts'
import { rootServices } from './root-services.ts'
import { contextOf, type World } from './world.ts'

/** Facts of an image that is here; null: it is not. */
export type ImageOf = (ref: string) => Promise<ImageFacts | null>

interface Judged {
  source: Source
  ref: RevisionRef
  answers: Answers
  imageOf: ImageOf
  /** Name of the operator's file. */
  file: string | null
}

/** Every finding of the policy with what each profile decides, whether it would be refused or not. */
export async function judgeExtension({ source, ref, answers, imageOf, file }: Judged, compose: Compose, world: World): Promise<PolicyReport> {
  const { model } = await modelOf(source, ref, compose, world)
  const images = await imagesIn(model, imageOf)
  const context = { ...contextOf(model, source, ref, world), root: rootServices(images) }
  const found = everything(model, context)
  const hash = hashOf(model, context)
  const { stance } = answered(context.stance, found, hash, answers)
  return {
    name: source.name,
    profile: stance.profile,
    file,
    model: hash,
    refused: found.some(({ rule }) => isRefusal(decisionOf(rule, stance))),
    unseen: images.filter(({ image }) => image === undefined).map(({ name }) => name),
    findings: found.map((each) => ({
      ...foundOf(each),
      decision: decisionOf(each.rule, stance),
      strict: ownDecision(each.rule, 'strict'),
      developer: ownDecision(each.rule, 'developer'),
    })),
  }
}

/** What is built, or not pulled yet, nobody can look into. */
function imagesIn(model: Model, imageOf: ImageOf): Promise<{ name: string; image: ImageFacts | undefined }[]> {
  return Promise.all(
    servicesOf(model).map(async ([name, service]) => {
      const image = undollar(service.image ?? '')
      const isKnown = !service.build && referenceTrouble(image) === null
      return { name, image: isKnown ? ((await imageOf(image)) ?? undefined) : undefined }
    }),
  )
}
