import type { Secrets } from '../text/secrets.ts'
import { DeployError } from './failure.ts'

/** Each is looked for in every line that is told, in some sixty forms. A real extension has a few dozen. */
const most = 1000

/** Throws compose_invalid where a scrubber of these would cost more than it may. To be asked before one is made. */
export function checkFewSecrets({ size }: Secrets): void {
  if (size <= most) return
  throw new DeployError('compose_invalid', `the extension has ${size} secrets, and Torii hides at most ${most} in what it tells`, {
    fix: 'Give its services fewer variables whose names or values say that they are secret, or put them into one file under `secrets:`.',
  })
}
