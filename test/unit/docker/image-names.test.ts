import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test as run } from 'vitest'
import { readConfig } from '../../../src/config.ts'
import type { Clock } from '../../../src/deploy/ports.ts'
import { createEngine } from '../../../src/docker/engine.ts'
import { withTag } from '../../../src/docker/image-facts.ts'
import type { Log } from '../../../src/docker/log.ts'
import { nameAndTag } from '../../../src/docker/pull.ts'
import { aFolder } from '../extension/makers.ts'

run.each([
  ['39d6', '39d6:latest'],
  ['nginx', 'nginx:latest'],
  ['localhost:5000/39d6', 'localhost:5000/39d6:latest'],
  ['a/b:1', 'a/b:1'],
  [`39d6@sha256:${'0'.repeat(64)}`, `39d6@sha256:${'0'.repeat(64)}`],
  [`sha256:${'a'.repeat(64)}`, `sha256:${'a'.repeat(64)}`],
])('the engine is asked for %s as %s', (ref, asked) => {
  expect(withTag(ref)).toBe(asked)
})

run('a name of hexadecimal digits is pulled and asked for as a name: alone it would be the beginning of somebody’s image id', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    const version = request.url?.includes('/version')
    response.writeHead(version ? 200 : 404, { 'content-type': 'application/json', 'api-version': '1.45' })
    response.end(
      JSON.stringify(version ? { ApiVersion: '1.45', MinAPIVersion: '1.24', Os: 'linux', Arch: 'amd64', Version: '26.1.5' } : { message: 'no such image' }),
    )
  })
  const socket = join(aFolder(), 'engine.sock')
  await new Promise<void>((done) => server.listen(socket, done))
  onTestFinished(() => void server.close())
  const engine = createEngine({ config: { ...readConfig({}), dockerHost: `unix://${socket}` }, instance: 'inst', clock: {} as Clock, log: {} as Log })

  expect(await engine.image('39d6')).toBeNull()
  expect(asked.at(-1)).toMatch(/\/images\/39d6:latest\/json\??$/)
  expect(nameAndTag('39d6')).toEqual({ fromImage: '39d6', tag: 'latest' })
})
