import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Service } from '../../../src/extension/model.ts'
import { dollar, parseModel, stringifyModel, undollar } from '../../../src/extension/model-text.ts'
import { networksOf } from '../../../src/extension/network.ts'
import { enforce, findings } from '../../../src/extension/policy/policy.ts'
import { rewriteExtension } from '../../../src/extension/rewrite.ts'
import { contextOf } from '../../../src/extension/world.ts'
import { aCheck, anImage, anInput, plainWorld, project, ref, resolvedOf } from './makers.ts'

describe('whatever the extension says', () => {
  const key = fc.constantFrom('web', 'db', 'a.b', 'A_b', '__proto__', 'constructor', 'x-1')
  const label = fc.constantFrom('traefik.enable', 'com.docker.compose.project', 'torii.service', 'torii.instance', 'mine', '__proto__')
  const lines = fc.array(fc.constantFrom('', ' ', '\t', 'a', '  b: c', '"', '\\', '# d', 'e '.repeat(30)), { maxLength: 12 }).map((all) => all.join('\n'))
  const text = fc.string({ unit: fc.constantFrom('$$', 'a', '{app_port}', '{x}', '"', '\n', ' ', '#', ':') })
  const network = fc.constantFrom('default', 'front', 'back', 'constructor')
  const service: fc.Arbitrary<Service> = fc.record(
    {
      image: fc.constantFrom('nginx', 'redis:7'),
      ports: fc.array(
        fc.record({ target: fc.integer({ min: 1, max: 65_535 }), published: fc.constantFrom('80', '8080'), protocol: fc.constantFrom('tcp', 'udp') }),
        { maxLength: 3 },
      ),
      labels: fc.dictionary(label, text),
      environment: fc.dictionary(fc.constantFrom('A', 'B', '__proto__', 'KAMIWAZA_APP_PORT'), text),
      networks: fc.dictionary(network, fc.constantFrom(null, { aliases: ['x'] })),
      container_name: fc.constantFrom('x', 'y'),
      healthcheck: fc.constantFrom({ interval: '100ms', test: ['CMD', 'x'] }, { disable: true }, { test: ['CMD-SHELL', 'x $$PORT'] }),
      scale: fc.integer({ min: 0, max: 4 }),
    },
    { requiredKeys: ['image'] },
  )
  const extension = fc.dictionary(key, service, { minKeys: 1, maxKeys: 5 })
  const image = fc.record({ check: fc.constantFrom(null, aCheck()), exposed: fc.constantFrom<number[][]>([], [80]) }).map((facts) => anImage(facts))
  const given = (services: Record<string, Service>, of: ReturnType<typeof anImage>) => anInput(stringifyModel({ name: project, services }), { image: of })

  test('no host port, no foreign label, our labels, our subnet on every network, the same policy passes again', () => {
    fc.assert(
      fc.property(extension, image, (services, of) => {
        const input = given(services, of)
        const result = rewriteExtension(input, plainWorld)
        const model = parseModel(result.model)
        const running = Object.entries(services).filter(([, each]) => each.scale !== 0)
        expect(Object.keys(model.services ?? {}).toSorted()).toEqual(running.map(([name]) => name).toSorted())
        for (const [name, each] of Object.entries(model.services ?? {})) {
          expect(each.ports).toBeUndefined()
          expect(Object.keys(each.labels ?? {}).filter((found) => /^(traefik|com\.docker)\./.test(found))).toEqual([])
          expect(each.labels).toMatchObject({ 'torii.instance': 'inst', 'torii.deployment': ref.deployment, 'torii.revision': '1', 'torii.service': name })
          expect(each.image).toMatch(/^sha256:[a-f0-9]{64}$/)
        }
        for (const [index, name] of networksOf(model).entries())
          expect(model.networks?.[name]?.ipam).toMatchObject({ config: [{ subnet: input.subnets[index] }] })
        const own = `/srv/torii-home/revisions/${project}`
        const context = {
          ...contextOf(model, input.source, ref, plainWorld),
          rewritten: { filesFolder: `${own}/files`, copiesFolder: `${own}/mounts`, subnets: input.subnets },
        }
        expect(findings(model, context)).toEqual([])
        expect(enforce(model, context)).toEqual([])
        expect(result.plan.services).toHaveLength(running.length)
      }),
    )
  })

  test('a literal dollar is still the same dollar after writing and reading', () => {
    fc.assert(
      fc.property(text, (value) => {
        const { model } = rewriteExtension(given({ web: { image: 'nginx', environment: { A: value } } }, anImage()), plainWorld)
        const written = String(parseModel(model).services?.['web']?.environment?.['A'])
        expect(written).toBe(value.replace(/(?<!\$)\{app_port\}/g, '61100'))
      }),
    )
    fc.assert(
      fc.property(fc.string(), (value) => {
        expect(undollar(dollar(value))).toBe(value)
      }),
    )
  })

  test('a line of blanks in a long text survives writing and reading', () => {
    const script = `#!/bin/sh\n \n${'echo hello\n'.repeat(5)}\t\n`

    expect(parseModel(stringifyModel({ services: { web: { image: script } } })).services?.['web']?.image).toBe(script)
  })

  test('any string survives writing and reading', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), lines).filter((value) => value.isWellFormed()),
        (value) => {
          expect(parseModel(stringifyModel({ services: { web: { image: value } } })).services?.['web']?.image).toBe(value)
        },
      ),
    )
  })
})

describe('the second look of the policy', () => {
  const context = (model: ReturnType<typeof parseModel>) => ({
    ...contextOf(model, { folder: '/srv/app' }, ref, plainWorld),
    rewritten: { filesFolder: '/srv/torii-home/revisions/p/files', copiesFolder: '/srv/torii-home/revisions/p/mounts', subnets: ['10.213.0.0/27'] },
  })
  const copy = `/srv/torii-home/revisions/p/mounts/${'0'.repeat(32)}`
  const pinned = { image: `sha256:${'a'.repeat(64)}` }

  test.each<[string, string]>([
    ['unpinned_image', resolvedOf({ web: { image: 'nginx' } })],
    ['host_port', resolvedOf({ web: { ...pinned, ports: [{ target: 80 }] } })],
    ['foreign_label', resolvedOf({ web: { ...pinned, labels: { 'torii.other': 'x' } } })],
    ['external_volume', resolvedOf({ web: pinned }, { volumes: { data: { external: true, name: 'torii-other_data' } } })],
    ['network_addresses', resolvedOf({ web: pinned }, { networks: { default: { ipam: { config: [{ subnet: '10.0.0.0/8' }] } } } })],
    ['network_name', resolvedOf({ web: pinned }, { networks: { default: { name: 'bridge' } } })],
    ['host_bind', resolvedOf({ web: { ...pinned, volumes: [{ type: 'bind', source: '/srv/torii-home/token', target: '/x', read_only: true }] } })],
    [
      'host_bind',
      resolvedOf({ web: { ...pinned, volumes: [{ type: 'bind', source: '/srv/torii-home/revisions/p/files/a/../x', target: '/x', read_only: true }] } }),
    ],
    ['host_bind', resolvedOf({ web: { ...pinned, volumes: [{ type: 'bind', source: '/srv/torii-home/revisions/p/files/x', target: '/x' }] } })],
    ['host_bind', resolvedOf({ web: { ...pinned, volumes: [{ type: 'bind', source: copy, target: '/x' }] } })],
    ['host_bind', resolvedOf({ web: { ...pinned, volumes: [{ type: 'bind', source: `${copy}/x`, target: '/x', read_only: true }] } })],
    ['host_bind', resolvedOf({ web: { ...pinned, volumes: [{ type: 'bind', source: '/srv/torii-home/revisions/p/mounts', target: '/x', read_only: true }] } })],
    ['privileged', resolvedOf({ web: { ...pinned, privileged: true } as Service })],
  ])('%s is still refused', (rule, resolved) => {
    const model = parseModel(resolved)

    expect(findings(model, context(model)).map((each) => each.rule.name)).toEqual([rule])
    expect(() => enforce(model, context(model))).toThrow()
  })
})
