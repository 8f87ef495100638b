import { asTold } from './as-told.ts'
import { type Bell, createBell } from './bell.ts'
import { containerEvents } from './container-events.ts'
import { isEngineTrouble } from './failure.ts'
import { heldBackBy } from './held-back.ts'
import { judgeContainer, type Seen } from './judge-container.ts'
import { withLastWords } from './last-words.ts'
import { createLookQueue, type Wanted } from './look-queue.ts'
import { createOutsideChecks, type OutsideChecks } from './outside-checks.ts'
import type { Plan } from './plan.ts'
import type { Container, EngineEvent, Ports } from './ports.ts'
import { markOf, type Revision, refOf } from './record.ts'
import { createAttemptRecorder } from './record-attempts.ts'
import { createStarter, type Starter } from './starter.ts'
import { isOf, nameOf, type Turn, turnsOf } from './turns.ts'
import { type Trouble, type Verdict, waiting } from './verdict.ts'
import { createVerdictTeller } from './verdict-teller.ts'
import { errorOf } from './wait-for.ts'

type Needs = Pick<Ports, 'engine' | 'store' | 'clock'>

/**
 * Eyes on all containers of one revision: looks when an event wakes it or when it is asked to, writes down what it sees, has each
 * container started as soon as nothing holds it back, and gives up as soon as one fails, whoever's turn it is.
 */
export class Watch implements AsyncDisposable {
  readonly turns: Turn[]
  /** Aborted with a DeployError when a container fails; or with the outer signal's reason. */
  readonly signal: AbortSignal
  readonly #revision: Revision
  readonly #plan: Plan
  readonly #ports: Needs
  readonly #record: (container: Container) => Promise<void>
  readonly #tell: ReturnType<typeof createVerdictTeller>
  readonly #starter: Starter
  readonly #outside: OutsideChecks
  readonly #failing = new AbortController()
  readonly #bell: Bell = createBell()
  readonly #looks = createLookQueue((wanted) => this.#look(wanted))
  readonly #containers = new Map<string, Container>()
  readonly #firstStarts = new Map<string, number>()
  /** Containers that were down before and are to run again: until they do, they count as never started. */
  readonly #again: Set<string>
  #engineTrouble: Trouble | null = null
  #unsubscribe = () => {}

  private constructor(
    revision: Revision,
    plan: Plan,
    ports: Needs,
    outer: AbortSignal,
    record: (container: Container) => Promise<void>,
    again: ReadonlySet<string>,
  ) {
    this.#revision = revision
    this.#plan = plan
    this.#ports = ports
    this.#record = record
    this.#tell = createVerdictTeller(revision, ports)
    this.#starter = createStarter(revision, {
      ...ports,
      look: (id) => this.#looks.ask([id]),
      failed: (error) => this.#failing.abort(error),
      started: (id) => this.#again.delete(id),
    })
    this.#again = new Set(again)
    this.turns = turnsOf(plan)
    this.signal = AbortSignal.any([outer, this.#failing.signal])
    this.#outside = createOutsideChecks(plan, { ...ports, changed: (id) => this.#looks.ask([id]) }, this.signal)
  }

  /** Subscribed to the engine's events before the first look, so that nothing between the two is missed. */
  static async begin(revision: Revision, plan: Plan, ports: Needs, outer: AbortSignal, again: ReadonlySet<string> = new Set()): Promise<Watch> {
    const watch = new Watch(revision, plan, ports, outer, await createAttemptRecorder(revision, ports), again)
    watch.#unsubscribe = await ports.engine.listen((event) => watch.#hear(event))
    await watch.look()
    return watch
  }

  /** Nothing is looked at, told or started any more when it resolves. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe()
    await this.#starter.end()
    await this.#outside[Symbol.asyncDispose]()
    await this.#looks.rest()
  }

  /** Looks at everything now. */
  look(): Promise<void> {
    return this.#looks.ask('all')
  }

  /** Resolves at the end of the next look. */
  changed(): Promise<void> {
    return this.#bell.next()
  }

  /** All that the last look saw. */
  containers(): Container[] {
    return [...this.#containers.values()]
  }

  /** What the last look saw of one container. */
  seen(turn: Turn): Seen {
    const all = this.containers()
    return {
      planned: turn.planned,
      replica: turn.replica,
      container: all.find((container) => isOf(turn, container)) ?? null,
      heldBackBy: heldBackBy(turn.planned, this.#plan.services, all),
      firstStartedAt: this.#firstStarts.get(nameOf(turn)) ?? null,
      now: this.#ports.clock.now(),
    }
  }

  verdict(turn: Turn): Verdict {
    return this.#engineTrouble === null ? judgeContainer(this.seen(turn)) : waitingForEngine(this.#engineTrouble)
  }

  #hear(event: EngineEvent): void {
    if (event.is === 'gap') void this.#looks.ask('all')
    else if (markOf(event.ref) === markOf(this.#revision)) void this.#looks.ask([event.id])
  }

  /** Never rejects: what nobody expected fails the revision too. */
  async #look(wanted: Wanted): Promise<void> {
    try {
      await this.#inspect(wanted)
      this.#engineTrouble = null
      await this.#judge()
    } catch (error) {
      if (isEngineTrouble(error)) await this.#tellTrouble(error.trouble)
      else this.#failing.abort(error)
    }
    this.#bell.ring()
  }

  async #tellTrouble(trouble: Trouble): Promise<void> {
    this.#engineTrouble = trouble
    for (const turn of this.turns) await this.#tellVerdict(turn, this.verdict(turn)).catch((error) => this.#failing.abort(error))
  }

  async #inspect(wanted: Wanted): Promise<void> {
    const { engine } = this.#ports
    const skipped = new Set(this.#starter.underWay)
    const looked = (wanted === 'all' ? [...this.#containers.keys()] : wanted).filter((id) => !skipped.has(id))
    const found = wanted === 'all' ? await engine.containers(refOf(this.#revision), skipped) : await Promise.all(looked.map((id) => engine.container(id)))
    const present = found.filter((container) => container !== null)
    for (const container of present) await this.#take(container.id, asTold(this.#outside.dress(this.#asIfNew(container)), this.#revision))
    for (const id of looked) if (!present.some((container) => container.id === id)) await this.#take(id, null)
  }

  async #take(id: string, container: Container | null): Promise<void> {
    for (const event of containerEvents(this.#containers.get(id) ?? null, container)) await this.#ports.store.tell(refOf(this.#revision), event)
    if (container === null) return void this.#containers.delete(id)
    this.#containers.set(id, container)
    const name = `${container.service}/${container.replica}`
    if (container.startedAt !== null && !this.#firstStarts.has(name)) this.#firstStarts.set(name, container.startedAt)
    await this.#record(container)
  }

  #asIfNew(container: Container): Container {
    if (!this.#again.has(container.id)) return container
    return { ...container, state: 'created', exitCode: null, oomKilled: false, startedAt: null, finishedAt: null }
  }

  async #judge(): Promise<void> {
    for (const turn of this.turns) {
      const verdict = this.verdict(turn)
      await this.#tellVerdict(turn, verdict)
      if (verdict.is !== 'failed') continue
      this.#failing.abort(errorOf(await withLastWords(verdict.why, this.seen(turn).container, this.#revision, this.#ports)))
      return
    }
    if (!this.signal.aborted) for (const turn of this.turns) this.#starter.startIfFree(this.seen(turn))
  }

  async #tellVerdict(turn: Turn, verdict: Verdict): Promise<void> {
    await this.#tell(turn, verdict, this.seen(turn))
  }
}

function waitingForEngine({ reason, detail }: Trouble): Verdict {
  return waiting(`the engine, which ${reason === 'engine_error' ? 'answers with an error' : 'does not answer'}: ${detail}`, reason)
}
