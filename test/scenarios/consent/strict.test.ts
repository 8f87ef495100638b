import { expect } from 'vitest'
import { documentOf } from '../command-line.ts'
import { inAWorld } from '../scenario.ts'

const file = `extends: strict
rules:
  strong_capability: allow
  host_port: allow
  untagged_image: deny
`
const test = inAWorld({ env: ({ folder }) => ({ TORII_POLICY: `${folder}/policy.yaml` }) })
const service = (lines: string) =>
  `services:\n  web:\n    command: ["httpd", "-f", "-p", "8000", "-h", "/"]\n    stop_signal: KILL\n    expose: ["8000"]\n${lines}`

test('an operator’s file with a mistake keeps the control plane from starting, with its line and the rule that was meant', async ({ world }) => {
  await world.write('policy.yaml', `${file}  privilegd: allow\n`)
  const { exit, stderr } = await world.torii('up')

  expect(exit).not.toBe(0)
  expect(stderr).toMatch(/policy\.yaml, line 6: there is no rule "privilegd"; did you mean "privileged"\?/)
})

test('strict denies builds and what the file denies, asks about writable binds, and cannot be talked round', async ({ world }) => {
  await world.write('policy.yaml', file)
  await world.write('build/Dockerfile', 'FROM busybox:stable\n')
  const build = await world.write('build/compose.yaml', service('    build: .\n'))
  const untagged = await world.write('untagged/compose.yaml', service('    image: busybox\n'))
  const bind = await world.write('bind/compose.yaml', service('    image: busybox:stable\n    volumes: ["./data:/data"]\n'))
  await world.write('bind/data/x', '')
  const sentenceOf = async (path: string, ...more: string[]) =>
    documentOf<{ failure: { sentence: string } }>(await world.torii('deploy', path, '--json', ...more)).failure.sentence

  expect(await sentenceOf(build)).toMatch(/denies: build: a build runs what the Dockerfile says/)
  expect(await sentenceOf(build, '--allow', 'build')).toMatch(/denies: build: /)
  expect(await sentenceOf(untagged)).toMatch(/image: busybox: without a tag/)
  expect(await sentenceOf(bind)).toMatch(/asks for what needs an operator’s consent: .*the container may change the extension’s own folder/)
})

test('strict lets through what its operator allows', async ({ world }) => {
  const port = world.slot.spare[0] ?? 0
  const lines = `    image: busybox:stable\n    cap_add: [NET_ADMIN]\n    ports: ["127.0.0.1:${port}:8000"]\n`
  const path = await world.write('fine/compose.yaml', service(lines))
  const { exit, document } = await world.deploy(path, { name: 'service-fine' })

  expect(exit, document.failure?.sentence).toBe(0)
  expect(document.notices).toContainEqual(`web: its port 8000 is published at 127.0.0.1:${port}, past the proxy.`)
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBeLessThan(500)
})
