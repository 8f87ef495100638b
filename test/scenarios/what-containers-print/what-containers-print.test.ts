import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { expectFailure } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'
import type { World } from '../world.ts'

const test = inAWorld()
const folder = (name: string) => join(import.meta.dirname, name)
const secret = 'correct-horse-battery'
const escapeCode = String.fromCharCode(27)

test.for([
  ['its log', 'exits', 'container_exited', /exit code 3; the last it printed: refused/],
  ['the output of its health check', 'ill', 'container_unhealthy', /exit code 1: no entry for/],
] as const)(
  'a secret that a container prints into %s is nowhere to be seen, and what was printed does nothing to a terminal',
  async ([, what, reason, says], { world }) => {
    const deployed = await world.deploy(folder(what), { name: what, env: { PASSWORD: secret } })
    const explained = await world.torii('explain', what)
    const told = await toldOf(world, what)

    expectFailure(deployed, { exit: 5, reason, service: 'web', says })
    for (const [where, text] of Object.entries({ ...told, stdout: deployed.stdout, stderr: deployed.stderr, explain: explained.stdout + explained.stderr })) {
      expect({ where, found: text.includes(secret) }).toEqual({ where, found: false })
      expect({ where, found: text.includes(escapeCode) || text.includes('\\u001b') }).toEqual({ where, found: false })
    }
    expect(JSON.stringify(deployed.document).length).toBeLessThan(100_000)
  },
)

/** Everything that Torii says of a deployment, or writes into its log. */
async function toldOf(world: World, name: string): Promise<Record<string, string>> {
  const { body: evidence } = await world.api.ask('GET', `/deployments/${name}/revisions/latest/evidence`)
  const log = await readFile(join(world.home, 'server.log'), 'utf8')
  return { evidence: JSON.stringify(evidence), events: JSON.stringify(await world.api.events(name)), log }
}
