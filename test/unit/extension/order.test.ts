import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { byFile, orderServices } from '../../../src/extension/order.ts'

const graph = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 12 }).chain((names) =>
  fc.record({
    services: fc.tuple(...names.map((name, i) => fc.subarray(names.slice(0, i)).map((dependsOn) => ({ name, dependsOn })))),
    file: fc.shuffledSubarray(names),
  }),
)

describe('gate order (reading 8)', () => {
  test('depends_on first, then the file', () => {
    const services = [
      { name: 'backend', dependsOn: ['db'] },
      { name: 'db', dependsOn: [] },
      { name: 'frontend', dependsOn: ['backend'] },
      { name: 'worker', dependsOn: [] },
    ]

    expect(orderServices(services, ['frontend', 'worker', 'backend', 'db'])).toEqual(['worker', 'db', 'backend', 'frontend'])
  })

  test('services that only an include brings follow by name', () => {
    expect(
      orderServices(
        [
          { name: 'b', dependsOn: [] },
          { name: 'z', dependsOn: [] },
          { name: 'a', dependsOn: [] },
        ],
        ['z'],
      ),
    ).toEqual(['z', 'a', 'b'])
  })

  test('a cycle and a dependency on nothing end all the same', () => {
    expect(
      orderServices(
        [
          { name: 'a', dependsOn: ['b'] },
          { name: 'b', dependsOn: ['a'] },
          { name: 'c', dependsOn: ['gone'] },
        ],
        ['a', 'b', 'c'],
      ),
    ).toEqual(['c', 'a', 'b'])
  })

  test('everyone once, after everything they depend on', () => {
    fc.assert(
      fc.property(graph, ({ services, file }) => {
        const order = orderServices(services, file)
        expect(order.toSorted()).toEqual(services.map(({ name }) => name).toSorted())
        for (const { name, dependsOn } of services) for (const other of dependsOn) expect(order.indexOf(other)).toBeLessThan(order.indexOf(name))
      }),
    )
  })

  test('the order they come in does not matter', () => {
    fc.assert(
      fc.property(graph, ({ services, file }) => {
        expect(orderServices(services.toReversed(), file)).toEqual(orderServices(services, file))
      }),
    )
  })

  test('without dependencies it is the order of the file', () => {
    fc.assert(
      fc.property(graph, ({ services, file }) => {
        expect(
          orderServices(
            services.map(({ name }) => ({ name, dependsOn: [] })),
            file,
          ),
        ).toEqual(byFile(services, file).map(({ name }) => name))
      }),
    )
  })
})
