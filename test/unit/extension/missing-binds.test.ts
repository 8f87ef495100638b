import { expect, test } from 'vitest'
import { checkMissingBinds } from '../../../src/extension/missing-binds.ts'

const bind = (source: string, target: string) => ({ services: { web: { image: 'a', volumes: [{ type: 'bind', source: `/srv/app/${source}`, target }] } } })
const nothingThere = { look: (path: string) => ({ real: path, is: 'missing' as const }) }
const allThere = { look: (path: string) => ({ real: path, is: 'file' as const }) }

test.each([
  ['config.yml', '/app/config.yml'],
  ['conf/nginx.conf', '/etc/nginx/nginx.conf'],
  ['data.sqlite', '/data/db.sqlite'],
  ['$$x.json', '/x.json'],
])('a file that is mounted and not there is refused: %s', (source, target) => {
  expect(() => checkMissingBinds(bind(source, target), '/srv/app', nothingThere)).toThrow(
    `web mounts ./${source.replace('$$', '$')} at ${target}, and that file is not there: the engine would make an empty folder of that name`,
  )
})

test.each([
  ['data', '/var/lib/data'],
  ['conf.d', '/etc/nginx/conf.d'],
  ['.cache', '/root/.cache'],
  ['v1.2', '/srv/v1.2'],
  ['site', '/srv/index.html'],
])('what may be a folder is made by the engine, and that is said: %s', (source, target) => {
  expect(checkMissingBinds(bind(source, target), '/srv/app', nothingThere)).toEqual([`web: ./${source} is not there: ${target} will be a new, empty folder.`])
})

test('nothing is said of what is there, nor of volumes', () => {
  const volume = { services: { web: { image: 'a', volumes: [{ type: 'volume', source: 'data.db', target: '/x.db' }] } } }

  expect([checkMissingBinds(bind('a.yml', '/a.yml'), '/srv/app', allThere), checkMissingBinds(volume, '/srv/app', nothingThere)]).toEqual([[], []])
})
