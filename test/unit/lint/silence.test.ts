import { describe, expect, test } from 'vitest'
import { web } from '../../../src/lint/rules/samples.ts'
import { lintOf, said } from './makers.ts'

const found = async (sample: Parameters<typeof lintOf>[0], rule: string) => {
  const { findings, silenced } = await lintOf(sample)
  return { told: said(findings, rule).length, silenced: said(silenced, rule).length }
}

describe('a rule is silenced where it is asked for, and counted', () => {
  test.each([
    ['on the line', web('image: nginx # torii: ignore T501 (we like it)'), 'T501'],
    ['on the line above', web('# torii: ignore T501', 'image: nginx'), 'T501'],
    ['above other comments', web('# torii: ignore T501 (we like it)', '# and why not', 'image: nginx'), 'T501'],
    ['with others', web('# torii: ignore T101, T501 T502', 'image: nginx'), 'T501'],
    ['for the whole extension', `x-torii: {lint: {ignore: [T501]}}\n${web('image: nginx')}`, 'T501'],
    ['for one service', web('image: nginx', 'x-torii: {lint: {ignore: [T501]}}'), 'T501'],
    ['in a Dockerfile', { 'compose.yaml': web('build: .'), Dockerfile: '# torii: ignore T501\nFROM nginx\n' }, 'T501'],
    ['in a Dockerfile, from the Compose file', { 'compose.yaml': `x-torii: {lint: {ignore: [T501]}}\n${web('build: .')}`, Dockerfile: 'FROM nginx\n' }, 'T501'],
    ['in kamiwaza.json', { 'compose.yaml': web('image: nginx'), 'kamiwaza.json': '{"torii": {"lint": {"ignore": ["T501"]}}}' }, 'T501'],
  ])('%s', async (_, sample, rule) => {
    expect(await found(sample, rule)).toEqual({ told: 0, silenced: 1 })
  })

  test.each([
    ['another rule', web('image: nginx # torii: ignore T502'), 'T501'],
    ['two lines above', web('# torii: ignore T501', 'restart: "no"', 'image: nginx'), 'T501'],
    ['the line below', web('image: nginx', '# torii: ignore T501'), 'T501'],
    ['another service', `services:\n  a:\n    image: nginx:1\n    x-torii: {lint: {ignore: [T501]}}\n  web:\n    image: nginx\n`, 'T501'],
    ['without a number', web('image: nginx # torii: ignore'), 'T501'],
  ])('%s is not meant', async (_, sample, rule) => {
    expect(await found(sample, rule)).toEqual({ told: 1, silenced: 0 })
  })
})
