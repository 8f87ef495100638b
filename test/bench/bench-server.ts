import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Config, readConfig } from '../../src/config.ts'
import { freeRun } from '../contract/proxy-world.ts'

export interface BenchServer {
  config: Config
  env: Record<string, string>
  /** Wall-clock ms of one call of the command line. */
  torii(...args: string[]): Promise<{ ms: number; stdout: string }>
  /** Resident memory of the control plane, MB. */
  memory(): Promise<number>
  end(): Promise<void>
}

const root = join(import.meta.dirname, '../..')

/** A control plane and a proxy of the benchmark's own, from the bundle that users run. */
export async function startBenchServer(): Promise<BenchServer> {
  const home = await mkdtemp(join(tmpdir(), `torii-bench-${randomBytes(3).toString('hex')}-`))
  const first = await freeRun(20)
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    TORII_HOME: home,
    TORII_API_PORT: String(first),
    TORII_PROXY_API_PORT: String(first + 1),
    TORII_HTTPS_PORT: String(first + 2),
    TORII_PORTS: `${first + 3}-${first + 19}`,
    TORII_SUBNET_POOL: '10.199.0.0/16',
  }
  const torii = async (...args: string[]) => {
    const begun = performance.now()
    const { stdout } = await execa(process.execPath, ['--', join(root, 'dist/cli.js'), ...args], { env, extendEnv: false, stdin: 'ignore', stderr: 'pipe' })
    return { ms: performance.now() - begun, stdout }
  }
  return {
    config: readConfig(env),
    env,
    torii,
    memory: async () => {
      const pid = (await readFile(join(home, 'server.pid'), 'utf8')).trim()
      const status = await readFile(`/proc/${pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1000
    },
    end: async () => {
      await torii('down')
      await rm(home, { recursive: true, force: true })
    },
  }
}
