import type { AccessStore, AuditEntry } from '../deploy/access.ts'
import type { Clock } from '../deploy/ports.ts'
import { oneLine } from '../text/one-line.ts'
import { createBudget } from './budget.ts'
import type { Caller } from './caller.ts'
import { networkOf } from './network-of.ts'

export interface AuditTrail {
  /** Writes one line. Never rejects: what cannot be written is logged, and the action stands; a full disk must not keep anybody from `rm`. */
  write(line: AuditLine): Promise<void>
}

/** `reason` null: it was accepted. */
export interface AuditLine extends Pick<AuditEntry, 'address' | 'action' | 'deployment' | 'detail' | 'reason'> {
  caller: Pick<Caller, 'name' | 'token'> | null
}

interface Parts {
  store: Pick<AccessStore, 'audit'>
  clock: Pick<Clock, 'now' | 'monotonic'>
  log: { error(facts: object, message: string): void }
}

const hour = 3_600_000
/**
 * Refusals an hour that are written: of one caller in one subscriber's network; of all strangers; of all that are known. The others are counted. What
 * strangers do cannot hide what a token does.
 */
const perCaller = 30
const ofAll = 120

export function createAuditTrail({ store, clock, log }: Parts): AuditTrail {
  const mine = createBudget({ clock, within: hour })
  const all = createBudget({ clock, within: hour })
  let missed = 0
  const isTooMuch = ({ address, caller }: AuditLine) =>
    mine.count(`${caller?.token ?? caller?.name ?? ''} ${networkOf(address)}`) > perCaller || all.count(caller === null ? 'strangers' : 'known') > ofAll
  return {
    write: async (line) => {
      if (line.reason !== null && isTooMuch(line)) return void missed++
      const { caller, address, action, deployment, detail, reason } = line
      const entry: Omit<AuditEntry, 'id'> = {
        ...{ at: new Date(clock.now()).toISOString(), who: caller?.name ?? null, token: caller?.token ?? null, address, action },
        ...{
          deployment: deployment && oneLine(deployment),
          detail: detail && oneLine(detail),
          result: reason === null ? 'accepted' : 'refused',
          reason,
          missed,
        },
      }
      missed = 0
      await store.audit(entry).catch((err: unknown) => log.error({ err, ...entry }, 'the audit trail could not be written'))
    },
  }
}
