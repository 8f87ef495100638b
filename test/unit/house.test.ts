import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const src = join(import.meta.dirname, '../../src')
const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))

/** Without comments: they may name what the code must not. */
const codeOf = (file: string) => readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')
const nameOf = (file: string) => relative(src, file)
const roomOf = (file: string) => nameOf(file).split('/')[0] ?? ''

/** What a file imports: packages by name, our own files from src/. Types alone bind nothing. */
const importsOf = (file: string) =>
  [...codeOf(file).matchAll(/(?:^import (?!type\b)[^'"]*?from |^import |^export [^'"]*?from |import\()['"]([^'"]+)['"]/gm)].map(([, target = '']) =>
    target.startsWith('.') ? relative(src, join(file, '..', target)) : target,
  )

/** Those that are loaded together with the file itself. */
const loadedWith = (file: string) => importsOf(file).filter((target) => !codeOf(file).includes(`import('${importName(file, target)}')`))
const importName = (file: string, target: string) => (target.includes('/') ? relative(join(file, '..'), join(src, target)).replace(/^(?!\.)/, './') : target)

const offenders = (rule: (file: string) => boolean) => files.filter(rule).map(nameOf)

test('the heart imports no adapter, no library and nothing of the network', () => {
  const heart = files.filter((file) => roomOf(file) === 'deploy')

  const foreign = heart.flatMap((file) =>
    importsOf(file)
      .filter((target) => !/^(deploy|text|model)\/|^node:crypto$/.test(target))
      .map((target) => `${nameOf(file)} imports ${target}`),
  )

  expect(foreign).toEqual([])
})

test.each([
  ['text', /^text\/|^yaml$/],
  ['model', /^(model|text)\/|^yaml$/],
  ['files', /^files\/|^node:/],
])('%s/ imports nothing of Torii but what its row in ARCHITECTURE.md says', (room, allowed) => {
  const inside = files.filter((file) => roomOf(file) === room)

  const foreign = inside.flatMap((file) =>
    importsOf(file)
      .filter((target) => !allowed.test(target))
      .map((target) => `${nameOf(file)} imports ${target}`),
  )

  expect(inside.length).toBeGreaterThan(0)
  expect(foreign).toEqual([])
})

test('only main.ts with its parts, and the command line, know more than one adapter', () => {
  const rooms = ['docker', 'traefik', 'store', 'server', 'extension', 'uploads']

  const foreign = files
    .filter((file) => [...rooms, 'engine-api'].includes(roomOf(file)))
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => rooms.some((room) => target.startsWith(`${room}/`) && room !== roomOf(file)))
        .map((target) => `${nameOf(file)} imports ${target}`),
    )

  expect(foreign).toEqual([])
})

test('the command line loads a room when a command needs it: at once only `ca`, `doctor` and `lint`, and what a name is of', () => {
  const rooms = /^(docker|engine-api|traefik|store|server|extension|uploads|lint)\//

  const loaded = files
    .filter((file) => roomOf(file) === 'cli' && !/^cli\/(ca|doctor(-\w+)?|lint(-\w+)?)\.ts$/.test(nameOf(file)))
    .flatMap((file) => loadedWith(file).filter((target) => rooms.test(target) && target !== 'extension/kind.ts'))

  expect(loaded).toEqual([])
})

test('nothing but engine-api/ talks to the engine: there every question has a deadline', () => {
  expect(offenders((file) => importsOf(file).includes('dockerode') && roomOf(file) !== 'engine-api')).toEqual([])
})

test('nothing but config.ts reads the environment', () => {
  expect(offenders((file) => /process\.env\b/.test(codeOf(file)) && nameOf(file) !== 'config.ts')).toEqual([])
})

test('nothing but clock.ts asks the machine’s clock or sets a timer', () => {
  expect(
    offenders(
      (file) =>
        /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bsetTimeout\(|\bsetInterval\(|timers\/promises/.test(codeOf(file)) &&
        !/(^|\/)clock\.ts$/.test(nameOf(file)),
    ),
  ).toEqual([])
})

test('deadlines beside the clock are for questions to others and programs that are run', () => {
  const theirs = /^(docker|engine-api)\/|^cli\/(ask-engine|healthz)\.ts$/

  expect(offenders((file) => /AbortSignal\.timeout\(/.test(codeOf(file)) && !theirs.test(nameOf(file)))).toEqual([])
})

test('the library for apps brings nothing along', () => {
  const foreign = files
    .filter((file) => roomOf(file) === 'health')
    .flatMap((file) => importsOf(file).filter((target) => !/^(health|text)\/|^node:/.test(target)))

  expect(foreign).toEqual([])
})

test('lint knows nothing that runs, asks in one file and writes in one file; nothing but the command line knows lint', () => {
  const room = files.filter((file) => roomOf(file) === 'lint')
  const allowed =
    /^(lint|text|extension|deploy)\/|^docker\/image-facts\.ts$|^files\/inside\.ts$|^node:(crypto|fs\/promises|path|url)$|^(yaml|dockerfile-ast|dockerfile-utils|ajv)$/
  const foreign = room.flatMap((file) => importsOf(file).filter((target) => !allowed.test(target)))
  const strangers = files.filter((file) => !['lint', 'cli'].includes(roomOf(file)) && importsOf(file).some((target) => target.startsWith('lint/')))

  expect(foreign).toEqual([])
  expect(room.filter((file) => /\bask(\.stream)?[<(]/.test(codeOf(file))).map(nameOf)).toEqual(['lint/docker-image-look.ts'])
  expect(room.filter((file) => /\b(writeFile|rename|chmod|rm|mkdir|open)\(/.test(codeOf(file))).map(nameOf)).toEqual(['lint/fix.ts'])
  expect(strangers.map(nameOf)).toEqual([])
})

test('nothing runs a shell', () => {
  expect(
    offenders((file) => /shell: *true|execaCommand|execa`|\bexecSync\b|import \{[^}]*\bexec\b[^}]*\} from 'node:child_process'/.test(codeOf(file))),
  ).toEqual([])
})

test('what the server runs has an environment and a folder of ours', () => {
  const calls = files
    .filter((file) => roomOf(file) !== 'cli')
    .flatMap((file) =>
      [...codeOf(file).matchAll(/\b(execa|spawn|execFile|fork)\((?!config|\{)[\s\S]*?\n?\s*\}\)/g)].map(([call]) => ({ file: nameOf(file), call })),
    )

  expect(calls.length).toBeGreaterThan(2)
  for (const { file, call } of calls) expect([file, /extendEnv: false/.test(call), /\bcwd\b/.test(call)]).toEqual([file, true, true])
})

test('nothing but the store moves a state', () => {
  expect(offenders((file) => /\.state = |set\(\{[^}]*\bstate:/.test(codeOf(file)) && nameOf(file) !== 'store/move.ts')).toEqual([])
})

test('every way out of the process passes a scrubber: one place each makes JSON of an answer, writes the log, and writes to the terminal', () => {
  const server = (file: string) => roomOf(file) === 'server' && !/^server\/(json|client-error)\.ts$/.test(nameOf(file))
  // Drawn pages, a question, and what is cleaned already.
  const terminal = (file: string) => roomOf(file) === 'cli' && !/^cli\/(output|password|pages|lint)\.ts$/.test(nameOf(file))

  expect(offenders((file) => server(file) && /JSON\.stringify\(/.test(codeOf(file)))).toEqual([])
  expect(offenders((file) => importsOf(file).includes('pino'))).toEqual(['scrubbed-log.ts'])
  expect(offenders((file) => terminal(file) && /\bstd(out|err)\.write\(/.test(codeOf(file)))).toEqual([])
  expect(offenders((file) => /\bconsole\.\w+\(/.test(codeOf(file)))).toEqual([])
})

test('the record and the extension room are reached scrubbed alone', () => {
  const calls = (of: RegExp) => files.flatMap((file) => (roomOf(file) === 'cli' ? [] : (codeOf(file).match(of) ?? []).map(() => nameOf(file))))
  const opening = codeOf(join(src, 'open-record.ts'))

  expect(calls(/(?<!function )\bopenStore\(/g)).toEqual(['open-record.ts'])
  expect(calls(/(?<!function )\bcreateExtensions\(/g)).toEqual(['create-tools.ts'])
  expect(codeOf(join(src, 'create-tools.ts'))).toMatch(/const extensions = scrubbedExtensions\(createExtensions\(/)
  // It is opened and scrubbed: nobody reads anything of the record itself.
  expect(opening.match(/.*\brecord\b.*/g)?.map((line) => line.trim())).toEqual([
    expect.stringMatching(/^const record = await openStore\(/),
    'const store = scrubbedStore(record, scrubbers)',
  ])
})

test('no file hides a second thing', () => {
  const lines = (file: string) => readFileSync(file, 'utf8').split('\n').length

  expect(offenders((file) => lines(file) > 250 && nameOf(file) !== 'deploy/failure.ts')).toEqual([])
})
