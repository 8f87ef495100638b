import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { failures } from '../../../src/deploy/failure.ts'

const rooms = ['deploy', 'docker', 'engine-api', 'extension', 'store', 'traefik', 'cli', 'server', 'uploads']
const files = globSync(rooms.map((room) => `src/${room}/**/*.ts`)).filter((file) => !file.endsWith('deploy/failure.ts'))
/** What only compares with a reason gives none. */
const code = files.map((file) => readFileSync(file, 'utf8').replace(/[!=]== '\w+'/g, '')).join('\n')

test.each(Object.keys(failures))('somebody gives %s as a reason: a row that nobody needs is a promise to users that is not kept', (reason) => {
  expect(code).toContain(`'${reason}'`)
})
