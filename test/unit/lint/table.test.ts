import { describe, expect, test } from 'vitest'
import { bestPractices, indexPage, pageOf, rulesOfPractice } from '../../../src/lint/page.ts'
import { rules, themes } from '../../../src/lint/rules.ts'
import { saidOf } from './makers.ts'

describe('every rule finds its bad sample and leaves its good one alone', () => {
  test.each(rules.map((rule) => [rule.id, rule.name, rule] as const))('%s %s', async (id, _, rule) => {
    const [bad, good] = await Promise.all([saidOf(id, rule.bad), saidOf(id, rule.good)])

    expect(bad).not.toEqual([])
    expect(good).toEqual([])
  })
})

test('numbers and names are unique and well formed, and every number has a theme', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length)
  for (const { id, name } of rules) {
    expect(id).toMatch(/^T\d{3}$/)
    expect(name).toMatch(/^[a-z]+(-[a-z0-9]+)*$/)
    expect(themes).toHaveProperty(id.slice(0, 2))
  }
})

test('every rule says what is wrong, why, what to do and where it comes from, in whole words', () => {
  for (const { title, why, fix, from } of rules) {
    for (const text of [title, why, fix, from]) expect(text.length).toBeGreaterThan(5)
    expect(title).not.toMatch(/\.$/)
    for (const sentence of [why, fix]) expect(sentence).toMatch(/\.$/)
  }
})

test('each of the guide’s six best practices has a rule', () => {
  expect(bestPractices).toHaveLength(6)
  for (const [index] of bestPractices.entries()) expect(rulesOfPractice(index + 1)).not.toEqual([])
})

test('every rule has a page that says how to silence it, and the index leads there', () => {
  for (const rule of rules) {
    expect(pageOf(rule)).toContain(`# torii: ignore ${rule.id}`)
    expect(indexPage()).toContain(`[${rule.id}](${rule.id}.md)`)
  }
})
