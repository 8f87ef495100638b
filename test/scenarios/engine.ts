import { execa } from 'execa'

/** What scenarios look at in `docker inspect`. */
export interface Inspected {
  Id: string
  Name: string
  Image: string
  State: { Status: string; StartedAt: string; Health?: { Status: string } }
  Config: { Labels: Record<string, string>; Env: string[]; Healthcheck?: { Interval: number; StartPeriod: number; Retries: number; StartInterval?: number } }
  HostConfig: { PortBindings: object | null; RestartPolicy: { Name: string }; NetworkMode: string }
  Mounts: { Type: string; Source: string; Destination: string; RW: boolean }[]
  NetworkSettings: { Networks: Record<string, { IPAddress: string; Aliases: string[] | null }> }
}

/** The engine's own client: a bare one may stand before it on the PATH. */
const env = { PATH: '/usr/bin:/usr/local/bin:/bin', HOME: '/nonexistent' }

export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await execa('docker', args, { env, extendEnv: false })
  return stdout
}

export async function dockerLines(...args: string[]): Promise<string[]> {
  return (await docker(...args)).split('\n').filter((line) => line !== '')
}

/** Of containers that go while they are looked at, those that stay. */
export async function inspected(ids: string[]): Promise<Inspected[]> {
  if (ids.length === 0) return []
  const { stdout } = await execa('docker', ['inspect', '--type', 'container', ...ids], { env, extendEnv: false, reject: false })
  return JSON.parse(stdout || '[]') as Inspected[]
}
