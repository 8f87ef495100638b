const secretNames = /key|token|pass|secret|credential|auth/i

/** A text without the values of variables that are secrets by their names: Compose's errors quote what they were given. */
export function hideValues(text: string, env: Record<string, string>): string {
  const secrets = Object.entries(env).filter(([name, value]) => secretNames.test(name) && value.length >= 4)
  return secrets.toSorted(([, a], [, b]) => b.length - a.length).reduce((result, [name, value]) => result.replaceAll(value, `<${name}>`), text)
}
