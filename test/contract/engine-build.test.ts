import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { realClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import type { Build } from '../../src/deploy/plan.ts'
import { createEngine } from '../../src/docker/engine.ts'
import { createAsk } from '../../src/engine-api/ask.ts'

const home = mkdtempSync(join(tmpdir(), 'torii-build-'))
const config = { ...readConfig(), home: join(home, 'torii') }
const engine = createEngine({ config, instance: 'build', clock: realClock, log: { warn: () => {} } })
const tag = `torii-build-${randomUUID()}:r1`
const never = new AbortController().signal

const aBuild = (build: Partial<Build>): Build => ({
  context: home,
  within: null,
  dockerfile: null,
  dockerfileText: null,
  dockerignore: null,
  args: {},
  target: null,
  ...build,
})

afterAll(async () => {
  await createAsk(config)({ method: 'DELETE', path: `/images/${tag}` }).catch(() => {})
  rmSync(home, { recursive: true, force: true })
})

test('builds what the Dockerfile says, with its arguments, and tells its steps', async () => {
  const dockerfileText = 'FROM busybox:stable\nARG PORT\nEXPOSE ${PORT} 80\nHEALTHCHECK --interval=3s CMD true\n'
  const steps: string[] = []

  await engine.build(aBuild({ dockerfileText, args: { PORT: '8123' } }), tag, null, ({ current, total }) => steps.push(`${current}/${total}`), never)

  expect(await engine.image(tag)).toMatchObject({ exposed: [80, 8123], check: { test: ['CMD-SHELL', 'true'], interval: 3000 } })
  expect(steps.at(-1)).toMatch(/^(\d+)\/\1$/)
})

test('a tag that is taken off takes its image along, and one that is gone is fine', async () => {
  const own = `${tag}-untagged`
  await engine.build(aBuild({ dockerfileText: 'FROM scratch\nLABEL mine=1\n' }), own, null, () => {}, never)

  await engine.untag(own)
  await engine.untag(own)

  expect(await engine.image(own)).toBeNull()
})

test('a step that fails is named with what it printed', async () => {
  const build = aBuild({ dockerfileText: 'FROM busybox:stable\nRUN echo this is why && exit 7\n' })

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
  const build = aBuild({ dockerfileText: 'FROM busybox:stable\nRUN sleep 1000\n' })

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

  await engine.build(aBuild({ context, dockerfileText: 'FROM scratch\nLABEL mine=2\n' }), tag, null, () => {}, never)

  expect(existsSync(trace)).toBe(false)
})

/** A folder in the extension, with files; relative names may have a folder of their own. */
function aFolder(name: string, files: Record<string, string>): string {
  mkdirSync(join(home, name), { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(home, name, file), text)
  return join(home, name)
}

test('a context that changes once the build has begun does not change the build, and nothing is left of the copy', async () => {
  const context = aFolder('changing', { mine: 'as it was' })
  const dockerfileText = 'FROM busybox:stable\nRUN sleep 0.5\nCOPY . /c\nRUN grep -q "as it was" /c/mine\n'
  const change = () => writeFileSync(join(context, 'mine'), 'as it is')

  await engine.build(aBuild({ context, within: home, dockerfileText }), tag, null, change, never)

  expect(readFileSync(join(context, 'mine'), 'utf8')).toBe('as it is')
  expect(readdirSync(join(config.home, 'builds'))).toEqual([])
})

test('a context that leads outside the extension by then is not read', async () => {
  const within = aFolder('extension', {})
  symlinkSync(aFolder('outside', { theirs: '' }), join(within, 'link'))
  const build = aBuild({ context: join(within, 'link'), within, dockerfileText: 'FROM scratch\nCOPY . /c\n' })

  const failed = engine.build(build, tag, null, () => {}, never)

  await expect(failed).rejects.toMatchObject({ trouble: { reason: 'policy_denied' } })
})

test('a context in Torii’s own folder is not read', async () => {
  const build = aBuild({ context: aFolder('torii/revisions', { key: '' }), within: home, dockerfileText: 'FROM scratch\nCOPY . /c\n' })

  const failed = engine.build(build, tag, null, () => {}, never)

  await expect(failed).rejects.toMatchObject({ trouble: { reason: 'policy_denied' } })
})

test.each([
  ['.dockerignore of the context', null, '! test -e /c/a && test -e /c/b'],
  ['NAME.dockerignore instead', 'b\n', 'test -e /c/a && ! test -e /c/b'],
])('%s says what is left out', async (_, dockerignore, check) => {
  const context = aFolder('ignoring', { a: '', b: '', '.dockerignore': 'a\n' })
  const dockerfileText = `FROM busybox:stable\nCOPY . /c\nRUN ${check}\n`

  await engine.build(aBuild({ context, within: home, dockerfileText, dockerignore }), tag, null, () => {}, never)
})
