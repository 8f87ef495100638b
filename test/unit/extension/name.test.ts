import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { kindNotices, kindOf } from '../../../src/extension/kind.ts'
import { cleanName, nameOf } from '../../../src/extension/name.ts'

describe('a derived name is cleaned, and said', () => {
  test.each([
    ['My App', 'my-app'],
    ['my.app', 'my-app'],
    ['--x--', 'x'],
    ['mÿapp', 'm-app'],
    ['tool_Code Analyzer', 'tool-code-analyzer'],
    ['a'.repeat(300), 'a'.repeat(63)],
    [`${'a'.repeat(62)}-b`, 'a'.repeat(62)],
  ])('%j becomes %j', (text, name) => {
    expect(nameOf(undefined, [{ text, from: 'kamiwaza.json' }])).toEqual({ name, notices: [expect.stringContaining(`"${name}"`)] })
  })

  test('a good one is taken silently, an asked one as it is', () => {
    expect(nameOf(undefined, [{ text: 'shop', from: 'the folder' }])).toEqual({ name: 'shop', notices: [] })
    expect(nameOf('a', [{ text: 'shop', from: 'the folder' }])).toEqual({ name: 'a', notices: [] })
  })

  test('what leaves nothing is passed over', () => {
    expect(
      nameOf(undefined, [
        { text: '日本', from: 'kamiwaza.json' },
        { text: 'shop', from: 'the folder' },
      ]).name,
    ).toBe('shop')
    expect(() => nameOf(undefined, [{ text: '/', from: 'the folder' }])).toThrow(/no name can be made/)
  })

  test('whatever it is made of, it matches the grammar or is empty, and cleaning it again changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('a', 'Z', '-', '.', '_', '9') })), (text) => {
        const name = cleanName(text)
        expect(name === '' || /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)).toBe(true)
        expect(cleanName(name)).toBe(name)
      }),
    )
  })
})

describe('the kind comes from the name', () => {
  test.each([
    ['service-milvus', 'service'],
    ['tool-x', 'tool'],
    ['mcp-x', 'tool'],
    ['mcp', 'app'],
    ['my-tool-x', 'app'],
    ['shop', 'app'],
  ])('%s is %s', (name, kind) => {
    expect(kindOf(name)).toBe(kind)
  })

  test('metadata that disagrees is a notice', () => {
    expect(kindNotices('shop', { kind: 'tool' })).toEqual(['kamiwaza.json says "tool", but by its name "shop" is deployed as app.'])
    expect(kindNotices('tool-x', { kind: 'tool' })).toEqual([])
    expect(kindNotices('shop', {})).toEqual([])
  })
})
