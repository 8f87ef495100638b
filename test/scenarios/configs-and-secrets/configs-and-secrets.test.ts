import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { docker } from '../engine.ts'
import { expectRefusal } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const app = join(import.meta.dirname, 'app')
const given = { GREETING: 'Good morning', PASSWORD: 'correct horse $battery' }

test('configs and secrets of every kind arrive as files, byte by byte, readable by whoever the service runs as', async ({ world }) => {
  const { exit, document } = await world.deploy(app, { name: 'shop', env: given })
  const url = document.urls[0] ?? ''
  const [config, secret] = [await world.exec('shop', 'web', 'cat /from_environment'), await world.exec('shop', 'web', 'cat /run/secrets/password')]
  const [binary] = await world.exec('shop', 'web', 'od -An -tx1 /www/token.txt')

  expect(exit, document.failure?.sentence).toBe(0)
  expect((await world.fetch(url)).body).toBe('<h1>Good morning</h1> costs $5\n')
  expect((await world.fetch(`${url}plain.txt`)).body).toBe('plain and $simple\n')
  expect({ config, secret }).toEqual({ config: [given.GREETING], secret: [given.PASSWORD] })
  expect(Buffer.from(binary?.replaceAll(' ', '') ?? '', 'hex')).toEqual(await readFile(join(app, 'token.bin')))
})

test('they cannot be written from inside, and no secret shows in what the engine tells of the container', async ({ world }) => {
  const web = await world.container('shop', 'web')
  const told = await docker('inspect', web.Id)
  const files = web.Mounts.filter(({ Destination }) => Destination.startsWith('/www') || Destination.startsWith('/run/secrets'))

  expect(files.length).toBe(4)
  for (const { RW } of files) expect(RW).toBe(false)
  expect(told).not.toContain('correct horse')
})

test('a change of one is an update: the new containers have the new content', async ({ world }) => {
  const { document } = await world.deploy(app, { name: 'shop', env: { ...given, GREETING: 'Good evening' } })

  expect((await world.fetch(document.urls[0] ?? '')).body).toBe('<h1>Good evening</h1> costs $5\n')
})

test('a secret whose variable nobody gave is refused, and named', async ({ world }) => {
  const refused = await world.deploy(app, { name: 'careless', env: { GREETING: 'Hi' } })

  expectRefusal(refused, { exit: 3, reason: 'compose_invalid', service: null, says: /secrets\.password.*PASSWORD.*not set/ })
  expect(await world.api.deployment('careless')).toBeNull()
})
