/** Fields of the API's requests, as whoever types a command knows them. */
const options: Record<string, string> = {
  allow: '--allow',
  env: '--env',
  expiresIn: '--expires',
  file: 'The Compose file',
  name: 'The name',
  names: '--names',
  path: 'The folder',
  port: '--port',
  profiles: '--profile',
  scope: '--scope',
  service: 'The service',
}

/** What the control plane says of a request that it does not understand, in words of the command line: `"names.0" in the body` is `--names`. */
export function inOwnWords(sentence: string): string {
  return sentence.replace(/^"(\w+)(?:\.[^"]*)?" in the (?:body|query|address) must be /, (whole, field: string) =>
    Object.hasOwn(options, field) ? `${options[field]} must be ` : whole,
  )
}
