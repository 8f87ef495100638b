import { execa } from 'execa'
import { afterAll, beforeAll, expect } from 'vitest'
import { docker } from '../engine.ts'
import { inAWorld } from '../scenario.ts'
import { until } from '../until.ts'

const space = `torii-cloud-${process.pid}`
const metadata = '169.254.169.254'
const ip = (line: string) => execa('/usr/sbin/ip', line.split(' '), { reject: false })
/** As root of a whole machine alone can one play a cloud, and forbid the way to it; and never where there is one already. Who may not is told so. */
const canPlay = process.getuid?.() === 0 && (await ip(`netns add ${space}`)).exitCode === 0 && (await ip(`route show ${metadata}/32`)).stdout === ''
const test = inAWorld({ env: () => ({ TORII_METADATA: 'blocked' }) }).skipIf(!canPlay)
const needs = canPlay ? '' : ' (skipped: needs root, `ip netns`, and no cloud around it)'
const rules = async () => (await ip('-4 rule show')).stdout

/** A network namespace of its own behind the host, where something answers on the metadata address: containers are routed there as in a cloud. */
let cloud: { kill(signal: 'SIGKILL'): boolean } | undefined

beforeAll(async () => {
  if (!canPlay) return
  const [here, there] = [`tc${process.pid}a`.slice(0, 15), `tc${process.pid}b`.slice(0, 15)]
  for (const line of [
    `link add ${here} type veth peer name ${there} netns ${space}`,
    `addr add 192.0.2.225/30 dev ${here}`,
    `link set ${here} up`,
    `-n ${space} link set lo up`,
    `-n ${space} link set ${there} up`,
    `-n ${space} addr add 192.0.2.226/30 dev ${there}`,
    `-n ${space} addr add ${metadata}/32 dev lo`,
    `-n ${space} route add default via 192.0.2.225`,
    `route add ${metadata}/32 via 192.0.2.226`,
  ])
    await ip(line)
  const answer = "require('node:http').createServer((_, r) => r.end('credentials')).listen(80)"
  cloud = execa('/usr/sbin/ip', ['netns', 'exec', space, process.execPath, '-e', answer], { reject: false })
  await until('the cloud', async () => (await fetch(`http://${metadata}/`).catch(() => null))?.ok === true)
})

afterAll(async () => {
  cloud?.kill('SIGKILL')
  if (canPlay) await ip(`route del ${metadata}/32`)
  await ip(`netns del ${space}`)
})

test(`a container reaches the metadata of a cloud while nobody forbids it, and not where Torii does${needs}`, async ({ world }) => {
  const services = { web: { image: 'busybox:stable', command: 'httpd -f -p 8000 -h /', stop_signal: 'KILL', expose: ['8000'] } }
  const { exit, document } = await world.deploy(await world.write('app/compose.yaml', JSON.stringify({ services })), { name: 'tool-curious' })
  expect(exit, document.failure?.sentence).toBe(0)
  const { Id } = await world.container('tool-curious', 'web')
  // busybox's wget falls over addresses here (1.35).
  const line = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 2 ${metadata} 80 2>/dev/null | tail -n 1; true`
  const asked = async () => (await docker('exec', Id, 'sh', '-c', line)) || 'nothing'
  const doctor = async () => {
    const { stdout } = await world.torii('doctor', '--json')
    return (JSON.parse(stdout) as { findings: { what: string; is: string }[] }).findings.find(({ what }) => what === 'cloud metadata')?.is
  }

  expect([await asked(), await doctor()]).toEqual(['nothing', 'ok'])
  await ip(`-4 rule del from ${world.slot.subnetPool} to 169.254.0.0/16 prohibit`)
  expect([await asked(), await doctor()]).toEqual(['credentials', 'missing'])
  await world.torii('down')
  await world.restart()
  expect([await asked(), await doctor()]).toEqual(['nothing', 'ok'])
})

test(`it stays forbidden while something of it runs without a control plane, and the rule goes with the last${needs}`, async ({ world }) => {
  await world.torii('down')
  expect(await rules()).toContain(world.slot.subnetPool.split('/')[0])
  await world.restart()
  await world.torii('rm', 'tool-curious', '--volumes', '--yes')
  await world.torii('down')

  expect(await rules()).not.toContain(`from ${world.slot.subnetPool} `)
})
