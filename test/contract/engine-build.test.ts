import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { realClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import type { Build } from '../../src/deploy/plan.ts'
import { createEngine } from '../../src/docker/engine.ts'
import { createAsk } from '../../src/engine-api/ask.ts'

const home = mkdtempSync(join(tmpdir(), 'torii-build-'))
const config = { ...readConfig(), home }
const engine = createEngine({ config, instance: 'build', clock: realClock, log: { warn: () => {} } })
const tag = `torii-build-${randomUUID()}:r1`
const never = new AbortController().signal

const aBuild = (build: Partial<Build>): Build => ({ context: home, dockerfile: null, dockerfileInline: null, args: {}, target: null, ...build })

afterAll(async () => {
  await createAsk(config)({ method: 'DELETE', path: `/images/${tag}` }).catch(() => {})
  rmSync(home, { recursive: true, force: true })
})

test('builds what the Dockerfile beside the context says, with its arguments, and tells its steps', async () => {
  writeFileSync(join(home, 'Other'), 'FROM busybox:stable\nARG PORT\nEXPOSE ${PORT} 80\nHEALTHCHECK --interval=3s CMD true\n')
  const steps: string[] = []

  await engine.build(aBuild({ dockerfile: 'Other', args: { PORT: '8123' } }), tag, null, ({ current, total }) => steps.push(`${current}/${total}`), never)

  expect(await engine.image(tag)).toMatchObject({ exposed: [80, 8123], check: { test: ['CMD-SHELL', 'true'], interval: 3000 } })
  expect(steps.at(-1)).toMatch(/^(\d+)\/\1$/)
})

test('a tag that is taken off takes its image along, and one that is gone is fine', async () => {
  const own = `${tag}-untagged`
  await engine.build(aBuild({ dockerfileInline: 'FROM scratch\nLABEL mine=1\n' }), own, null, () => {}, never)

  await engine.untag(own)
  await engine.untag(own)

  expect(await engine.image(own)).toBeNull()
})

test('a step that fails is named with what it printed', async () => {
  const build = aBuild({ dockerfileInline: 'FROM busybox:stable\nRUN echo this is why && exit 7\n' })

  const failed = engine.build(build, tag, null, () => {}, never)

  await expect(failed).rejects.toMatchObject({
    trouble: { reason: 'build_failed', detail: expect.stringMatching(/RUN echo this is why(.|\n)*exit code: 7\nthis is why$/) },
  })
})

test('a Dockerfile that is not there is said in words', async () => {
  const failed = engine.build(aBuild({ dockerfile: 'Missing' }), tag, null, () => {}, never)

  await expect(failed).rejects.toMatchObject({ trouble: { reason: 'build_failed', detail: expect.stringContaining('Missing') } })
})

test('a build that is cancelled stops', async () => {
  const done = new AbortController()
  const build = aBuild({ dockerfileInline: 'FROM busybox:stable\nRUN sleep 1000\n' })

  const failed = engine.build(build, tag, null, ({ detail }) => detail?.includes('sleep') && done.abort(new Error('enough')), done.signal)

  await expect(failed).rejects.toThrow('enough')
})

// A commit that is missing is fetched by the program that remote.NAME.uploadpack names (git 2.39, partial clones).
test('no program that a .git/config in the context names is run', async () => {
  const context = join(home, 'repository')
  const [program, trace] = [join(home, 'program'), join(home, 'it-ran')]
  mkdirSync(context)
  writeFileSync(program, `#!/bin/sh\necho ran >${trace}\n`, { mode: 0o755 })
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', context])
  writeFileSync(join(context, '.git/refs/heads/main'), `${'1'.repeat(40)}\n`)
  writeFileSync(
    join(context, '.git/config'),
    `[core]\nrepositoryformatversion = 1\n[extensions]\npartialClone = origin\n[remote "origin"]\nurl = ${home}\nuploadpack = ${program}\npromisor = true\n`,
  )

  await engine.build(aBuild({ context, dockerfileInline: 'FROM scratch\nLABEL mine=2\n' }), tag, null, () => {}, never)

  expect(existsSync(trace)).toBe(false)
})
