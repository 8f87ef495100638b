import { dirname } from 'node:path'
import { expect } from 'vitest'
import type { jsonReport } from '../../../src/lint/report/json.ts'
import { documentOf } from '../command-line.ts'
import { docker, dockerLines } from '../engine.ts'
import { expectFailure } from '../expect-failure.ts'
import { makeImage } from '../registry.ts'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'

const test = inAWorld()

/** A web server in busybox, which has wget and no curl. */
const compose = (check: string) => `services:
  web:
    image: busybox:stable
    command: sh -c 'mkdir /www && cp /bin/busybox /www/index.html && exec httpd -f -p 8080 -h /www'
    stop_signal: KILL
    expose: ["8080"]
    healthcheck:
      test: ${check}
      interval: 1s
      timeout: 5s
      start_period: 1s
      retries: 2
`

test('a tool that an image of this machine lacks is an error; so is its deployment, and what lint says to do mends both', async ({ world }) => {
  const path = await world.write('shop/compose.yaml', compose('curl -f http://127.0.0.1:8080/ || exit 1'))
  const unseen = await lint(world, path, '--no-images')
  const seen = await lint(world, path)
  const broken = await world.deploy(dirname(path), { name: 'shop' })
  const [, command = ''] = /for example `([^`]+)`/.exec(seen.findings[0]?.fix ?? '') ?? []
  await world.write('shop/compose.yaml', compose(command.replace('URL', 'http://127.0.0.1:8080/')))
  const mended = await lint(world, path)
  const deployed = await world.deploy(dirname(path), { name: 'shop' })

  expect(unseen).toMatchObject({ exit: 0, findings: [{ rule: 'T205', severity: 'warning', message: expect.stringContaining('as far as is known') }] })
  expect(seen).toMatchObject({
    exit: 3,
    findings: [{ rule: 'T205', severity: 'error', line: 8, column: 13, message: expect.stringContaining('on this machine') }],
  })
  expectFailure(broken, { exit: 5, reason: 'health_tool_missing', service: 'web', says: /curl/ })
  expect(mended).toEqual({ exit: 0, findings: [] })
  expect(deployed).toMatchObject({ exit: 0, document: { state: 'DEPLOYED' } })
})

test('of an image that only this machine knows its programs and its ports are seen, nothing is started and nothing is left', async ({ world }) => {
  const image = `127.0.0.1:${world.slot.spare[0]}/only-here:1`
  await makeImage(image, world.folder, { page: 'here' })
  const path = await world.write('local/compose.yaml', `services:\n  web:\n    image: ${image}\n    healthcheck: {test: ["CMD", "psql"], start_period: 30s}\n`)
  const since = (await docker('info', '--format', '{{.SystemTime}}')).trim()
  const unseen = await lint(world, path, '--no-images', '--severity', 'info')
  const seen = await lint(world, path, '--severity', 'info')
  const until = (await docker('info', '--format', '{{.SystemTime}}')).trim()
  const started = await dockerLines('events', '--since', since, '--until', until, '--filter', 'event=start', '--filter', 'label=torii.look')

  const rules = (report: typeof seen) => report.findings.map(({ rule }) => rule)
  expect(rules(unseen)).toEqual(expect.arrayContaining(['T301']))
  expect(rules(unseen)).not.toContain('T205')
  expect(rules(seen)).toEqual(expect.arrayContaining(['T205']))
  expect(rules(seen)).not.toContain('T301')
  expect(started).toEqual([])
  expect(await dockerLines('ps', '--all', '--quiet', '--filter', 'label=torii.look')).toEqual([])
})

async function lint(world: World, ...args: string[]) {
  const ended = await world.torii('lint', ...args, '--json')
  const { findings } = documentOf<ReturnType<typeof jsonReport>>(ended)
  return { exit: ended.exit, findings }
}
