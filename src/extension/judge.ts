import { type Answers, isRefusal, type PolicyReport } from '../deploy/consent.ts'
import type { RevisionRef, Source } from '../deploy/record.ts'
import { answered } from './policy/answers.ts'
import { decisionOf, ownDecision } from './policy/decide.ts'
import { hashOf } from './policy/model-hash.ts'
import { everything } from './policy/policy.ts'
import { foundOf } from './policy/refusal.ts'
import { type Compose, modelOf } from './resolve.ts'
import { contextOf, type World } from './world.ts'

/** Every finding of the policy with what each profile decides, whether it would be refused or not. */
export async function judgeExtension(source: Source, ref: RevisionRef, compose: Compose, world: World, answers: Answers): Promise<PolicyReport> {
  const { model } = await modelOf(source, ref, compose, world)
  const context = contextOf(model, source, ref, world)
  const found = everything(model, context)
  const hash = hashOf(model, context)
  const { stance } = answered(context.stance, found, hash, answers)
  return {
    name: source.name,
    profile: stance.profile,
    model: hash,
    refused: found.some(({ rule }) => isRefusal(decisionOf(rule, stance))),
    findings: found.map((each) => ({
      ...foundOf(each),
      decision: decisionOf(each.rule, stance),
      strict: ownDecision(each.rule, 'strict'),
      developer: ownDecision(each.rule, 'developer'),
    })),
  }
}
