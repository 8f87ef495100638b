import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfig } from '../../src/config.ts'
import { createCompose } from '../../src/docker/compose.ts'
import { envFile } from '../../src/docker/env-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'torii-env-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const nasty = [
  '\\',
  '"',
  "'",
  '$',
  '$' + '{X}',
  '$X',
  '$$',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '#',
  ' ',
  '=',
  '`',
  'é',
  '🙂',
  '\\n',
  '\\0',
  '7',
  'x',
  'X',
  ':-',
  '{',
  '}',
  '!',
  '%',
]
// Compose 2.26 loses a newline a value begins with when it writes YAML (its JSON has it; 5.1 has it in both): not the file's doing.
const value = fc
  .array(fc.constantFrom(...nasty), { maxLength: 12 })
  .map((parts) => parts.join(''))
  .filter((text) => !text.startsWith('\n'))

test('every value reaches the model as it is, through the real Compose', async () => {
  const compose = createCompose({ ...readConfig(), home: join(folder, 'home') })
  const values = fc.sample(value, 400)
  const env = Object.fromEntries(values.map((each, index) => [`V${index}`, each]))
  const file = join(folder, 'compose.yaml')
  writeFileSync(
    file,
    `services:\n  web:\n    image: x\n    environment:\n${values.map((_, index) => `      - V${index}\n      - "I${index}=\${V${index}}"\n`).join('')}`,
  )

  const { yaml } = await compose.config({ folder, file, project: 'p', env: { ...env, COMPOSE_PROFILES: 'all', X: 'WRONG' }, profiles: [] })

  const seen = (parse(yaml) as { services: { web: { environment: Record<string, string> } } }).services.web.environment
  // A dollar stays doubled in the resolved model (facts/engine.json).
  expect(values.map((_, index) => String(seen[`I${index}`]).replaceAll('$$', '$'))).toEqual(values)
  expect(values.map((_, index) => String(seen[`V${index}`]).replaceAll('$$', '$'))).toEqual(values)
})

test('what would steer Compose itself is left out, and a name that is none is refused', () => {
  expect(envFile({ COMPOSE_PROFILES: 'x', DOCKER_HOST: 'y', A: '1' })).toBe('A="1"\n')
  expect(() => envFile({ 'A B': '1' })).toThrow('A B')
  expect(() => envFile({ 'A=1\nB': '1' })).toThrow()
})
