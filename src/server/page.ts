import { createHash } from 'node:crypto'

export interface Page {
  html: string
  headers: Record<string, string>
}

const style = `
:root { color-scheme: light dark; font: 1.0625rem/1.6 system-ui, sans-serif }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f7f7f5, #191a1b); color: light-dark(#2b2d2f, #d9dadb) }
main { padding: 2rem; max-width: 30rem }
h1 { margin: 0 0 .5rem; font-size: 1.5rem; font-weight: 600 }
p { margin: 0; color: light-dark(#5c6063, #9a9ea2) }
`

const hash = createHash('sha256').update(style).digest('base64')

const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-robots-tag': 'noindex',
}

/** A page that needs nothing from anywhere: no script, no picture, and never a word of a user's. `again`: seconds; null: it stays. */
export function page({ title, words, again }: { title: string; words: string; again: number | null }): Page {
  const refresh = again === null ? '' : `<meta http-equiv="refresh" content="${again}">\n`
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${refresh}<title>${title}</title>
<style>${style}</style>
<main>
<h1>${title}</h1>
<p>${words}</p>
</main>
</html>
`
  return { html, headers: again === null ? headers : { ...headers, 'retry-after': String(again) } }
}
