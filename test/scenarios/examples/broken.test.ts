import { cp, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import { type Reason, rowOf } from '../../../src/deploy/failure.ts'
import { inAWorld } from '../scenario.ts'

/** A fixed app needs longer than this only on a machine that has no time for it. */
const test = inAWorld({ env: () => ({ KAMIWAZA_EXTENSION_PROBE_TIMEOUT: '6' }) })
const examples = join(inject('checkout'), 'examples/broken')

/** What stands in expected.json beside each broken extension. */
interface Expected {
  /** What is wrong, for a reader. */
  mistake: string
  reason: Reason
  service: string | null
  /** Words that a good sentence has. */
  says: string[]
  /** What the files of `fixed/`, laid over the folder, change. */
  fix: string
}

const folders = (await readdir(examples, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name)
const broken = await Promise.all(
  folders.map(async (name) => ({ name, expected: JSON.parse(await readFile(join(examples, name, 'expected.json'), 'utf8')) as Expected })),
)

test.concurrent.for(broken)(
  '$name fails with $expected.reason of $expected.service, and what its fix says leads to DEPLOYED',
  { timeout: 180_000 },
  async ({ name, expected }, { world }) => {
    const { reason, service, says } = expected
    const failed = await world.deploy(join(examples, name), { name })
    const folder = join(world.folder, name)
    await cp(join(examples, name), folder, { recursive: true })
    await cp(join(examples, name, 'fixed'), folder, { recursive: true })
    const fixed = await world.deploy(folder, { name })
    await world.torii('rm', name, '--volumes', '--yes')

    const { failure } = failed.document
    expect({ reason: failure?.reason, service: failure?.service, exit: failed.exit }, failure?.sentence).toEqual({ reason, service, exit: rowOf(reason).exit })
    const said = `${failure?.sentence} fix: ${failure?.fix}`
    expect({ missing: says.filter((word) => !said.includes(word)) }, said).toEqual({ missing: [] })
    expect({ exit: fixed.exit, state: fixed.document.state }, fixed.document.failure?.sentence).toEqual({ exit: 0, state: 'DEPLOYED' })
  },
)
