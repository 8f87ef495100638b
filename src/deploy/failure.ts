import { oneLine } from '../text/one-line.ts'
import type { Trouble } from './verdict.ts'

/** One row of the failure table. */
interface Row {
  /** Says what happened in one sentence; `service` is '' where nobody is to blame, `headline` takes the place of the row's own clause. */
  sentence(service: string, detail: string, headline?: string): string
  /** What to change. */
  fix(service: string): string
  /** CLI exit code (design §5.2). */
  exit: 1 | 3 | 4 | 5 | 6 | 7 | 8 | 130
  /** HTTP answer when the API refuses with this reason; a settled revision is always served with 200. */
  http: 400 | 404 | 409 | 422 | 500 | 502 | 503
}

const because = (detail: string) => (detail === '' ? '' : `: ${detail}`)
const the = (service: string) => (service === '' ? 'a container' : service)

/** Every reason a deployment can be refused or fail for (design §4): the one place for its sentence, fix, exit code and HTTP answer. */
export const failures = {
  compose_invalid: {
    sentence: (_, d) => `The Compose file cannot be used${because(d)}.`,
    fix: () => 'Correct the Compose file at the place named and deploy again.',
    exit: 3,
    http: 422,
  },
  policy_denied: {
    sentence: (s, d, headline = 'asks for something the policy denies') => `${s === '' ? 'The extension' : s} ${headline}${because(d)}.`,
    fix: (s) => `Remove that option${s === '' ? '' : ` from ${s}`}; docs/policy.md names the safer way.`,
    exit: 3,
    http: 422,
  },
  upload_refused: {
    sentence: (_, d) => `The upload cannot be taken${d === '' ? '' : `: it ${d}`}.`,
    fix: () => 'Send the folder as an uncompressed tar of plain files and folders: `tar -C FOLDER -cf - .`.',
    exit: 3,
    http: 422,
  },
  image_not_found: {
    sentence: (s, d) => `The image of ${the(s)} does not exist${because(d)}.`,
    fix: () => 'Check the name and the tag for typing errors, push the image, or add `build:` to the service.',
    exit: 4,
    http: 422,
  },
  build_failed: {
    sentence: (s, d) => `The image of ${the(s)} could not be built${because(d)}.`,
    fix: (s) => `Run \`docker buildx build\` in the build context of ${the(s)} and correct the step that fails.`,
    exit: 4,
    http: 422,
  },
  registry_auth: {
    sentence: (s, d) => `The registry refuses to hand out the image of ${the(s)}${because(d)}.`,
    fix: () => 'Log in to that registry with `torii registry login HOST --username U`, or make the image public.',
    exit: 4,
    http: 422,
  },
  registry_rate_limited: {
    sentence: (s, d) => `The registry limits how often the image of ${the(s)} may be pulled${because(d)}.`,
    fix: () => 'Log in to the registry, wait for the limit to pass, or use a mirror.',
    exit: 4,
    http: 503,
  },
  pull_timeout: {
    sentence: (s, d) => `The image of ${the(s)} did not arrive in time${because(d)}.`,
    fix: () => 'Check the connection to the registry and deploy again; what has arrived is kept.',
    exit: 4,
    http: 503,
  },
  pull_failed: {
    sentence: (s, d) => `The image of ${the(s)} could not be pulled${because(d)}.`,
    fix: () => 'Read the registry’s answer, check its name and the network, and deploy again.',
    exit: 4,
    http: 502,
  },
  wrong_architecture: {
    sentence: (s, d) => `The image of ${the(s)} is made for another machine${because(d)}.`,
    fix: () => 'Build or pull the image for this engine’s platform (`docker buildx build --platform`).',
    exit: 4,
    http: 422,
  },
  start_failed: {
    sentence: (s, d) => `${the(s)} could not be started${because(d)}.`,
    fix: (s) => `Correct the command, user, device or mount of ${the(s)} that the engine’s words name.`,
    exit: 5,
    http: 422,
  },
  port_in_use: {
    sentence: (s, d) => `A port${s === '' ? '' : ` of ${s}`} is already in use${because(d)}.`,
    fix: () => 'Choose another port with --port, or stop what listens on it.',
    exit: 7,
    http: 409,
  },
  port_unavailable: {
    sentence: (_, d) => `The public port cannot be had${because(d)}.`,
    fix: () =>
      'Choose another port with --port, or free one: `torii ls` lists what holds them, those that FAILED too, and `torii rm NAME` gives its port back. Or write `x-torii: {routing: path}` at the top of the Compose file, or give the proxy more ports with TORII_PORTS and `torii up`.',
    exit: 7,
    http: 409,
  },
  name_conflict: {
    sentence: (s, d) => `A container or network name of ${s === '' ? 'the deployment' : s} is taken by something else${because(d)}.`,
    fix: () => 'Rename or remove the stranger that the engine’s words name; Torii does not touch it.',
    exit: 7,
    http: 409,
  },
  network_exhausted: {
    sentence: (_, d) => `No address range is left for another network${because(d)}.`,
    fix: () => 'Remove deployments that are no longer needed, or give Torii a larger pool with TORII_SUBNET_POOL.',
    exit: 7,
    http: 503,
  },
  disk_full: {
    sentence: (_, d) => `The disk is full${because(d)}.`,
    fix: () => 'Free space, for example with `docker image prune` and `docker builder prune`, and deploy again.',
    exit: 7,
    http: 503,
  },
  container_unhealthy: {
    sentence: (s, d) => `${the(s)} is unhealthy${because(d)}.`,
    fix: (s) =>
      `Correct what makes the health check of ${the(s)} fail (\`torii explain\` shows what it said); if ${the(s)} only needs longer to start, give the check a longer \`start_period:\`.`,
    exit: 5,
    http: 422,
  },
  health_timeout: {
    sentence: (s, d) => `${the(s)} did not become healthy in time${because(d)}.`,
    fix: (s) => `Make ${the(s)} answer its health check sooner, or shorten the check’s start_period, interval or retries.`,
    exit: 5,
    http: 422,
  },
  container_exited: {
    sentence: (s, d) => `${the(s)} exited although it should run${because(d)}.`,
    fix: (s) => `Read the last lines ${the(s)} printed (\`torii explain\` shows them) and correct what ended it.`,
    exit: 5,
    http: 422,
  },
  crash_loop: {
    sentence: (s, d) => `${the(s)} crashes again and again${because(d)}.`,
    fix: (s) => `Read the last lines ${the(s)} printed before it exited and correct what ends it.`,
    exit: 5,
    http: 422,
  },
  out_of_memory: {
    sentence: (s, d) => `${the(s)} was killed for want of memory${because(d)}.`,
    fix: (s) => `Raise the memory limit of ${the(s)} or make it use less.`,
    exit: 5,
    http: 422,
  },
  container_paused: {
    sentence: (s, d) => `${the(s)} is paused${because(d)}.`,
    fix: () => 'Somebody paused it: `docker unpause` it and deploy again.',
    exit: 5,
    http: 409,
  },
  container_gone: {
    sentence: (s, d) => `${the(s)} disappeared${because(d)}.`,
    fix: () => 'Somebody or something removed the container while it was being deployed: deploy again.',
    exit: 5,
    http: 409,
  },
  dependency_failed: {
    sentence: (s, d) => `${the(s)} failed, and others wait for it${because(d)}.`,
    fix: (s) => `Make ${the(s)} succeed: the containers that depend on it were never started.`,
    exit: 5,
    http: 422,
  },
  health_tool_missing: {
    sentence: (s, d) => `The health check of ${the(s)} runs a program its image does not have${because(d)}.`,
    fix: (s) => `Install that program in the image of ${the(s)}, or use one it has.`,
    exit: 5,
    http: 422,
  },
  health_check_hangs: {
    sentence: (s, d) => `The health check of ${the(s)} does not end within its own timeout${because(d)}.`,
    fix: (s) => `Make the check of ${the(s)} return sooner, or raise its timeout.`,
    exit: 5,
    http: 422,
  },
  proxy_unreachable: {
    sentence: (_, d) => `The proxy does not serve the app’s address, so nothing can be said about the app${because(d)}.`,
    fix: () => 'Run `torii doctor`, then `torii up`, and deploy again.',
    exit: 7,
    http: 503,
  },
  no_route: {
    sentence: (_, d) => `There is nothing to route to${because(d)}.`,
    fix: () => 'Give one service `ports:` or `expose:`, or write `x-torii: {primary: true, port: N}` below it.',
    exit: 6,
    http: 422,
  },
  app_refused: {
    sentence: (s, d, headline = `nothing listens where ${s === '' ? 'the app' : s} should`) => `Routing works, but ${headline}${because(d)}.`,
    fix: (s) =>
      `Let ${s === '' ? 'the app' : s} listen on 0.0.0.0 and on the routed port, or write \`x-torii: {port: N}\` below ${s === '' ? 'its service' : `service ${s}`}, with the port it listens on.`,
    exit: 6,
    http: 422,
  },
  app_error: {
    sentence: (s, d) => `Routing works, TLS works, but ${s === '' ? 'the app' : s} answers with an error of its own${because(d)}.`,
    fix: (s) => `Read the log of ${s === '' ? 'the app' : s} (\`torii logs\`) and correct the error on that path.`,
    exit: 6,
    http: 422,
  },
  app_status: {
    sentence: (s, d) => `Routing works, TLS works, but ${s === '' ? 'the app' : s} answered ${d === '' ? 'with an error' : d}.`,
    fix: () => 'Add a route for that path to the app, or write `x-torii: {probe: {path: /a-path-that-answers}}` at the top of the Compose file.',
    exit: 6,
    http: 422,
  },
  probe_timeout: {
    sentence: (s, d) => `${s === '' ? 'The app' : s} did not answer through the proxy in time${because(d)}.`,
    fix: (s) =>
      `Find out why ${s === '' ? 'the app' : s} takes so long to answer, or write \`x-torii: {probe: {timeout: 2m}}\` at the top of the Compose file.`,
    exit: 6,
    http: 422,
  },
  tls_error: {
    sentence: (_, d) => `The certificate of the public address is not valid${because(d)}.`,
    fix: () => 'Compare the certificate with the public host (`torii doctor`); `torii ca` prints the authority it must come from.',
    exit: 6,
    http: 502,
  },
  engine_unreachable: {
    sentence: (_, d) => `The container engine does not answer${because(d)}.`,
    fix: () => 'Start the engine (`torii doctor` says how) and deploy again.',
    exit: 7,
    http: 503,
  },
  engine_error: {
    sentence: (_, d) => `The container engine answered with an error${because(d)}.`,
    fix: () => 'Look into the engine’s own log (`journalctl -u docker`), mend what its words name and deploy again.',
    exit: 7,
    http: 502,
  },
  compose_unusable: {
    sentence: (_, d) => `Docker Compose cannot be used${because(d)}.`,
    fix: () => 'Install Docker Compose 2.20 or newer (`torii doctor` says how), or name it with TORII_COMPOSE.',
    exit: 7,
    http: 503,
  },
  state_unusable: {
    sentence: (_, d) => `The state folder cannot be used${because(d)}.`,
    fix: () => 'See to whom the folder and the file belong, and that its disk is well, then `torii up`.',
    exit: 7,
    http: 503,
  },
  busy: {
    sentence: (_, d) => `This deployment is being deployed already${because(d)}.`,
    fix: () => 'Wait until it has settled (`torii status`), then deploy again.',
    exit: 8,
    http: 409,
  },
  not_found: {
    sentence: (_, d) => `There is nothing by that name${because(d)}.`,
    fix: () => '`torii ls` lists what there is.',
    exit: 8,
    http: 404,
  },
  cancelled: {
    sentence: (_, d) => `The deployment was cancelled${because(d)}.`,
    fix: () => 'Deploy again when you are ready.',
    exit: 130,
    http: 409,
  },
  interrupted: {
    sentence: (_, d) => `Torii was interrupted and could not pick the deployment up again${because(d)}.`,
    fix: () => 'Deploy again.',
    exit: 130,
    http: 503,
  },
  internal: {
    sentence: () => 'Torii made a mistake of its own; the extension is not to blame.',
    fix: () => 'Look into server.log (`torii doctor` says where), and report it with what stands there.',
    exit: 1,
    http: 500,
  },
} as const satisfies Record<string, Row>

export type Reason = keyof typeof failures

/** A failure as it is stored, printed and served. */
export interface Failure {
  reason: Reason
  service: string | null
  sentence: string
  fix: string
  /** RFC 3339 UTC with milliseconds. */
  at: string
  /** What made it fail as far as the evidence tells, the likeliest first; absent or empty: it names none. */
  causes?: Cause[]
  /** What worked: "routing", "TLS", "db is healthy". */
  passed?: string[]
}

/** A cause as a rule finds it in the frozen evidence. */
export interface Cause {
  /** Of the rule. */
  id: string
  sentence: string
  fix: string
  /** What it was found in, a line each. */
  evidence: string[]
  /** What would tell it from the others; null: the evidence leaves no doubt. */
  tellsApart: string | null
}

/** Thrown by steps where the reason is known; caught in deploy.ts and at the edges only. */
export class DeployError extends Error {
  readonly trouble: Trouble

  constructor(reason: Reason, detail: string, options: Partial<Pick<Trouble, 'service' | 'fix' | 'headline' | 'asks'>> & { cause?: unknown } = {}) {
    super(`${reason}: ${detail}`, { cause: options.cause })
    this.name = 'DeployError'
    // No service is to blame for the engine's own trouble, whoever's turn it was.
    this.trouble = { reason, detail, service: isEngines(reason) ? undefined : options.service, fix: options.fix }
    if (options.headline !== undefined) this.trouble.headline = options.headline
    if (options.asks !== undefined) this.trouble.asks = options.asks
  }
}

/** The engine could not be asked: whatever was wanted of it may be wanted again. */
export function isUnreachable(error: unknown): error is DeployError {
  return error instanceof DeployError && error.trouble.reason === 'engine_unreachable'
}

/** The engine has trouble of its own, whether it answers or not: nothing can be said about the extension. */
export function isEngineTrouble(error: unknown): error is DeployError {
  return error instanceof DeployError && isEngines(error.trouble.reason)
}

function isEngines(reason: Reason): boolean {
  return reason === 'engine_unreachable' || reason === 'engine_error'
}

/** Another process moved the record: it is not ours any more. */
export class RecordTaken extends Error {
  constructor() {
    super('another process moved this record')
    this.name = 'RecordTaken'
  }
}

/** Turns trouble into the stored failure. `nowMs` is the wall clock. */
export function failureOf(trouble: Trouble, nowMs: number): Failure {
  const row: Row = failures[trouble.reason]
  const service = trouble.service ?? ''
  return {
    reason: trouble.reason,
    service: trouble.service ?? null,
    sentence: capital(row.sentence(service, withoutFullStop(trouble.detail), trouble.headline)).replace(/([?!…])\.$/, '$1'),
    fix: trouble.fix ?? row.fix(service),
    at: new Date(nowMs).toISOString(),
  }
}

/** Anything thrown, as trouble: an unexpected error is `internal` and tells nothing of itself to a user. */
export function troubleOf(error: unknown): Trouble {
  if (error instanceof DeployError) return error.trouble
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return { reason: 'disk_full', detail: oneLine(error.message, 300) }
  return { reason: 'internal', detail: '' }
}

export function rowOf(reason: Reason): Row {
  return failures[reason]
}

function withoutFullStop(text: string): string {
  return oneLine(text, 1000).replace(/\.+$/, '')
}

/** A service's name keeps its case: only the table's own words are raised. */
function capital(sentence: string): string {
  return sentence.startsWith('a container') ? `A${sentence.slice(1)}` : sentence
}
