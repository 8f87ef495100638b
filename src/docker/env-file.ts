import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'

/** In an env file these would steer Compose itself: COMPOSE_PROFILES acts from there (Compose 2.26, 5.6). */
const steering = /^(COMPOSE|DOCKER)_/

/** A file that Compose's dotenv parser reads back as exactly these values. */
export function envFile(env: Record<string, string>): string {
  const lines = Object.entries(env).filter(([name]) => !steering.test(name))
  return lines.map(([name, value]) => `${checked(name)}="${quoted(value)}"\n`).join('')
}

function checked(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) return name
  throw new DeployError('compose_invalid', `"${cleanText(name, { max: 80 })}" cannot be the name of a variable`)
}

// Double quotes, because single ones cannot hold a backslash before the closing quote. Octal, because the parser looks for the end
// of the value before it reads escapes, and a `\\` before the quote hides it in older ones (compose-go dotenv, 1.20 and 2.1).
function quoted(value: string): string {
  return value.replaceAll('\\', '\\0134').replaceAll('"', '\\0042').replaceAll('$', '$$$$').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
}
