import { stringify } from 'yaml'

/** One kind of work, as `facts/speed.md` of the measurements it is compared with describes it. */
export interface Case {
  name: string
  what: string
  /** The Compose file; `readyAfter` seconds vary from round to round, the same for all that are compared in one round. */
  compose(readyAfter: number): string
  /** Seconds until the app is ready, before jitter. */
  readyAfter: number
  /** FAILED is what is measured. */
  fails: boolean
  services: string[]
  /** Each waits for the one before to be healthy. */
  chain: boolean
}

const image = 'busybox:stable'
const fast = { test: ['CMD', 'test', '-f', '/tmp/ready'], interval: '10s', timeout: '5s', retries: 3, start_period: '30s', start_interval: '50ms' }
/** The guide's recommended settings, to the letter. */
const guide = { test: ['CMD', 'test', '-f', '/tmp/ready'], interval: '10s', timeout: '5s', retries: 3, start_period: '30s' }
const failing = { test: ['CMD', 'false'], interval: '1s', timeout: '1s', retries: 3 }

/** `web` answers on port 8000 at once; ready means that its health check passes. */
function service(readyAfter: number, healthcheck: object, isWeb: boolean): object {
  const serve = isWeb ? 'mkdir -p /www; echo hello > /www/index.html; httpd -p 8000 -h /www; ' : ''
  const script = `trap 'exit 0' TERM; ${serve}sleep ${readyAfter.toFixed(3)}; touch /tmp/ready; sleep 100000 & wait`
  return { image, command: ['sh', '-c', script], healthcheck, ...(isWeb ? { expose: ['8000'] } : {}) }
}

function fileOf(names: string[], readyAfter: number, healthcheck: object, chain = false): string {
  const services = names.map((name, at) => {
    const before = chain && at > 0 ? { depends_on: { [names[at - 1] as string]: { condition: 'service_healthy' } } } : {}
    return [name, { ...service(readyAfter, healthcheck, name === 'web'), ...before }] as const
  })
  return stringify({ services: Object.fromEntries(services) })
}

const two = ['web', 'worker']
const ten = ['web', ...Array.from({ length: 9 }, (_, at) => `worker${at + 1}`)]
const four = ['a', 'b', 'c', 'web']

function aCase(name: string, what: string, services: string[], readyAfter: number, check: object, more: Partial<Case> = {}): Case {
  const chain = more.chain ?? false
  return { name, what, services, readyAfter, fails: false, chain, compose: (seconds) => fileOf(services, seconds, check, chain), ...more }
}

export const cases: Case[] = [
  aCase('W1', 'two services ready at once, start_interval 50 ms', two, 0, fast),
  aCase('W2', 'the guide’s own settings, ready after 0.3 s', two, 0.3, guide),
  aCase('W3', 'ready after 3 s, start_interval 50 ms', two, 3, fast),
  aCase('W4', 'turns unhealthy', two, 0, failing, { fails: true }),
  aCase('W5', 'ten services', ten, 0, fast),
  aCase('W6', 'a chain of four, each awaiting service_healthy', four, 0, fast, { chain: true }),
]

/** Most that Torii may need, relative to the installed Compose; W1 also to the engine's floor. */
export const bars: Record<string, number> = { W1: 0.6, W2: 0.08, W3: 0.92, W4: 0.95, W5: 0.85, W6: 0.6 }
export const floorBar = 1.25
