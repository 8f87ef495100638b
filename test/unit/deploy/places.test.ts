import { expect, test } from 'vitest'
import { createPlaces } from '../../../src/deploy/places.ts'

const never = new AbortController().signal

/** Writes down who got a place. */
const comers = (places: ReturnType<typeof createPlaces>) => {
  const got: string[] = []
  const come = async (name: string, signal = never) => {
    const place = await places.take(signal)
    got.push(name)
    return place
  }
  return { got, come }
}

test('who finds no place waits, and they are served in the order they came', async () => {
  const { got, come } = comers(createPlaces(1))
  const first = await come('first')
  const second = come('second')
  const third = come('third')

  first[Symbol.dispose]()
  ;(await second)[Symbol.dispose]()
  await third

  expect(got).toEqual(['first', 'second', 'third'])
})

test('who is called off leaves the queue, and takes no place', async () => {
  const { got, come } = comers(createPlaces(1))
  const over = new AbortController()
  const first = await come('first')
  const second = come('second', over.signal)
  const third = come('third')

  over.abort(new Error('called off'))
  first[Symbol.dispose]()
  await third

  await expect(second).rejects.toThrow('called off')
  expect(got).toEqual(['first', 'third'])
})

test('a place given back twice is one place', async () => {
  const { got, come } = comers(createPlaces(1))
  const first = await come('first')
  first[Symbol.dispose]()
  first[Symbol.dispose]()
  await come('second')
  const third = come('third')

  await Promise.race([third, Promise.resolve()])

  expect(got).toEqual(['first', 'second'])
})

test('it says how many wait, those who were called off not among them', async () => {
  const places = createPlaces(1)
  const over = new AbortController()
  const held = await places.take(new AbortController().signal)
  const next = places.take(new AbortController().signal)
  const gone = places.take(over.signal).catch(() => {})

  const before = places.waiting()
  over.abort()
  await gone
  const between = places.waiting()
  held[Symbol.dispose]()
  ;(await next)[Symbol.dispose]()

  expect([before, between, places.waiting()]).toEqual([2, 1, 0])
})
