/** The link is relative: the page works at / and below /runtime/apps/<id>/ alike. */
export function page({ visits, quote }) {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>node-app</title>
<style>
  :root { color-scheme: light dark }
  body { font: 1.125rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 20vh auto 0; padding: 0 1.5rem }
  h1 { font-weight: 600; line-height: 1.2 }
</style>
<h1>Hello from Node</h1>
<p>${quote === null ? 'No quote today: that service is away.' : asText(quote)}</p>
<p>This page was asked for ${visits} times. <a href="health">health</a></p>
</html>
`
}

function asText(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
