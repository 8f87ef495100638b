import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { anApp } from './an-app.ts'

const pages = ['/pages/starting', '/pages/stopped']

describe.each(pages)('%s', (url) => {
  test('is answered to the proxy with whatever its client sent', async () => {
    const { app } = anApp({ port: 8480 })
    const clients = [
      { host: 'apps.example.org', origin: 'https://apps.example.org' },
      { host: 'evil.test:61100', authorization: 'Bearer wrong', cookie: 'a=b', 'content-type': 'text/plain' },
      { host: '', connection: 'upgrade', upgrade: 'websocket', accept: 'application/json', 'if-none-match': '*' },
    ]

    const answers = await Promise.all(clients.map((headers) => app.inject({ url, headers })))

    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200])
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
  })

  test('needs nothing from anywhere, and its one style is the one its policy names', async () => {
    const { body, headers } = await anApp().app.inject(url)

    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(body) ?? []
    const hash = createHash('sha256').update(style).digest('base64')
    expect(headers['content-type']).toBe('text/html; charset=utf-8')
    expect(headers['content-security-policy']).toContain(`default-src 'none'; style-src 'sha256-${hash}'`)
    expect(body).not.toMatch(/<script|<link|<img|style=|\son\w+=|https?:|url\(/)
  })

  test('is fit for light and dark, small, and not for search engines', async () => {
    const { body, headers } = await anApp().app.inject(url)

    expect(body).toContain('color-scheme: light dark')
    expect(body).toContain('<meta name="robots" content="noindex">')
    expect(headers['x-robots-tag']).toBe('noindex')
    expect(body.length).toBeLessThan(1500)
  })
})

test('only the starting page looks again by itself', async () => {
  const { app } = anApp()

  const [starting, stopped] = await Promise.all(pages.map((url) => app.inject(url)))

  expect(starting?.body).toContain('<meta http-equiv="refresh" content="2">')
  expect(starting?.headers['retry-after']).toBe('2')
  expect(stopped?.body).not.toContain('refresh')
  expect(stopped?.headers['retry-after']).toBeUndefined()
})
