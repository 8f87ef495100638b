import { expect, test } from 'vitest'
import { mountNotices } from '../../../src/extension/mount-notices.ts'

const model = (...readOnly: boolean[]) => ({
  services: Object.fromEntries(readOnly.map((read_only, at) => [`s${at}`, { volumes: [{ type: 'bind', source: '/srv/app/data', target: '/d', read_only }] }])),
})
const folder = '/srv/app'
const upload = { id: 'x', sha256: '', bytes: 1, entries: 1 }

test('a copy that is read needs no word; a live folder does', () => {
  expect(mountNotices(model(true), { folder })).toEqual([])
  expect(mountNotices(model(false), { folder })).toEqual(['s0: /d is the live folder ./data: what the container writes there stays.'])
})

test('what is read while another writes it is the live folder, and said', () => {
  expect(mountNotices(model(false, true), { folder })).toEqual([
    's0: /d is the live folder ./data: what the container writes there stays.',
    's1: /d is the live folder ./data, and no copy of it: another mount of it may be written.',
  ])
})

test('nothing of an upload can be written, and who asks for it is told', () => {
  expect(mountNotices(model(false, true), { folder, upload })).toEqual([
    's0: /d is a copy of ./data that cannot be written, for the extension was uploaded: data belongs into a named volume.',
  ])
})
