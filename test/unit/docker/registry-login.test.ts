import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loginIn, noLogins, registryLogin } from '../../../src/docker/registry-login.ts'

/** What is sent along for an image of r.example when this is `config.json`, and what is warned of. */
async function sent(config: string): Promise<{ login: unknown; warnings: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'torii-docker-'))
  const warnings: unknown[] = []
  await writeFile(join(folder, 'config.json'), config)
  const header = await registryLogin('r.example/app:1', { own: noLogins, log: { warn: (...facts) => warnings.push(facts) }, folder })
  await rm(folder, { recursive: true })
  return { login: header === null ? null : JSON.parse(Buffer.from(header, 'base64url').toString()), warnings: JSON.stringify(warnings) }
}

const basic = (text: string) => Buffer.from(text).toString('base64')

test.each([
  ['a password', { 'r.example': { auth: basic('me:pa:ss') } }, { username: 'me', password: 'pa:ss' }],
  ['a password under its address', { 'https://r.example': { auth: basic('me:pass') } }, { username: 'me', password: 'pass' }],
  ['a token', { 'r.example': { auth: basic('me:'), identitytoken: 'tok' } }, { identitytoken: 'tok' }],
])('%s of `docker login` is sent', async (_, auths, login) => {
  expect((await sent(JSON.stringify({ auths }))).login).toEqual({ ...login, serveraddress: 'r.example' })
})

test.each([
  'null',
  '7',
  '[]',
  '"hunter2"',
  '{"auths":{"r.example":{"auth":"hunter2',
  '{"auths":null}',
  '{"auths":{"r.example":null}}',
  '{"auths":{"r.example":{"auth":7}}}',
  '{"auths":{"r.example":{"auth":"!"}}}',
  '{"credsStore":7,"credHelpers":null}',
  '{"credsStore":"../x"}',
  '{"credHelpers":{"r.example":["x"]}}',
])('%s is no login, no failure, and nothing of it is told', async (config) => {
  const { login, warnings } = await sent(config)

  expect(login).toBeNull()
  expect(warnings).not.toContain('hunter2')
})

test.each([
  ['{"ServerURL":"r","Username":"me","Secret":"pass"}', { username: 'me', password: 'pass' }],
  ['{"Username":"<token>","Secret":"tok"}', { identitytoken: 'tok' }],
  ['hunter2', null],
  ['null', null],
  ['{"Username":"me"}', null],
  ['{"Username":{},"Secret":"hunter2"}', null],
])('a helper that prints %s', (printed, login) => {
  expect(loginIn(printed)).toEqual(login)
})
