import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { ConfigError, readConfig } from '../../../src/config.ts'
import { ownDecision } from '../../../src/extension/policy/decide.ts'
import { parseOperatorPolicy, readOperatorPolicy, stanceFor } from '../../../src/extension/policy/operator-file.ts'
import { rows } from '../../../src/extension/policy/table.ts'
import { aFolder } from './makers.ts'

const parse = (text: string) => parseOperatorPolicy(text, '/etc/torii/policy.yaml')

/** What an operator may say of it. */
const overrules = rows().flatMap((row) => {
  if (ownDecision(row, 'strict') === 'invalid') return []
  return (row.never === undefined ? (['allow', 'ask', 'deny'] as const) : (['deny'] as const)).map((decision) => [row.name, decision] as const)
})

describe('the operator’s file', () => {
  test('says which profile it extends, and decides single rules', () => {
    expect(parse('extends: strict\nrules:\n  strong_capability: allow\n  root-user: deny\nruntimes: [nvidia]\n')).toEqual({
      profile: 'strict',
      rules: { strong_capability: 'allow', root_user: 'deny' },
      runtimes: ['nvidia'],
    })
    expect(parse('extends: developer\nrules:\n')).toEqual({ profile: 'developer', rules: {}, runtimes: [] })
  })

  test.each<[string, string]>([
    ['rules: {}\n', 'line 1: `extends` must be strict or developer.'],
    ['extends: strickt\n', 'line 1: `extends` must be strict or developer.'],
    ['extends: strict\nrule:\n  a: b\n', 'line 2: there is no setting "rule"; did you mean "rules"?'],
    ['extends: strict\nrules:\n  gpus: ask\n  privilegd: allow\n', 'line 4: there is no rule "privilegd"; did you mean "privileged"?'],
    ['extends: strict\nrules:\n  gpus: allowed\n', 'line 3: gpus must be allow, ask or deny, but is "allowed"; did you mean "allow"?'],
    ['extends: strict\nrules:\n  gpus: [allow]\n', 'line 3: gpus must be allow, ask or deny, but is "".'],
    ['extends: strict\nrules:\n  gpus: true\n', 'line 3: gpus must be allow, ask or deny, but is "true".'],
    ['extends: strict\nrules: [gpus]\n', 'line 2: `rules` must be a mapping of rules and decisions.'],
    ['extends: strict\n\nrules:\n  foreign_label: allow\n', 'line 4: foreign_label can only be denied: Torii finds its containers by them.'],
    ['extends: strict\nrules: {unpinned_image: ask}\n', 'line 2: unpinned_image can only be denied: what was judged would not be what starts.'],
    ['extends: strict\nrules: {mount_target: allow}\n', 'line 2: mount_target cannot be decided otherwise: what it finds cannot work.'],
    ['extends: strict\nrules: {__proto__: allow}\n', 'line 2: there is no rule "__proto__".'],
    ['extends: strict\nruntimes: nvidia\n', 'line 2: `runtimes` must be a list of names.'],
    ['extends: strict\nruntimes: ["a b"]\n', 'line 2: "a b" cannot be the name of a runtime.'],
    ['strict\n', 'line 1: it must be a mapping with `extends`, `rules` and `runtimes`.'],
    ['', 'line 1: it must be a mapping with `extends`, `rules` and `runtimes`.'],
    ['extends: strict\nextends: developer\n', 'line 2: Map keys must be unique.'],
    ['extends: [\n', 'line 2: '],
  ])('%j is refused with its place', (text, said) => {
    expect(() => parse(text)).toThrow(ConfigError)
    expect(() => parse(text)).toThrow(`TORII_POLICY: /etc/torii/policy.yaml, ${said}`)
  })

  test('every overrule that there may be is read back as it was written', () => {
    fc.assert(
      fc.property(fc.constantFrom('strict', 'developer'), fc.uniqueArray(fc.constantFrom(...overrules), { selector: ([name]) => name }), (profile, given) => {
        const rules = Object.fromEntries(given)

        expect(parse(stringify({ extends: profile, rules }))).toEqual({ profile, rules, runtimes: [] })
      }),
    )
  })

  test('any text at all is read, or refused with a line that it has', () => {
    const line = fc.constantFrom('extends: strict', 'rules:', '  gpus: ask', '  privileged: deny', 'runtimes: [a]', '- x', '\t', '  ? &a *a', '"', '{', '#')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(line).map((lines) => lines.join('\n')),
        ),
        (text) => {
          try {
            parse(text)
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigError)
            const at = Number(/, line (\d+): /.exec((error as Error).message)?.[1])
            expect(at).toBeGreaterThanOrEqual(1)
            expect(at).toBeLessThanOrEqual(text.split('\n').length)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('TORII_POLICY', () => {
  test.each([
    [{}, null],
    [{ TORII_POLICY: '' }, null],
    [{ TORII_POLICY: 'strict' }, 'strict'],
    [{ TORII_POLICY: 'developer' }, 'developer'],
    [{ TORII_POLICY: '/etc/torii/policy.yaml' }, '/etc/torii/policy.yaml'],
  ])('%j is %j', (env, policy) => {
    expect(readConfig(env).policy).toBe(policy)
  })

  test.each(['Strict', 'policy.yaml', './p', 'none'])('%s is refused', (value) => {
    expect(() => readConfig({ TORII_POLICY: value })).toThrow(/^TORII_POLICY must be strict, developer or the absolute path of a file/)
  })

  test('names a file that is read when the control plane starts', () => {
    const folder = aFolder({ 'policy.yaml': 'extends: strict\nrules: {gpus: deny}\n' })

    expect(readOperatorPolicy(join(folder, 'policy.yaml'))).toMatchObject({ profile: 'strict', rules: { gpus: 'deny' } })
    expect(() => readOperatorPolicy(join(folder, 'none.yaml'))).toThrow(/none\.yaml, which cannot be read \(ENOENT\)\.$/)
    expect(() => readOperatorPolicy(folder)).toThrow(/cannot be read \(EISDIR\)\.$/)
    writeFileSync(join(folder, 'large.yaml'), `#${'x'.repeat(70_000)}`)
    expect(() => readOperatorPolicy(join(folder, 'large.yaml'))).toThrow(/larger than 64 KiB/)
  })

  test('without one a folder of this machine is a developer’s', () => {
    expect(stanceFor(readOperatorPolicy(null), false)).toEqual({ profile: 'developer', rules: {}, runtimes: [], allowed: [] })
    expect(stanceFor(readOperatorPolicy('strict'), false).profile).toBe('strict')
  })
})

describe('the ceilings', () => {
  test('have defaults, and can be switched off', () => {
    expect(readConfig({}).ceilings).toEqual({ memory: 80, cpus: 90, pids: 2048 })
    expect(readConfig({ TORII_MEMORY_CEILING: '0', TORII_CPU_CEILING: '50%', TORII_PIDS_CEILING: '0' }).ceilings).toEqual({ memory: 0, cpus: 50, pids: 0 })
  })

  test.each([
    ['TORII_MEMORY_CEILING', '101'],
    ['TORII_MEMORY_CEILING', '4g'],
    ['TORII_CPU_CEILING', '-1'],
    ['TORII_PIDS_CEILING', 'many'],
  ])('%s=%s is refused', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(new RegExp(`^${name} must be`))
  })
})
