import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { Reason } from '../../../src/deploy/failure.ts'
import { expectFailure } from '../expect-failure.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld()
const examples = join(inject('checkout'), 'examples')
const readme = await readFile(join(examples, 'README.md'), 'utf8')
/** Folder and reason of each row, as the README promises them. */
const broken = [...readme.matchAll(/^\| \[(broken\/[\w-]+)\]\(.*?\) \|.*?\| `(\w+)` \|/gm)].map(([, folder = '', reason]) => ({
  folder,
  reason: reason as Reason,
}))
const exits: Partial<Record<Reason, number>> = { container_unhealthy: 5, health_timeout: 5, app_status: 6 }

test.concurrent.for(broken)('$folder is FAILED with $reason and the sentence of its README', { timeout: 300_000 }, async ({ folder, reason }, { world }) => {
  const deployed = await world.deploy(join(examples, folder))

  expectFailure(deployed, { exit: exits[reason] ?? -1, reason, service: 'app', says: await sentenceOf(folder) })
})

async function sentenceOf(folder: string): Promise<string> {
  const text = await readFile(join(examples, folder, 'README.md'), 'utf8')
  const [, sentence = 'its README has no sentence'] = /^Torii says: (.*)$/m.exec(text) ?? []
  return sentence
}
