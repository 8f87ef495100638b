/** One hole that an extension could climb out through, or a client lie through, and from which version of each line on it is closed. */
interface Hole {
  /** As advisories call them. */
  ids: string[]
  of: 'engine' | 'runc' | 'Traefik'
  /** What comes of it, as a clause. */
  does: string
  /** The first closed version of each line of releases that got one; lines before the first never did, later ones always had it. */
  fixed: string[]
}

/** Of the advisories of Moby, runc and Traefik, as far as they are about what Torii relies on. */
const holes: Hole[] = [
  {
    ids: ['CVE-2024-41110'],
    of: 'engine',
    does: 'requests of a special form pass an authorization plugin by',
    fixed: ['23.0.15', '25.0.6', '26.1.5', '27.1.1'],
  },
  { ids: ['CVE-2026-34040'], of: 'engine', does: 'requests with a large body pass an authorization plugin by', fixed: ['29.3.1'] },
  { ids: ['CVE-2024-21626'], of: 'runc', does: 'a container reaches the host’s files through a leaked file descriptor', fixed: ['1.1.12'] },
  {
    ids: ['CVE-2025-31133', 'CVE-2025-52565', 'CVE-2025-52881'],
    of: 'runc',
    does: 'a container that is made to mount over masked files writes into the host’s /proc',
    fixed: ['1.2.8', '1.3.3'],
  },
  { ids: ['CVE-2024-45410'], of: 'Traefik', does: 'a client takes away X-Forwarded-* headers by naming them in `Connection`', fixed: ['2.11.9', '3.1.3'] },
  {
    ids: ['CVE-2025-66490', 'CVE-2025-66491'],
    of: 'Traefik',
    does: 'encoded characters in a path pass rules by, and TLS to a backend is not verified',
    fixed: ['2.11.32', '3.6.3'],
  },
  {
    ids: ['GHSA-6384-m2mw-rf54', 'GHSA-5m6w-wvh7-57vm', 'GHSA-6jwx-7vp4-9847'],
    of: 'Traefik',
    does: 'clients spoof X-Forwarded-Prefix and the aliases of X-Forwarded-*',
    fixed: ['2.11.43', '3.6.14'],
  },
  {
    ids: ['CVE-2026-48020'],
    of: 'Traefik',
    does: 'a path with `..` behind a stripped prefix reaches what another route guards',
    fixed: ['2.11.48', '3.6.19', '3.7.3'],
  },
]

export interface Known {
  of: Hole['of']
  version: string
  /** Closed from this version on, in its own line where there is one. */
  closedIn: string
  ids: string[]
  does: string
}

/**
 * The holes of this version. What distributions append ("26.1.5+dfsg1", "1.1.5+ds1-1+deb12u1") is not looked at: they also close holes without a
 * new number, so what is found is a reason to ask them and no proof. A version that cannot be read has none that we know.
 */
export function holesOf(of: Hole['of'], version: string): Known[] {
  const seen = partsOf(version)
  if (seen === null) return []
  return holes
    .filter((hole) => hole.of === of && isOpen(hole, seen))
    .map(({ ids, does, fixed }) => ({ of, version, closedIn: fixed.find((each) => lineOf(each) === lineOf(version)) ?? fixed.at(-1) ?? '', ids, does }))
}

function isOpen({ fixed }: Hole, seen: number[]): boolean {
  const closed = fixed.map((text) => partsOf(text) ?? [])
  // The line it belongs to, else the next one that got a fix: what is older than all never did.
  const own = closed.find((each) => each[0] === seen[0] && each[1] === seen[1]) ?? closed.find((each) => compared(each, seen) > 0)
  return own !== undefined && compared(seen, own) < 0
}

function compared(one: number[], other: number[]): number {
  const at = other.findIndex((part, i) => one[i] !== part)
  return at === -1 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}

function partsOf(version: string): number[] | null {
  const match = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version.trim())
  return match === null ? null : match.slice(1).map(Number)
}

function lineOf(version: string): string {
  return (partsOf(version) ?? []).slice(0, 2).join('.')
}
