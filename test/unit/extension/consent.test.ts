import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Answers, Stance } from '../../../src/deploy/consent.ts'
import { DeployError } from '../../../src/deploy/failure.ts'
import { projectOf } from '../../../src/deploy/record.ts'
import { judgeExtension } from '../../../src/extension/judge.ts'
import type { Model } from '../../../src/extension/model.ts'
import { parseModel } from '../../../src/extension/model-text.ts'
import { hashOf } from '../../../src/extension/policy/model-hash.ts'
import { type Compose, resolveExtension } from '../../../src/extension/resolve.ts'
import { anImage, aSource, project as plainProject, plainWorld, refusalOf, resolvedOf } from './makers.ts'

const other = '11111111-2222-4333-8444-555555555555'
const at = '2026-01-02T03:04:05.000Z'
const first = '6f0a1b2c-3d4e-4f60-8182-93a4b5c6d7e8'

/** Compose, as it answers for one deployment in one folder. */
function answering(services: object, { deployment, revision = 1, folder = '/srv/app' }: { deployment: string; revision?: number; folder?: string }) {
  const ref = { deployment, revision }
  const project = projectOf(ref)
  const text = JSON.stringify(services).replaceAll('{folder}', folder).replaceAll('{id}', deployment)
  const yaml = resolvedOf(JSON.parse(text), { networks: { default: { name: `${plainProject}_default` } } }).replaceAll(plainProject, project)
  const compose: Compose = { config: async () => ({ yaml, warnings: [] }) }
  return { ref, compose, folder, project }
}

const asking = {
  web: {
    image: 'nginx:1',
    cap_add: ['NET_ADMIN'],
    environment: { ID: '{id}', PATH_: '/runtime/apps/{id}' },
    volumes: [{ type: 'bind', source: '{folder}/data', target: '/d', read_only: true }],
  },
}

async function resolved(services: object, place: Parameters<typeof answering>[1], answers: Answers = { recorded: [] }) {
  const { ref, compose, folder } = answering(services, place)
  return resolveExtension(aSource({ folder, composeFile: `${folder}/compose.yaml` }), ref, compose, plainWorld, answers)
}

async function asksOf(services: object, place: Parameters<typeof answering>[1], answers?: Answers) {
  const error = await resolved(services, place, answers).catch((thrown: unknown) => thrown)
  if (!(error instanceof DeployError)) throw new Error('it was not refused')
  return error.trouble.asks
}

describe('a refusal', () => {
  test('says what is asked, of whom, and the hash of the model', async () => {
    expect(await asksOf(asking, { deployment: first })).toEqual({
      model: expect.stringMatching(/^[0-9a-f]{64}$/),
      asked: [
        {
          rule: 'strong_capability',
          service: 'web',
          found: 'cap_add: NET_ADMIN',
          reason: 'it is stronger than what containers have by default',
          safer: 'Remove it from `cap_add`.',
        },
      ],
    })
  })

  test('names what to add without a terminal', async () => {
    const error = await resolved(asking, { deployment: first }).catch((thrown: unknown) => thrown)

    expect((error as DeployError).trouble.fix).toBe('Remove it from `cap_add`. Or allow it as the operator: `--allow strong_capability`.')
  })

  test('asks nothing where a yes would not be enough', async () => {
    expect(await asksOf({ web: { image: 'a:1', cap_add: ['NET_ADMIN'], privileged: true } }, { deployment: first })).toBeUndefined()
  })
})

describe('a consent', () => {
  test('holds for the next try, although that has another id, project and folder', async () => {
    const asked = await asksOf(asking, { deployment: first })
    const consent = { model: asked?.model ?? '', rules: ['strong_capability'] }

    const { policy, consent: kept } = await resolved(asking, { deployment: other, revision: 3, folder: '/elsewhere/copy' }, { consent, recorded: [] })

    expect(policy.allowed).toEqual(['strong_capability'])
    expect(kept).toEqual(consent)
  })

  test.each<[string, object]>([
    ['another capability', { ...asking.web, cap_add: ['NET_ADMIN', 'SYS_NICE'] }],
    ['another image', { ...asking.web, image: 'nginx:2' }],
    ['another variable', { ...asking.web, environment: { ...asking.web.environment, NEW: '1' } }],
    ['another place of a file', { ...asking.web, volumes: [{ ...asking.web.volumes[0], source: '{folder}/data2' }] }],
  ])('does not hold for %s', async (_, web) => {
    const consent = { model: (await asksOf(asking, { deployment: first }))?.model ?? '', rules: ['strong_capability'] }

    expect((await asksOf({ web }, { deployment: first }, { consent, recorded: [{ ...consent, at }] }))?.asked).toHaveLength(
      1 + Number(JSON.stringify(web).includes('SYS_NICE')),
    )
  })

  test('that is on record needs no new word, and names nothing new to record but itself', async () => {
    const model = (await asksOf(asking, { deployment: first }))?.model ?? ''

    const { policy, consent, notices } = await resolved(asking, { deployment: first, revision: 2 }, { recorded: [{ model, rules: ['strong_capability'], at }] })

    expect(policy).toMatchObject({ allowed: ['strong_capability'], consented: { strong_capability: at } })
    expect(notices).toContainEqual(expect.stringMatching(/^web: cap_add: NET_ADMIN: allowed by a consent of 2026-01-02 \(strong_capability\), although/))
    expect(consent).toEqual({ model, rules: ['strong_capability'] })
  })

  test('to less than everything is asked again', async () => {
    const both = { web: { ...asking.web, gpus: [{ count: 1 }] } }
    const model = (await asksOf(both, { deployment: first }))?.model ?? ''

    expect((await asksOf(both, { deployment: first }, { consent: { model, rules: ['gpus'] }, recorded: [] }))?.asked.map(({ rule }) => rule)).toEqual([
      'strong_capability',
    ])
  })

  test('of what is denied, or left out, is remembered by nobody', async () => {
    const place = { deployment: first }
    const service = { web: { image: 'a:1', privileged: true, ports: [{ target: 80, published: '8080' }] } }
    const { policy, consent } = await resolved(service, place, { allow: ['privileged', 'host-ports'], recorded: [] })

    expect(policy.allowed).toEqual(['host_port', 'privileged'])
    expect(consent.rules).toEqual([])
    expect(await refusalOf(() => resolved(service, place, { recorded: [{ model: consent.model, rules: ['privileged', 'host_port'], at }] }))).toMatch(
      /^policy_denied: .*privileged/,
    )
  })
})

describe('--allow', () => {
  test.each([
    ['privilegd', /the policy has no rule "privilegd" that could be allowed/],
    ['unpinned_image', /nobody can allow unpinned_image: what was judged would not be what starts/],
    ['mount_target', /nobody can allow mount_target: it cannot work/],
  ])('of %s is refused', async (rule, sentence) => {
    expect(await refusalOf(() => resolved(asking, { deployment: first }, { allow: [rule], recorded: [] }))).toMatch(sentence)
  })

  test('of what nothing needs is said', async () => {
    const { notices, policy } = await resolved({ web: { image: 'a:1' } }, { deployment: first }, { allow: ['gpus'], recorded: [] })

    expect(notices).toEqual(['gpus was allowed, and nothing here needs it.'])
    expect(policy.allowed).toEqual([])
  })
})

describe('the hash of a model', () => {
  const own = (deployment: string, folder: string) => ({ deployment, folder, project: projectOf({ deployment, revision: 1 }) })
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(fc.string(), tie('tree'), { maxKeys: 3 })),
  }))

  test('is the same for the same model in any order of its keys', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), tree), (services) => {
        const reversed = Object.fromEntries(Object.entries(services).toReversed())

        expect(hashOf({ services } as Model, own(first, '/a'))).toBe(hashOf({ services: reversed } as Model, own(first, '/a')))
      }),
    )
  })

  test('is another for another model', () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b))
        const sorted = (value: unknown): unknown =>
          Array.isArray(value)
            ? value.map(sorted)
            : typeof value === 'object' && value !== null
              ? Object.entries(value)
                  .toSorted(([x], [y]) => (x < y ? -1 : 1))
                  .map(([key, each]) => [key, sorted(each)])
              : value
        fc.pre(JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b)))

        expect(hashOf({ 'x-a': a } as Model, own(first, '/a'))).not.toBe(hashOf({ 'x-a': b } as Model, own(first, '/a')))
      }),
    )
  })

  test('sees a service called __proto__', () => {
    const of = (image: string) => hashOf(parseModel(`services: {"__proto__": {image: "${image}"}}`), own(first, '/a'))

    expect(of('a')).not.toBe(of('b'))
  })

  test('is another for another upload of which anything is mounted or built, and for no other', () => {
    const of = (service: object, content: string) => hashOf({ services: { web: service } } as Model, { ...own(first, '/a'), content })

    for (const service of [{ build: { context: '/a' } }, { volumes: [{ type: 'bind', source: '/a/x', target: '/x' }] }])
      expect(of(service, 'b'.repeat(64))).not.toBe(of(service, 'c'.repeat(64)))
    expect(of({ image: 'a' }, 'b'.repeat(64))).toBe(of({ image: 'a' }, 'c'.repeat(64)))
  })

  test('takes no other folder for its own', () => {
    const of = (source: string) => hashOf({ services: { web: { volumes: [{ source }] } } }, own(first, '/srv/app'))

    expect(of('/srv/app2/x')).not.toBe(of('/srv/app/x'))
    expect(of('/srv/app/x')).toBe(hashOf({ services: { web: { volumes: [{ source: '/b/x' }] } } }, own(other, '/b')))
  })
})

test('a judged folder says every finding with what each profile decides, and whether it would be refused', async () => {
  const { ref, compose } = answering(asking, { deployment: first })
  const judge = (answers: Answers) => judgeExtension({ source: aSource(), ref, answers, imageOf: async () => null, file: null }, compose, plainWorld)

  const report = await judge({ recorded: [] })
  const allowed = await judge({ allow: ['strong_capability'], recorded: [] })

  expect(report).toMatchObject({ name: 'shop', profile: 'developer', refused: true })
  expect(report.findings).toMatchObject([{ rule: 'strong_capability', service: 'web', decision: 'ask', strict: 'ask', developer: 'ask' }])
  expect([allowed.refused, allowed.model]).toEqual([false, report.model])
})

describe('a judged folder', () => {
  const judged = async (rules: Stance['rules'], images: Record<string, string>) => {
    const { ref, compose } = answering({ web: { image: 'nginx:1' }, db: { image: 'db:1' }, own: { build: { context: '/srv/app' } } }, { deployment: first })
    const source = aSource({ policy: { profile: 'developer', rules, runtimes: [], allowed: [] } })
    const imageOf = async (image: string) => (images[image] === undefined ? null : anImage({ user: images[image] }))
    return judgeExtension({ source, ref, answers: { recorded: [] }, imageOf, file: null }, compose, plainWorld)
  }

  test('looks into the images that are here, and says of which it could not', async () => {
    const { findings, refused, unseen } = await judged({ root_user: 'deny' }, { 'nginx:1': '' })

    expect(findings.filter(({ rule }) => rule === 'root_user')).toMatchObject([{ service: 'web', found: 'user: root, as its image says', decision: 'deny' }])
    expect([refused, unseen]).toEqual([true, ['db', 'own']])
  })

  test('is not refused for images that run as somebody', async () => {
    expect(await judged({ root_user: 'deny' }, { 'nginx:1': '1000', 'db:1': 'app' })).toMatchObject({ refused: false, unseen: ['own'] })
  })
})
