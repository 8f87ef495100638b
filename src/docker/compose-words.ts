import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'
import { engineError } from './engine-errors.ts'
import type { Ended } from './run-program.ts'

/** What Compose warned about, one sentence each. */
export function warningsIn(stderr: string): string[] {
  return logLines(stderr)
    .filter(({ level }) => level === 'warning')
    .map(({ text }) => withoutPath(text))
}

/** "/srv/shop/compose.yaml: the attribute `version` is obsolete": who is told knows which folder it is. */
function withoutPath(text: string): string {
  return text.replace(/^\/(?:[^:\n]*\/)?(?=[^/:\n]+\.ya?ml: )/, '')
}

/** A stack of Go's follows, which tells nobody anything. */
const goOutOfMemory = /^(fatal error: )?runtime: (out of memory|cannot allocate memory)/m

/** Why Compose could not resolve the file it was given. */
export function resolveError(ended: Ended): DeployError {
  if (ended.cut === 'late') return new DeployError('compose_invalid', 'Compose did not finish reading the file within 30 s')
  if (ended.cut === 'large') return new DeployError('compose_invalid', 'the resolved file is larger than 16 MiB')
  if (goOutOfMemory.test(ended.stderr)) return new DeployError('compose_invalid', 'Compose needs more than 1 GiB of memory for the file')
  return new DeployError('compose_invalid', cleanText(lastWords(ended.stderr), { max: 600 }))
}

/** Why Compose could not create what our own model says. */
export function createError(ended: Ended, project: string): DeployError {
  if (ended.cut === 'late') return new DeployError('start_failed', 'Compose did not finish within 120 s')
  const words = lastWords(ended.stderr).replace(/^Error response from daemon: /, '')
  return engineError(new Error(words), 'create', { service: serviceIn(ended.stderr, project) })
}

const progress = /^\s*(Container|Network|Volume|Image) \S+ +(Creat|Recreat|Start|Error|Running|Wait|Pull|Exist)/

/** The error itself comes last, after progress and warnings (2.26 and 5.6). */
function lastWords(stderr: string): string {
  const plain = stderr.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('time="') && !progress.test(line))
  const said = plain.join('\n').trim()
  return said === '' ? (logLines(stderr).at(-1)?.text ?? '') : said
}

/** Progress names the container that could not be made: ` Container <project>-<service>-<n>  Error …`. */
function serviceIn(stderr: string, project: string): string | undefined {
  const lines = stderr.split('\n').map((line) => line.trim())
  const failed = lines.find((line) => line.startsWith(`Container ${project}-`) && / Error\b/.test(line))
  return failed?.slice(`Container ${project}-`.length).match(/^(.+)-\d+ /)?.[1]
}

/** logrus: time="…" level=warning msg="The \"X\" variable is not set." */
function logLines(stderr: string): { level: string; text: string }[] {
  return [...stderr.matchAll(/^time="[^"]*" level=(\w+) msg=("(?:[^"\\]|\\.)*"|\S+)/gm)].map(([, level = '', text = '']) => ({ level, text: unquoted(text) }))
}

function unquoted(text: string): string {
  try {
    return text.startsWith('"') ? String(JSON.parse(text)) : text
  } catch {
    return text
  }
}
