import { cleanText } from '../text/clean.ts'
import { joinSecrets, noSecrets } from '../text/secrets.ts'
import { DeployError } from './failure.ts'
import { keeperOf } from './fit-to-keep.ts'
import type { Ports } from './ports.ts'
import { type Deployment, type Revision, refOf } from './record.ts'
import type { Tools } from './tools.ts'
import type { Controller } from './view.ts'
import { listed } from './words.ts'

type Options = Parameters<Controller['logs']>[1]
type Line = Parameters<Controller['logs']>[2]

/** A line that is longer says nothing more. */
const longestLine = 16_384

/** Log lines of the live revision's containers, else of the newest one's; ends when they end or the signal aborts. */
export async function readLogs(
  deployment: Deployment,
  { service, tail, follow }: Options,
  line: Line,
  { store, engine, ownSecrets = () => noSecrets }: Pick<Tools, 'store' | 'engine' | 'ownSecrets'>,
  signal: AbortSignal,
): Promise<void> {
  const revision = await shownRevision(deployment, store)
  if (revision === null) return
  refuseUnknown(revision, service, deployment.name)
  const containers = (await engine.containers(refOf(revision))).filter((each) => service === null || each.service === service)
  await Promise.all(
    containers.map((each) => {
      const keep = keeperOf(revision, { secrets: joinSecrets(ownSecrets(), each.secrets) })
      const { service: name, replica } = each
      return engine.follow(each.id, { tail, follow }, (text, stream) => line({ service: name, replica, stream, text: keep(text, longestLine) }), signal)
    }),
  )
}

async function shownRevision({ id, live }: Deployment, store: Ports['store']): Promise<Revision | null> {
  const serving = live === null ? null : await store.revision({ deployment: id, revision: live })
  return serving ?? store.newest(id)
}

function refuseUnknown({ plan }: Revision, service: string | null, deployment: string): void {
  const names = (plan?.services ?? []).map(({ name }) => name)
  if (service === null || names.includes(service)) return
  throw new DeployError('not_found', `${deployment} has no service called ${cleanText(service, { max: 80 })}`, {
    fix: names.length === 0 ? 'Its containers have not been made yet.' : `Its services are ${listed(names)}.`,
  })
}
