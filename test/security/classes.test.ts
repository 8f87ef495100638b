import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { projectOf } from '../../src/deploy/record.ts'
import { defaultNetwork } from '../../src/extension/network.ts'
import { volumeName } from '../../src/extension/volumes.ts'
import { anApp, token } from '../unit/server/an-app.ts'
import { createVetting } from './vetting.ts'

const { vet, end } = createVetting()
afterAll(end)

const marker = join(tmpdir(), `torii-shell-marker-${process.pid}`)

describe('no text of a user is ever read by a shell', () => {
  const texts = [
    `x;touch ${marker}`,
    `$(touch ${marker})`,
    `\`touch ${marker}\``,
    `x\ntouch ${marker}\n`,
    `--help`,
    `-f/etc/passwd`,
    `x|touch ${marker}`,
    `x&&touch ${marker}`,
    `'; touch ${marker}; '`,
  ]
  const places: Record<string, (text: string) => Record<string, string>> = {
    image: (text) => ({ 'compose.yaml': JSON.stringify({ services: { web: { image: text } } }) }),
    command: (text) => one({ command: text.replaceAll('$', '$$') }),
    entrypoint: (text) => one({ entrypoint: [text.replaceAll('$', '$$')] }),
    container_name: (text) => one({ container_name: text.replaceAll('$', '$$') }),
    hostname: (text) => one({ hostname: text.replaceAll('$', '$$') }),
    labels: (text) => one({ labels: { [text.replaceAll('$', '$$')]: text.replaceAll('$', '$$') } }),
    environment: (text) => one({ environment: { A: text.replaceAll('$', '$$') } }),
    healthcheck: (text) => one({ healthcheck: { test: ['CMD-SHELL', text.replaceAll('$', '$$')] } }),
    'a volume': (text) => ({ 'compose.yaml': JSON.stringify({ services: { web: { image: 'a', volumes: [`${text.replaceAll('$', '$$')}:/x`] } } }) }),
    'a service': (text) => ({ 'compose.yaml': JSON.stringify({ services: { [text]: { image: 'a' } } }) }),
    'the build': (text) => ({
      'compose.yaml': JSON.stringify({
        services: { web: { build: { context: '.', target: text.replaceAll('$', '$$'), args: { A: text.replaceAll('$', '$$') } } } },
      }),
      Dockerfile: 'FROM a\n',
    }),
    'the .env': (text) => ({ ...one({ environment: ['A'] }), '.env': `A=${JSON.stringify(text)}\n` }),
    'the metadata': (text) => ({ ...one({}), 'kamiwaza.json': JSON.stringify({ name: text, env_defaults: { A: text } }) }),
  }
  const one = (options: object) => ({ 'compose.yaml': JSON.stringify({ services: { web: { image: 'nginx:1', ...options } } }) })

  test.each(Object.entries(places))('%s', async (_, files) => {
    const verdicts = await Promise.all(texts.map((text) => vet(files(text))))

    expect(existsSync(marker)).toBe(false)
    // Accepted as mere text, or refused; never a crash.
    expect(verdicts.map(({ is }) => is).every((is) => is === 'accepted' || is === 'refused')).toBe(true)
    rmSync(marker, { force: true })
  })
})

test('a canary outside the folder is in no verdict, by whatever key a file of the host is named', async () => {
  const canary = join(tmpdir(), `torii-canary-${process.pid}`)
  writeFileSync(canary, 'SECRET=canary-of-the-host\n')
  const web = (options: object, top: object = {}) => ({ 'compose.yaml': JSON.stringify({ services: { web: { image: 'nginx:1', ...options } }, ...top }) })
  const ways: Record<string, string>[] = [canary, `../${canary.split('/').at(-1)}`, 'link'].flatMap((path) => [
    web({ env_file: path }),
    web({ env_file: [{ path, required: false }] }),
    web({ label_file: path }),
    web({ extends: { file: path, service: 'x' } }),
    web({}, { include: [path] }),
    web({}, { include: [{ path: 'b.yml', env_file: path }] }),
    web({ secrets: ['s'] }, { secrets: { s: { file: path } } }),
    web({ configs: ['c'] }, { configs: { c: { file: path } } }),
    web({ volumes: [`${path}:/x:ro`] }),
    { 'compose.yaml': JSON.stringify({ services: { web: { build: { context: '.', dockerfile: path } } } }) },
  ])

  for (const files of ways) {
    const verdict = await vet({ ...files, 'b.yml': 'services: {}\n' }, { prepare: (folder) => symlinkSync(canary, join(folder, 'link')) })

    expect([files['compose.yaml'], verdict.is]).toEqual([files['compose.yaml'], 'refused'])
    expect(JSON.stringify(verdict)).not.toContain('canary-of-the-host')
  }
  rmSync(canary)
})

test('names that are alike never share a project, a network or a volume: all are called after the deployment’s id', async () => {
  const ids = ['6f0a1b2c-3d4e-4f60-8182-93a4b5c6d7e8', '6f0a1b2d-3d4e-4f60-8182-93a4b5c6d7e8']
  const refs = ids.map((deployment) => ({ deployment, revision: 1 }))
  const of = (make: (ref: (typeof refs)[number]) => string) => new Set(refs.map(make)).size

  expect([of(projectOf), of((ref) => volumeName(ref.deployment, 'data')), of((ref) => defaultNetwork(ref, '10.213.0.0/27', { instance: 'i' }).name)]).toEqual([
    2, 2, 2,
  ])
  // A name that was given is taken as it is or refused, never made to fit another's.
  const verdicts = await Promise.all(
    ['Shop', 'shop.', 'sh op', 'shöp', 'shop\u200b'].map((name) => vet({ 'compose.yaml': 'services: {web: {image: a}}\n' }, { name })),
  )
  expect(verdicts.map(({ is }) => is)).toEqual(Array(5).fill('refused'))
})

test('many services are a reason or none, never an accident: fifty-eight get a network that holds them', async () => {
  const services = Object.fromEntries(Array.from({ length: 58 }, (_, at) => [`s${at}`, { image: 'nginx:1', expose: ['80'] }]))
  const verdict = await vet({ 'compose.yaml': JSON.stringify({ services }) })

  if (verdict.is === 'refused') throw new Error(verdict.sentence)
  const config = verdict.started.networks?.['default']?.ipam?.['config'] as { subnet: string }[]
  expect(Number(config[0]?.subnet.split('/')[1])).toBeLessThanOrEqual(25)
})

describe('the control plane believes no proxy', () => {
  const { app } = anApp({ port: 8480 })
  const statusOf = async (headers: Record<string, string>) =>
    (await app.inject({ url: '/api/v1/deployments', headers: { authorization: `Bearer ${token}`, ...headers } })).statusCode

  test.each(['x-forwarded-host', 'x-forwarded-server', 'forwarded', 'x-original-host', 'x-host'])('%s neither lets in nor keeps out', async (name) => {
    const say = (host: string) => ({ [name]: name === 'forwarded' ? `host=${host}` : host })

    expect(await statusOf({ host: 'evil.test', ...say('localhost:8480') })).toBe(403)
    expect(await statusOf({ host: 'localhost:8480', ...say('evil.test') })).toBe(200)
  })

  test('a request of a page that a browser may send without asking is refused: simple types, a foreign or empty Origin, no token by itself', async () => {
    const send = async (headers: Record<string, string>) =>
      (await app.inject({ method: 'POST', url: '/api/v1/deployments', payload: '{"path":"/x"}', headers: { host: 'localhost:8480', ...headers } })).statusCode

    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect(await send({ 'content-type': type, origin: 'https://evil.test', authorization: `Bearer ${token}` })).toBe(403)
      expect(await send({ 'content-type': type, authorization: `Bearer ${token}` })).toBe(415)
      expect(await send({ 'content-type': type, cookie: `token=${token}` })).toBe(401)
    }
  })
})
