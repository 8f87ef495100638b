import { isDict } from './model-text.ts'

/** Keys that only a service has. */
const ofServices = ['image', 'build', 'command', 'ports', 'environment', 'depends_on', 'healthcheck', 'restart', 'entrypoint', 'expose']

/** Whether something at the top of a Compose file was meant as a service: it is not indented. */
export function looksLikeService(value: unknown): boolean {
  return isDict(value) && ofServices.some((key) => Object.hasOwn(value, key))
}

/** What to write instead. */
export function misplacedFix(name: string): string {
  return `Indent \`${name}\` and its lines by two spaces, below \`services:\`.`
}
