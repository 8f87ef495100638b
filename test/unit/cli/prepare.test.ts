import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { prepare } from '../../../src/cli/prepare.ts'
import { readConfig } from '../../../src/config.ts'

interface Machine extends AsyncDisposable {
  checkout: string
  prepare(path?: string | null, dockerHost?: string): Promise<void>
  /** What ran, with its arguments and its folder. */
  ran(): Promise<string[]>
}

/** A machine with an engine that knows these images, or with none, and set-up scripts that only say that they ran. */
async function aMachine({
  images = ['traefik:v3'],
  engine = true,
  script = 'exit 0',
}: {
  images?: string[]
  engine?: boolean
  script?: string
} = {}): Promise<Machine> {
  const checkout = await mkdtemp(join(tmpdir(), 'torii-prepare-'))
  await mkdir(join(checkout, 'setup'))
  await mkdir(join(checkout, 'examples/hello-app'), { recursive: true })
  for (const name of ['engine.sh', 'traefik-image.sh', 'base-images.sh'])
    await writeFile(join(checkout, 'setup', name), `echo "${name} $* in $(pwd)" >> ran\n${script}\n`)
  const server = createServer(({ url }, response) => {
    const image = /^\/images\/(.+)\/json$/.exec(decodeURIComponent(url ?? ''))?.[1]
    response.writeHead(image === undefined || images.includes(image) ? 200 : 404).end('{}')
  })
  const socket = join(checkout, 'docker.sock')
  if (engine) await once(server.listen(socket), 'listening')
  return {
    checkout,
    prepare: (path = null, dockerHost = `unix://${socket}`) => prepare(readConfig({ DOCKER_HOST: dockerHost }), path, new AbortController().signal, checkout),
    ran: async () => (await readFile(join(checkout, 'ran'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== ''),
    [Symbol.asyncDispose]: async () => {
      server.close()
      await rm(checkout, { recursive: true })
    },
  }
}

describe('before a deployment', () => {
  test('nothing runs where nothing is missing', async () => {
    await using machine = await aMachine()

    await machine.prepare('/srv/shop')

    expect(await machine.ran()).toEqual([])
  })

  test('the proxy’s image is fetched when the engine does not know it, in the checkout’s own folder', async () => {
    await using machine = await aMachine({ images: [] })

    await machine.prepare()

    expect(await machine.ran()).toEqual([`traefik-image.sh traefik:v3 in ${machine.checkout}`])
  })

  test('our own examples get their base images, others do not', async () => {
    await using machine = await aMachine()

    await machine.prepare(join(machine.checkout, 'examples/hello-app'))
    await machine.prepare(join(machine.checkout, 'setup'))

    expect(await machine.ran()).toEqual([`base-images.sh  in ${machine.checkout}`])
  })

  test('a script that fails is quoted with its last line, cleaned', async () => {
    await using machine = await aMachine({ images: [], script: 'echo first; printf "no \\033[31mroom\\n" >&2; exit 3' })

    await expect(machine.prepare()).rejects.toMatchObject({ message: 'setup/traefik-image.sh could not finish: no room', exit: 7, reason: 'proxy_unreachable' })
  })

  test.each(['unix:///nowhere/docker.sock', 'tcp://127.0.0.1:1', 'ssh://somebody@there'])(
    'an engine elsewhere is not ours to start: %s',
    async (dockerHost) => {
      await using machine = await aMachine({ engine: false })

      await expect(machine.prepare(null, dockerHost)).rejects.toMatchObject({
        exit: 7,
        reason: 'engine_unreachable',
        message: expect.stringContaining(dockerHost),
      })
      expect(await machine.ran()).toEqual([])
    },
  )

  test('the engine of this machine is started, and believed only when it answers', async () => {
    await using machine = await aMachine({ engine: false })

    await expect(machine.prepare(null, 'unix:///run/torii-test-no-such.sock')).rejects.toMatchObject({ exit: 7, reason: 'engine_unreachable' })
    expect(await machine.ran()).toEqual([`engine.sh  in ${machine.checkout}`])
  })
})
