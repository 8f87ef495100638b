import { cp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Reason } from '../../../src/deploy/failure.ts'
import { inAWorld } from '../scenario.ts'

const test = inAWorld({ env: () => ({ KAMIWAZA_EXTENSION_PROBE_TIMEOUT: '3', KAMIWAZA_EXTENSION_PROBE_INTERVAL: '0.5' }) })
const folder = (name: string) => join(import.meta.dirname, name)

interface Row {
  name: string
  reason: Reason
  cause: string
  says: RegExp
  /** The fix, as it is told, in the file. */
  apply: (file: string, fix: string) => string
}

/** What stands between the first pair of backquotes that looks like a line of the file. */
const lineIn = (fix: string, of: RegExp) => [...fix.matchAll(/`([^`]+)`/g)].map(([, line = '']) => line).find((line) => of.test(line)) ?? ''
const under = (file: string, place: RegExp, line: string) => file.replace(place, (found) => `${found}\n${line}`)

const rows: Row[] = [
  {
    ...{ name: 'other-port', reason: 'app_refused', cause: 'listens-on-other-port', says: /routes lead to port 8080, but web listens on port 3000/ },
    apply: (file, fix) => under(file, / {2}web:/, `    ${lineIn(fix, /^x-torii/)}`),
  },
  {
    ...{ name: 'loopback', reason: 'app_refused', cause: 'listens-on-loopback', says: /web listens on 127\.0\.0\.1 only/ },
    apply: (file) =>
      file
        .replace('127.0.0.1:8080 -h /etc', '0.0.0.0:8080 -h /etc')
        .replace('command: httpd', 'command: sh -c "echo hello > /etc/index.html; exec httpd')
        .replace('-h /etc\n', '-h /etc"\n'),
  },
  {
    ...{ name: 'check-port', reason: 'container_unhealthy', cause: 'check-asks-other-port', says: /asks port 9000, but web listens on port 8080/ },
    apply: (file, fix) => file.replace(/ {6}test: .*/, `      ${lineIn(fix, /^test/)}`),
  },
  {
    ...{ name: 'no-tool', reason: 'health_tool_missing', cause: 'check-program-missing', says: /runs curl, which its image does not have/ },
    apply: (file) => file.replace(/ {6}test: .*/, '      test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"]'),
  },
  {
    ...{ name: 'root-404', reason: 'app_status', cause: 'root-not-found', says: /404 on \/, while \/health answers 200/ },
    apply: (file, fix) => `${lineIn(fix, /^x-torii/)}\n${file}`,
  },
]

test.for(rows)('$name: the cause is named, and its fix, applied as it stands, is DEPLOYED', async (row, { world }) => {
  const begun = performance.now()
  const { document } = await world.deploy(folder(row.name), { name: row.name })

  expect(document.failure).toMatchObject({ reason: row.reason, service: 'web', sentence: expect.stringMatching(row.says), causes: [{ id: row.cause }] })
  if (row.name === 'no-tool') expect(performance.now() - begun).toBeLessThan(25_000)
  const fixed = await fixedCopy(row, document.failure?.fix ?? '')
  const again = await world.deploy(fixed, { name: row.name })

  expect({ state: again.document.state, failure: again.document.failure }).toEqual({ state: 'DEPLOYED', failure: null })
})

test('a check in bash’s words is told from a program that is missing', async ({ world }) => {
  const { document } = await world.deploy(folder('bash-check'))

  expect(document.failure).toMatchObject({
    service: 'web',
    causes: [{ id: 'bash-in-sh' }],
    fix: expect.stringContaining('["CMD", "bash", "-c", "[[ -d /etc ]]"]'),
  })
})

test('hostile output is kept without its secrets and its escapes, and the bundle has it all for its owner alone', async ({ world }) => {
  const { document } = await world.deploy(folder('hostile'), { name: 'hostile' })
  const bundle = join(tmpdir(), `torii-bundle-${process.pid}-${document.deployment.id}.json`)
  await world.torii('explain', 'hostile', '--bundle', bundle)
  const text = await readFile(bundle, 'utf8')

  expect(document.failure?.reason).toBe('container_unhealthy')
  expect((await stat(bundle)).mode & 0o777).toBe(0o600)
  expect(text).not.toContain('hunter2')
  expect(text).not.toMatch(/\\u001b|\u202e|\ufffe/)
  expect(text.length).toBeLessThan(300_000)
  expect(JSON.parse(text).evidence).toMatchObject({ containers: [{ sockets: [], processes: expect.any(Array) }], host: { cpus: expect.any(Number) } })
})

async function fixedCopy({ name, apply }: Row, fix: string): Promise<string> {
  const copy = join(tmpdir(), `torii-causes-${process.pid}-${name}`)
  await cp(folder(name), copy, { recursive: true })
  const file = join(copy, 'compose.yaml')
  await writeFile(file, apply(await readFile(file, 'utf8'), fix))
  return copy
}
