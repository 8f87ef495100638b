import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { checkoutFolder } from '../checkout.ts'
import type { Config } from '../config.ts'
import { lastLine } from '../text/one-line.ts'
import { engineAnswers, imageIsMissing } from './ask-engine.ts'
import { hostError } from './cli-error.ts'

/** Brings what the machine lacks: the engine, the proxy's image, and the base images of our own examples. `path`: what will be deployed. */
export async function prepare(config: Config, path: string | null, signal: AbortSignal, checkout = checkoutFolder()): Promise<void> {
  const run = (script: string, args: string[] = []) => runScript(checkout, script, args, signal)
  const [answers, missing] = await Promise.all([engineAnswers(config), imageIsMissing(config, config.traefikImage)])
  if (!answers) await startEngine(config, run)
  if (missing || (!answers && (await imageIsMissing(config, config.traefikImage)))) await run('traefik-image.sh', [config.traefikImage])
  if (path !== null && (await isExample(path, checkout))) await run('base-images.sh')
}

type Run = (script: string, args?: string[]) => Promise<void>

/** Only the engine of this machine is ours to start. */
async function startEngine(config: Config, run: Run): Promise<void> {
  if (!config.dockerHost.startsWith('unix:///var/run/') && !config.dockerHost.startsWith('unix:///run/'))
    throw hostError(`The container engine does not answer on ${config.dockerHost}.`, 'Start that engine, or set DOCKER_HOST to one that runs.')
  await run('engine.sh')
  if (!(await engineAnswers(config))) throw hostError(`The container engine does not answer on ${config.dockerHost}.`, '`torii doctor` says what is missing.')
}

async function isExample(path: string, checkout: string | null): Promise<boolean> {
  if (checkout === null || !existsSync(join(checkout, 'examples'))) return false
  const [examples, real] = await Promise.all([realpath(join(checkout, 'examples')), realpath(path).catch(() => '/')])
  return !relative(examples, real).startsWith('..')
}

/** Its output goes to the terminal as it comes, on stderr: stdout is for data. */
async function runScript(checkout: string | null, script: string, args: string[], signal: AbortSignal): Promise<void> {
  const reason = script.startsWith('traefik') ? 'proxy_unreachable' : 'engine_unreachable'
  if (checkout === null || !existsSync(join(checkout, 'setup', script)))
    throw hostError(`Something is missing that setup/${script} would bring, and there is no such script here.`, '`torii doctor` says what is missing.', reason)
  const { execa } = await import('execa')
  const shown = ['pipe', process.stderr] as const
  const { failed, all, shortMessage } = await execa('sh', [join('setup', script), ...args], {
    cwd: checkout,
    stdin: 'ignore',
    stdout: shown,
    stderr: shown,
    all: true,
    reject: false,
    cancelSignal: signal,
  })
  signal.throwIfAborted()
  if (failed)
    throw hostError(
      `setup/${script} could not finish: ${lastLine(all ?? '', 400) || shortMessage}`,
      'Read its lines above, correct that, and try again.',
      reason,
    )
}
