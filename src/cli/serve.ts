import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { secureAddress } from '../api-hosts.ts'
import { realClock } from '../clock.ts'
import { type Config, readConfig } from '../config.ts'
import { serverError } from './cli-error.ts'
import { addressOf } from './endpoint.ts'
import { health } from './healthz.ts'
import { onInterrupt } from './interrupt.ts'
import { printJsonLine, say } from './output.ts'
import { pidFile } from './server-process.ts'

const closeWithin = 10_000

/** The control plane in this process, until SIGTERM or SIGINT; deployments go on without it. */
export async function serve({ json }: { json?: boolean }): Promise<never> {
  const config = readConfig()
  await refuseSecond(config)
  const ending = new Promise<void>(onInterrupt)
  const { startServer } = await import('../main.ts')
  const server = await startServer(config)
  await withPidFile(config.home, async () => {
    const secure = secureAddress(config)
    if (json) printJsonLine({ address: addressOf(config), secure, pid: process.pid })
    else say(`The control plane answers on http://${addressOf(config)}/${secure === null ? '' : ` and ${secure}/`}`)
    await ending
    await Promise.race([server.close(), realClock.sleep(closeWithin)])
  })
  // Whatever did not let go within its time would keep this process alive.
  process.exit(0)
}

async function refuseSecond(config: Config): Promise<void> {
  if ((await health(config)).is === 'torii')
    throw serverError(
      `A control plane answers on ${addressOf(config)} already.`,
      '`torii down` ends it; TORII_API_PORT and TORII_HOME give this one a place of its own.',
    )
}

/** Written once we listen: of two that start at once only the one that got the port has it. */
async function withPidFile(home: string, work: () => Promise<void>): Promise<void> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  await writeFile(pidFile(home), `${process.pid}\n`, { mode: 0o600 })
  try {
    await work()
  } finally {
    const owner = await readFile(pidFile(home), 'utf8').catch(() => '')
    if (owner.trim() === String(process.pid)) await rm(pidFile(home), { force: true })
  }
}
