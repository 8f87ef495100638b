import { realpath } from 'node:fs/promises'
import { DeployError } from '../deploy/failure.ts'
import type { Bind, Container } from '../deploy/ports.ts'
import type { Ask } from '../engine-api/ask.ts'
import { cleanText } from '../text/clean.ts'
import { labels } from './labels.ts'

interface Listed {
  Id: string
  Labels?: Record<string, string> | null
  Mounts?: { Type?: string; Source?: string; RW?: boolean }[] | null
}

/**
 * The policy judged the binds' real paths; the engine resolves them again when a container starts, and whoever writes a folder in between
 * can put a link to anything of the host in its place. Looked at right before the start, `home` being the folder of our own files. Rejects
 * with policy_denied: of a path that leads elsewhere now, and of one inside a folder that another container may write, or the other way
 * round.
 */
export async function refuseBinds(
  { id, binds }: Pick<Container, 'id' | 'binds'>,
  { ask, instance, home }: { ask: Ask; instance: string; home: string },
): Promise<void> {
  const theirs = binds.filter(({ source }) => !source.startsWith(`${home}/`))
  if (theirs.length === 0) return
  const others = await ask<Listed[]>({ path: '/containers/json', query: { all: 1, filters: JSON.stringify({ label: [`${labels.instance}=${instance}`] }) } })
  for (const bind of theirs) for (const other of others) if (other.Id !== id) refuseNested(bind, other)
  for (const { source } of theirs) await refuseMoved(source)
}

async function refuseMoved(source: string): Promise<void> {
  // One that is gone, the engine names by itself.
  const real = await realpath(source).catch(() => source)
  if (real !== source) throw denied(`volumes: ${source} leads to ${real} by now`, 'Put the folder back where the link is, and deploy again.')
}

function refuseNested(bind: Bind, { Labels, Mounts }: Listed): void {
  const who = `${Labels?.[labels.service] ?? 'a container'} of another revision or deployment`
  for (const { Type, Source = '', RW } of Mounts ?? []) {
    if (Type !== 'bind') continue
    if (RW === true && bind.source.startsWith(`${Source}/`))
      throw denied(`volumes: ${bind.source} lies inside ${Source}, which ${who} may write`, 'Remove that one first, or mount the outer folder with `:ro`.')
    if (bind.writable && Source.startsWith(`${bind.source}/`))
      throw denied(
        `volumes: ${bind.source} may be written, and ${Source} in it is mounted by ${who}`,
        'Remove that one first, or mount the outer folder with `:ro`.',
      )
  }
}

function denied(detail: string, fix: string): DeployError {
  return new DeployError('policy_denied', cleanText(detail, { max: 400 }), { fix })
}
