import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const filesBelow = (folder: string, kind: RegExp) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && kind.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))

/** Without comments. */
const codeOf = (file: string) => readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')
const sources = filesBelow('src', /\.[cm]?[jt]s$/)
const matching = (pattern: RegExp) => sources.filter((file) => pattern.test(codeOf(file))).toSorted()

/** Who may start a program at all; a new one is to be read by somebody first, and then written here. */
const starters = [
  'src/cli/open.ts',
  'src/cli/prepare.ts',
  'src/cli/start-server.ts',
  'src/docker/build.ts',
  'src/docker/die-with-us.ts',
  'src/docker/registry-login.ts',
  'src/docker/run-program.ts',
]

test('programs are started in these files alone', () => {
  expect(matching(/['"](node:)?(child_process|cluster|worker_threads)['"]|from 'execa'|import\('execa'\)|process\.(binding|dlopen)/)).toEqual(starters)
})

test('nothing has a shell: no exec, no shell option, no template that is split, no `sh -c` of our own machine', () => {
  const shells = /\bshell: *true|\bexecSync\b|\bexecaCommand|execa`|\beval\(|new Function\(|import \{[^}]*\bexec\b[^}]*\} from '(node:)?child_process'/
  const ownShell = /(execa|spawn|spawnSync|runProgram|startProgram)\([^)]*['"](\/bin\/)?(ba|da|z)?sh['"]/

  expect(matching(shells)).toEqual([])
  // The command line runs setup/*.sh, by their names alone.
  expect(matching(ownShell)).toEqual(['src/cli/prepare.ts'])
})

test('every program gets a list of arguments and a file, never one line of both', () => {
  for (const file of starters) {
    const code = codeOf(file)
    const calls = [...code.matchAll(/(?<!function )\b(?:execa|spawn|spawnSync)\((?!config)([^)]{0,200})/g)].map(([, given = '']) => given.trim())
    expect([file, calls.length > 0]).toEqual([file, true])
    // `...dieWithUs(file, args)` is a file and its list.
    for (const given of calls) expect([file, given]).toEqual([file, expect.stringMatching(/^(\.\.\.dieWithUs\(|'?[\w.]+'?, (\[|[\w.]+,|args))/)])
  }
})

test('what comes behind one of our own wrappers comes behind `--`', () => {
  expect(codeOf('src/docker/die-with-us.ts')).toContain("['--pdeathsig', 'KILL', '--']")
  expect(codeOf('src/docker/limit-memory.ts')).toContain("`--data=${bytes}`, '--', file")
})

test('nothing is put into a container as an archive: the engine would unpack it with the container’s own programs (GHSA-x86f-5xw2-fm2r)', () => {
  expect(matching(/putArchive|method: 'PUT'/)).toEqual([])
})
