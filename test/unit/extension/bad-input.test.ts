import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readExtension } from '../../../src/extension/read.ts'
import { createSchemaCheck } from '../../../src/extension/schema-check.ts'
import { aFolder, config, refusalOf } from './makers.ts'

const check = createSchemaCheck()
const web = 'services:\n  web:\n    image: nginx\n'
const read = (path: string, name = 'shop') => readExtension({ path, name }, config, check)
const compose = (text: string, more: Record<string, string> = {}) => aFolder({ 'compose.yaml': text, ...more })

describe('a Compose file that cannot be used is refused with its place', () => {
  test.each<[string, string, string]>([
    ['an empty file', '', 'compose_invalid: The Compose file cannot be used: compose.yaml is empty.'],
    ['a file of comments', '# nothing\n', 'compose_invalid: The Compose file cannot be used: compose.yaml is empty.'],
    ['a list', '- a\n', 'compose_invalid: The Compose file cannot be used: compose.yaml: it must be a mapping with `services:`, not a list.'],
    ['a word', 'hello\n', 'compose_invalid: The Compose file cannot be used: compose.yaml: it must be a mapping with `services:`, not a single value.'],
    ['no services', 'name: x\n', 'compose_invalid: The Compose file cannot be used: compose.yaml names no services.'],
    ['empty services', 'services: {}\n', 'compose_invalid: The Compose file cannot be used: compose.yaml names no services.'],
    ['null services', 'services:\n', 'compose_invalid: The Compose file cannot be used: compose.yaml names no services.'],
    [
      'services as a list',
      'services: [a]\n',
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 1, column 1: services must be a mapping of names to services.',
    ],
    [
      'a YAML error',
      'services:\n  web:\n    image: "nginx\n',
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 3, column 12: the quote that opens here is not closed.',
    ],
    [
      'a tab',
      'services:\n\tweb: {}\n',
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 2, column 1: Tabs are not allowed as indentation.',
    ],
    [
      'a duplicate key',
      'services:\n  web:\n    image: a\n  web:\n    image: b\n',
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 4, column 3: the same key stands here twice.',
    ],
    [
      'two documents',
      `${web}---\nservices:\n  web: {privileged: true}\n`,
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 4, column 1: there is more than one YAML document.',
    ],
    [
      'an unknown key of a service',
      'services:\n  web:\n    image: a\n    healthchek: {}\n',
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 4, column 5: unknown key "healthchek" in services.web; did you mean "healthcheck"?',
    ],
    [
      'an unknown key of a health check',
      'services:\n  web:\n    image: a\n    healthcheck: {intervall: 1s}\n',
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 4, column 19: unknown key "intervall" in services.web.healthcheck; did you mean "interval"?',
    ],
    [
      'an unknown key of a build',
      'services:\n  web:\n    build: {contxt: .}\n',
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 3, column 13: unknown key "contxt" in services.web.build; did you mean "context"?',
    ],
    [
      'an unknown key at the top',
      `${web}volume: {}\n`,
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 4, column 1: unknown key "volume" in the top level; did you mean "volumes"?',
    ],
    [
      'a service that is not indented',
      'name: shop\nweb:\n  image: nginx:1.29\n',
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 2, column 1: "web" stands at the top, and belongs below `services:`.',
    ],
    [
      'a service that is not indented beside one that is',
      `${web}db:\n  image: redis:8\n`,
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 4, column 1: "db" stands at the top, and belongs below `services:`.',
    ],
    [
      'a quote that is open to the end',
      "services:\n  web:\n    image: nginx\n    command: 'echo hi\n    ports:\n      - 80\n",
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 4, column 14: the quote that opens here is not closed.',
    ],
    [
      'too deep',
      `services: ${'['.repeat(100)}${']'.repeat(100)}\n`,
      'compose_invalid: The Compose file cannot be used: compose.yaml: it is nested more than 64 levels deep.',
    ],
    ['far too deep', `services: ${'['.repeat(40_000)}\n`, 'compose_invalid: The Compose file cannot be used: compose.yaml: it is nested far too deep.'],
    [
      'far too many parts',
      `services: [${','.repeat(60_000)}]\n`,
      'compose_invalid: The Compose file cannot be used: compose.yaml has more than 50000 lines and items.',
    ],
    [
      'far too many keys',
      `services:\n${'  a: 1\n'.repeat(40_000)}`,
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 3, column 3: the same key stands here twice.',
    ],
    [
      'far too many aliases',
      `x: &a 1\ny: [${'*a,'.repeat(6000)}]\n`,
      'compose_invalid: The Compose file cannot be used: compose.yaml: it has more than 5000 aliases.',
    ],
    ['an alias bomb', bomb(), 'compose_invalid: The Compose file cannot be used: compose.yaml: its aliases expand to far more than it says.'],
    ['an alias of itself', 'services: &a\n  web: *a\n', 'compose_invalid: The Compose file cannot be used: compose.yaml: an alias contains itself.'],
    [
      'an alias of nothing',
      'services:\n  web: *a\n',
      'compose_invalid: The Compose file cannot be used: compose.yaml: line 2, column 8: nothing is anchored as a before this alias.',
    ],
    ['a file over the limit', `${web}#${'x'.repeat(1024 * 1024)}\n`, 'compose_invalid: The Compose file cannot be used: compose.yaml is larger than 1 MiB.'],
    [
      'a bad setting',
      `x-torii: {probe: {timeout: 5}}\n${web}`,
      'compose_invalid: The Compose file cannot be used: x-torii.probe.timeout must be a duration such as 60s or 1m30s, longer than nothing and at most a day.',
    ],
    [
      'an unknown setting',
      `x-torii: {probes: {}}\n${web}`,
      'compose_invalid: The Compose file cannot be used: x-torii.probes: there is no such setting; did you mean "probe"?',
    ],
  ])('%s', async (_, text, sentence) => {
    const folder = compose(text)

    expect(await refusalOf(() => read(folder))).toBe(sentence)
  })
})

describe('a name that does not match is refused with the rule', () => {
  test.each(['Shop', 'my.shop', 'a'.repeat(300), '../shop', '-shop', 'shop-', '', 'mÿ', 'a b', 'a\nb', '$(id)', 'a'.repeat(64)])('%j', async (name) => {
    const folder = compose(web)

    const said = await refusalOf(() => read(folder, name))

    expect(said).toMatch(/^compose_invalid: .* cannot be a name: a name has 1 to 63 lower-case letters, digits and hyphens/)
  })
})

describe('a folder that cannot be read is refused', () => {
  test('no Compose file', async () => {
    expect(await refusalOf(() => read(aFolder({ 'readme.md': '' })))).toMatch(
      /^compose_invalid: The Compose file cannot be used: there is no Compose file in \/.*\.$/,
    )
  })

  test('no folder', async () => {
    expect(await refusalOf(() => read('/nowhere/at/all'))).toBe('compose_invalid: The Compose file cannot be used: /nowhere/at/all does not exist.')
  })

  test('a FIFO as the Compose file, named or found', async () => {
    const folder = aFolder()
    execFileSync('mkfifo', [join(folder, 'compose.yaml')])

    const begun = performance.now()
    expect(await refusalOf(() => read(folder))).toBe('compose_invalid: The Compose file cannot be used: compose.yaml is a FIFO, not a regular file.')
    expect(await refusalOf(() => read(join(folder, 'compose.yaml')))).toBe(
      'compose_invalid: The Compose file cannot be used: compose.yaml is a FIFO, not a regular file.',
    )
    expect(performance.now() - begun).toBeLessThan(1000)
  })

  test.each(['.env', 'kamiwaza.json'])('a FIFO as %s', async (name) => {
    const folder = compose(web)
    execFileSync('mkfifo', [join(folder, name)])

    expect(await refusalOf(() => read(folder))).toBe(`compose_invalid: The Compose file cannot be used: ${name} is a FIFO, not a regular file.`)
  })

  test('a loop of links', async () => {
    const folder = aFolder()
    symlinkSync('compose.yaml', join(folder, 'compose.yaml'))

    expect(await refusalOf(() => read(folder))).toBe('compose_invalid: The Compose file cannot be used: compose.yaml is a loop of symbolic links.')
  })

  test('a device', async () => {
    expect(await refusalOf(() => read('/dev/zero'))).toBe('compose_invalid: The Compose file cannot be used: zero is a device, not a regular file.')
  })

  test('a folder called compose.yaml', async () => {
    const folder = aFolder()
    mkdirSync(join(folder, 'compose.yaml'))

    expect(await refusalOf(() => read(folder))).toBe('compose_invalid: The Compose file cannot be used: compose.yaml is a folder, not a regular file.')
  })

  test('a link out of the folder', async () => {
    const folder = aFolder()
    symlinkSync('/etc/passwd', join(folder, 'compose.yaml'))

    expect(await refusalOf(() => read(folder))).toMatch(/^policy_denied: .* compose\.yaml leads outside the extension's folder\.$/)
  })

  test.skipIf(process.getuid?.() === 0)('no permission', async () => {
    const folder = compose(web)
    chmodSync(join(folder, 'compose.yaml'), 0)

    expect(await refusalOf(() => read(folder))).toMatch(/permission denied\.$/)
  })

  test('text that is not UTF-8', async () => {
    const folder = aFolder()
    writeFileSync(join(folder, 'compose.yaml'), Buffer.from([0x61, 0xff]))

    expect(await refusalOf(() => read(folder))).toBe('compose_invalid: The Compose file cannot be used: compose.yaml is not UTF-8 text.')
  })
})

describe('metadata and values', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['invalid JSON', { 'kamiwaza.json': '{\n  "name": x\n}' }, /kamiwaza\.json: line 2, column 11: it is not valid JSON/],
    ['JSON that is no object', { 'kamiwaza.json': '[]' }, /kamiwaza\.json: it must be a JSON object/],
    ['env_defaults that is no object', { 'kamiwaza.json': '{"env_defaults": []}' }, /kamiwaza\.json: env_defaults must be an object/],
    ['a nested default', { 'kamiwaza.json': '{"env_defaults": {"A": {}}}' }, /kamiwaza\.json: env_defaults\.A must be a string/],
    ['a bad setting', { 'kamiwaza.json': '{"torii": {"routing": "host"}}' }, /kamiwaza\.json: torii\.routing must be one of both, port, path/],
    ['an unclosed quote in .env', { '.env': 'A=1\nB="x\n' }, /\.env: line 2: the quotation mark is never closed/],
    ['no name in .env', { '.env': 'A=1\n\n=x\n' }, /\.env: line 3: it should be NAME=value/],
  ])('%s', async (_, files, sentence) => {
    const folder = compose(web, files)

    expect(await refusalOf(() => read(folder))).toMatch(sentence)
  })

  test.each(['--file', 'a b', ''])('profile %j', async (profile) => {
    expect(await refusalOf(() => readExtension({ path: compose(web), name: 'shop', profiles: [profile] }, config, check))).toMatch(/cannot be a profile/)
  })

  test('a variable that cannot be one', async () => {
    const folder = compose(web)

    expect(await refusalOf(() => readExtension({ path: folder, name: 'shop', env: { 'A B': '1' } }, config, check))).toMatch(/"A B" cannot be a variable/)
  })
})

describe('port ranges are refused before Compose writes them out', () => {
  test.each(['ports: ["1-65535:1-65535"]', 'ports: [{published: 8000-9000, target: 80}]', 'expose: ["3000-4000/tcp"]'])('%s', async (line) => {
    expect(await refusalOf(() => read(compose(`services:\n  web:\n    image: a\n    ${line}\n`)))).toMatch(
      /^policy_denied: web asks .*compose\.yaml: line 4, column 5: .* at most 32 ports\.$/,
    )
  })

  test('a narrow one passes', async () => {
    expect((await read(compose('services:\n  web:\n    image: a\n    ports: ["8000-8031:8000-8031"]\n'))).source.order).toEqual(['web'])
  })
})

describe('files outside the folder are refused before Compose opens them', () => {
  test.each<[string, string]>([
    ['an env_file above', 'env_file: ../secrets.env'],
    ['an absolute env_file', 'env_file: /proc/self/environ'],
    ['an env_file in a list', 'env_file: [{path: /etc/passwd, required: false}]'],
    ['an env_file of a variable', 'env_file: $' + '{X:-/etc/passwd}'],
    ['an extends above', 'extends: {file: ../../other/compose.yml, service: q}'],
    ['an extends with a scheme', 'extends: {file: "https://evil.test/c.yml", service: q}'],
    ['a label_file', 'label_file: /etc/passwd'],
    ['a link', 'env_file: link.env'],
  ])('%s', async (_, line) => {
    const folder = compose(`services:\n  web:\n    image: a\n    ${line}\n`)
    symlinkSync('/etc/passwd', join(folder, 'link.env'))

    expect(await refusalOf(() => read(folder))).toMatch(/^policy_denied: .*compose\.yaml: line 4, column \d+: services\.web\./)
  })

  test.each([
    'http://127.0.0.1:1/x.git',
    'oci://registry/x',
    'git@github.com:a/b',
    'github.com/a/b',
    'sub/x.git',
    '../a/compose.yml',
    '/etc/compose.yml',
    '~/x.yml',
  ])('include of %s', async (path) => {
    const folder = compose(`include: ['${path}']\n${web}`)

    expect(await refusalOf(() => read(folder))).toMatch(/^policy_denied: .*include\.0\./)
  })

  test('an include whose project folder lies elsewhere', async () => {
    const folder = compose(`include: [{path: sub/c.yaml, project_directory: ..}]\n${web}`, { 'sub/c.yaml': web })

    expect(await refusalOf(() => read(folder))).toMatch(/^policy_denied: .*project_directory/)
  })

  test('an include that includes something outside', async () => {
    const folder = compose(`include: [sub/c.yaml]\n${web}`, { 'sub/c.yaml': 'include: [../../x.yaml]\nservices: {b: {image: b}}\n' })

    expect(await refusalOf(() => read(folder))).toMatch(/^policy_denied: .*sub\/c\.yaml: line 1, column 11: include\.0\./)
  })

  test('the .env of an included folder that leads outside', async () => {
    const folder = compose(`include: [sub/c.yaml]\n${web}`, { 'sub/c.yaml': 'services: {b: {image: b}}\n' })
    symlinkSync('/proc/self/environ', join(folder, 'sub/.env'))

    expect(await refusalOf(() => read(folder))).toMatch(/^policy_denied: .*env_file/)
  })

  test('an included bomb', async () => {
    const folder = compose(`include: [sub/c.yaml]\n${web}`, { 'sub/c.yaml': bomb() })

    expect(await refusalOf(() => read(folder))).toMatch(/sub\/c\.yaml: its aliases expand/)
  })

  test('an include inside the folder passes, also in a circle', async () => {
    const folder = compose(`include: [sub/c.yaml]\n${web}`, {
      'sub/c.yaml': 'include: [{path: ../compose.yaml}]\nservices: {b: {image: b, env_file: ../common.env}}\n',
      'common.env': '',
    })

    expect((await read(folder)).source.order).toEqual(['web'])
  })
})

function bomb(): string {
  const levels = Array.from({ length: 8 }, (_, i) => `x-${i}: &l${i} [${Array.from({ length: 9 }, () => (i === 0 ? 'lol' : `*l${i - 1}`)).join(', ')}]`)
  return `${levels.join('\n')}\nservices:\n  web:\n    image: a\n    command: *l7\n`
}
