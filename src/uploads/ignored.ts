/** Left out of every upload: history is nothing to deploy, and may be large. */
const always = ['.git']

/**
 * The paths that a .toriiignore leaves out, one a line: with a slash in it a path from the folder, without one a name anywhere; `*` stands for
 * anything but a slash, `#` begins a comment. What is in a folder that is left out is left out with it.
 */
export function ignoredBy(text: string): (path: string) => boolean {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  const patterns = [...always, ...lines].map(patternOf)
  return (path) => patterns.some((pattern) => pattern.test(path))
}

function patternOf(line: string): RegExp {
  const path = line.replace(/^\.?\//, '').replace(/\/+$/, '')
  const anywhere = !line.replace(/\/+$/, '').includes('/')
  const parts = path.split('*').map((part) => RegExp.escape(part))
  return new RegExp(`^${anywhere ? '(?:.*/)?' : ''}${parts.join('[^/]*')}$`, 's')
}
