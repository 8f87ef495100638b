import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { asksOf } from '../../../src/cli/asks.ts'
import { consentOf, question } from '../../../src/cli/consent.ts'
import type { Asks, PolicyReport } from '../../../src/deploy/consent.ts'
import { aView } from './makers.ts'
import { aStub, sendProblem } from './stub.ts'

const found = { rule: 'strong_capability', service: 'web', found: 'cap_add: NET_ADMIN', reason: 'it is strong', safer: 'Remove it.' }
const asks: Asks = { model: 'a'.repeat(64), asked: [found, { ...found, found: 'cap_add: SYS_NICE' }, { ...found, rule: 'gpus', service: null, found: 'gpus' }] }
const report: PolicyReport = {
  name: 'shop',
  profile: 'developer',
  file: 'policy.yaml',
  model: asks.model,
  refused: true,
  unseen: ['db'],
  findings: [
    { ...found, decision: 'ask', strict: 'ask', developer: 'ask' },
    { ...found, rule: 'writable_bind', found: 'volumes: /x', decision: 'allow', strict: 'ask', developer: 'allow' },
  ],
}
const mild: PolicyReport = { ...report, refused: false, findings: report.findings.slice(1) }

describe('torii policy show', () => {
  test('lists every rule of the profile', async () => {
    await using stub = await aStub({})

    const developer = await stub.torii('policy', 'show')
    const strict = await stub.torii('policy', 'show', '--profile', 'strict')

    expect(developer.stdout).toMatch(/^The developer profile, as TORII_POLICY says here; no control plane answers; /)
    expect(developer.stdout).toMatch(/^build +allow /m)
    expect(strict.stdout).toMatch(/^build +deny /m)
    expect([developer.exitCode, stub.asked[0]]).toEqual([0, 'GET /system'])
  })

  test('marks what the operator’s own file decides', async () => {
    await using stub = await aStub({})
    const file = join(stub.home, 'policy.yaml')
    await writeFile(file, 'extends: strict\nrules: {strong_capability: allow}\n')

    const { stdout } = await stub.withEnv({ TORII_POLICY: file }).torii('policy', 'show')
    const { stdout: json } = await stub.withEnv({ TORII_POLICY: file }).torii('policy', 'show', '--json')

    expect(stdout).toMatch(/^The strict profile, with 1 of the operator’s own \(\*\), by .*policy\.yaml, /)
    expect(stdout).toMatch(/^strong_capability +allow \* /m)
    expect(JSON.parse(json)).toMatchObject({ profile: 'strict', overruled: { strong_capability: 'allow' } })
  })

  test('refuses a file that cannot be used, with its line', async () => {
    await using stub = await aStub({})
    const file = join(stub.home, 'policy.yaml')
    await writeFile(file, 'extends: strict\nrules: {privilegd: allow}\n')

    const { stderr, exitCode } = await stub.withEnv({ TORII_POLICY: file }).torii('policy', 'show')

    expect(stderr).toContain(`${file}, line 2: there is no rule "privilegd"; did you mean "privileged"?`)
    expect(stderr).toContain(`fix: Correct line 2 of ${file}.`)
    expect(exitCode).toBe(2)
  })

  test('is of the control plane that runs, whatever is set here', async () => {
    await using stub = await aStub({ 'GET /system': () => ({ settings: { TORII_POLICY: 'strict' } }) })

    const { stdout } = await stub.withEnv({ TORII_POLICY: 'developer' }).torii('policy', 'show')

    expect(stdout).toMatch(/^The strict profile, as the control plane runs with it; /)
    expect(stdout).toMatch(/^build +deny /m)
  })
})

describe('torii policy check', () => {
  test('says every finding with what each profile decides, and ends as a refused deploy would', async () => {
    await using stub = await aStub({ 'POST /policy/check': () => report })

    const { stdout, exitCode } = await stub.torii('policy', 'check', '.')

    expect(stdout).toMatch(/^shop · judged by the developer profile and policy\.yaml · 2 findings$/m)
    expect(stdout).toMatch(/^Not looked into, for the image is not here yet: db;/m)
    expect(stdout).toMatch(/^web +cap_add: NET_ADMIN +strong_capability +ask +ask +ask$/m)
    expect(stdout).toMatch(/^web +volumes: \/x +writable_bind +allow +ask +allow$/m)
    expect(stdout).toContain('strong_capability: it is strong. Remove it. Or allow it as the operator: `--allow strong_capability`.')
    expect(exitCode).toBe(3)
  })

  test('ends with 0 where nothing is refused, and by another profile as that would', async () => {
    await using stub = await aStub({ 'POST /policy/check': () => mild })

    expect((await stub.torii('policy', 'check', '.')).exitCode).toBe(0)
    expect((await stub.torii('policy', 'check', '.', '--as', 'strict')).exitCode).toBe(3)
    expect(JSON.parse((await stub.torii('policy', 'check', '.', '--as', 'strict', '--json')).stdout)).toMatchObject({ profile: 'strict', refused: true })
  })

  test('sends what is allowed', async () => {
    const bodies: unknown[] = []
    await using stub = await aStub({ 'POST /policy/check': ({ body }) => bodies.push(body) && mild })

    await stub.torii('policy', 'check', '.', '--allow', 'gpus', '--allow', 'host-ports')

    expect(bodies).toEqual([{ path: stub.home, allow: ['gpus', 'host-ports'] }])
  })
})

describe('torii policy explain', () => {
  test('prints the page of a rule', async () => {
    await using stub = await aStub({})

    const { stdout, exitCode } = await stub.torii('policy', 'explain', 'engine_socket')

    for (const part of [
      'whoever talks to the engine owns the host',
      'CVE-2024-41110',
      '`--allow engine_socket` allows it for one deploy in the developer profile alone',
    ])
      expect(stdout.toLowerCase()).toContain(part.toLowerCase())
    expect(exitCode).toBe(0)
  })

  test('says what the policy in force decides, and by whom', async () => {
    const settings = { TORII_POLICY: '' }
    await using stub = await aStub({ 'GET /system': () => ({ settings }) })
    settings.TORII_POLICY = join(stub.home, 'policy.yaml')
    await writeFile(settings.TORII_POLICY, 'extends: strict\nrules: {root_user: deny}\n')

    const { stdout } = await stub.torii('policy', 'explain', 'root_user', '--json')
    const build = await stub.torii('policy', 'explain', 'build', '--json')

    expect(JSON.parse(stdout)).toMatchObject({
      now: `deny, by ${settings.TORII_POLICY}.`,
      allow: expect.stringContaining(`Change \`root_user: deny\` in ${settings.TORII_POLICY}`) as string,
    })
    expect(JSON.parse(build.stdout)).toMatchObject({ now: 'deny, by the strict profile.' })
  })

  test('as a document, by any spelling of its name', async () => {
    await using stub = await aStub({})

    expect(JSON.parse((await stub.torii('policy', 'explain', 'writable-binds', '--json')).stdout)).toMatchObject({
      ...{ rule: 'writable_bind', strict: 'ask', developer: 'allow', never: null },
    })
  })

  test('names the rule that was meant', async () => {
    await using stub = await aStub({})

    const { stderr, exitCode } = await stub.torii('policy', 'explain', 'privilegd')

    expect(stderr).toContain('Did you mean privileged?')
    expect(exitCode).toBe(2)
  })
})

describe('what a deploy is asked', () => {
  const refusing = (bodies: unknown[] = []) => ({
    'POST /deployments': ({ body }: { body: unknown }, response: Parameters<typeof sendProblem>[0]) => {
      bodies.push(body)
      sendProblem(response, 422, {
        reason: 'policy_denied',
        sentence: 'web asks.',
        fix: 'Remove it. Or allow it as the operator: `--allow strong_capability`.',
        asks,
      })
    },
  })

  test('without a terminal is refused, with what to add', async () => {
    const bodies: unknown[] = []
    await using stub = await aStub(refusing(bodies))

    const { stderr, stdout, exitCode } = await stub.torii('deploy', '.', '--json')

    expect(stderr).toContain('--allow strong_capability')
    expect(JSON.parse(stdout)).toMatchObject({ state: null, failure: { reason: 'policy_denied' }, asks })
    expect([exitCode, bodies.length]).toEqual([3, 1])
  })

  test('by a rule that there is not is a mistake of the call', async () => {
    await using stub = await aStub({})

    const { stderr, exitCode } = await stub.torii('deploy', '.', '--allow', 'privilegd')

    expect(stderr).toContain('The policy has no rule "privilegd" that could be allowed.')
    expect(stderr).toContain('Did you mean privileged?')
    expect([exitCode, stub.asked]).toEqual([2, []])
  })

  test('--allow goes along', async () => {
    const bodies: { allow?: string[] }[] = []
    await using stub = await aStub({
      'POST /deployments': ({ body }, response) => {
        bodies.push(body as object)
        response.writeHead(202).end(JSON.stringify(aView()))
      },
    })

    await stub.torii('deploy', '.', '--no-wait', '--allow', 'strong_capability')

    expect(bodies[0]?.allow).toEqual(['strong_capability'])
  })

  test('is told once for each rule and service: what, why, the safer way', () => {
    expect(question(asks)).toEqual([
      'This extension asks for what needs your consent:',
      '  web: cap_add: NET_ADMIN, cap_add: SYS_NICE',
      '    it is strong (strong_capability)',
      '    safer: Remove it.',
      '  gpus',
      '    it is strong (gpus)',
      '    safer: Remove it.',
    ])
    expect(consentOf(asks)).toEqual({ model: asks.model, rules: ['strong_capability', 'gpus'] })
  })

  test('comes from an answer only as far as that can be relied upon, and cleaned', () => {
    expect(asksOf(asks)).toEqual(asks)
    expect(asksOf({ ...asks, asked: [{ ...found, found: 'a\x1b[2Jb\nc' }] })?.asked[0]?.found).toBe('ab c')
    for (const value of [null, 1, {}, { ...asks, model: 'x' }, { ...asks, asked: [] }, { ...asks, asked: [{ rule: 1 }] }]) expect(asksOf(value)).toBeNull()
  })
})
