import { demands } from './demands.ts'
import { page } from './page.ts'
import type { App } from './parts.ts'

const pages = {
  '/pages/starting': page({ title: 'Starting', words: 'This application is being started. This page looks again by itself.', again: 2 }),
  '/pages/stopped': page({ title: 'Stopped', words: 'This application has been stopped by its operator.', again: null }),
}

/** The proxy puts them in the place of its own 503 and keeps that status, so here they are simply found. */
export function addPages(app: App): void {
  for (const [path, { html, headers }] of Object.entries(pages))
    app.get(path, { schema: { hide: true }, ...demands('any host') }, async (_, reply) => reply.headers(headers).send(html))
}
