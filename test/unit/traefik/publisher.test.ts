import { expect, test } from 'vitest'
import type { Route } from '../../../src/deploy/ports.ts'
import { createPublisher } from '../../../src/traefik/publisher.ts'

const route = (port: number): Route => ({
  ...{
    ref: { deployment: '4e7197d8-ab60-4d58-8c62-4dbf8f80f13a', revision: 1 },
    kind: 'port',
    port,
    prefix: '',
    stripPrefix: false,
    to: 'starting',
    candidate: null,
  },
})

/** A certificate whose looks end when the test says so. */
function aPublisher() {
  const looks: ((fingerprint: string) => void)[] = []
  const written: string[] = []
  const publish = createPublisher({
    ensure: () => new Promise<string>((resolve) => looks.push(resolve)),
    write: async (text) => void written.push(text),
    apiPort: 8481,
  })
  return { looks, written, publish }
}

test('what was published last is what stays, also where an earlier look at the certificate ends later', async () => {
  const { looks, written, publish } = aPublisher()

  const before = publish([route(61100)])
  const after = publish([route(61101)])
  looks[1]?.('a1b2')
  await after
  looks[0]?.('a1b2')
  await before

  expect(written.at(-1)).toContain('p61101')
  expect(written.at(-1)).not.toContain('p61100')
})

test('a publication that fails leaves the next one its turn', async () => {
  const written: string[] = []
  let fails = true
  const publish = createPublisher({
    ensure: async () => {
      if (!fails) return 'a1b2'
      fails = false
      throw new Error('no certificate')
    },
    write: async (text) => void written.push(text),
    apiPort: 8481,
  })

  await expect(publish([route(61100)])).rejects.toThrow('no certificate')
  await publish([route(61101)])

  expect(written).toHaveLength(1)
})
