import type { Config } from '../config.ts'
import { oneLine } from '../text/one-line.ts'
import { programFolders, programPath } from './program-path.ts'
import { type Ended, type Program, runProgram } from './run-program.ts'

/**
 * Where clouds tell a machine its own credentials: AWS, Azure, Google, OpenStack, Oracle and Tencent on link-local addresses, Alibaba on the other.
 * Nothing on a link-local address is ever routed to a container of ours by mistake.
 */
const metadata = ['169.254.0.0/16', '100.100.100.200/32']

/** Marks our rules among those of others (rtnetlink's `protocol`, iproute2 4.17 and later). */
const mark = '213'
/** Before the host's own tables, after its local one: what the host itself asks is not ours to forbid. */
const preference = '213'

type Place = Pick<Config, 'subnetPool' | 'dockerHost'>
type Run = (program: Program) => Promise<Ended>

interface RuleOfHost {
  src?: string
  srclen?: number
  dst?: string
  dstlen?: number
  action?: string
  protocol?: string
}

/**
 * Forbids containers of ours the way to cloud metadata: one policy routing rule of the host for the whole pool, whatever networks come and go in
 * it, and whatever becomes of the engine's own firewall rules. Null, or why it cannot be, as a clause.
 */
export async function blockMetadata(place: Place, run: Run = runProgram): Promise<string | null> {
  if ((await metadataIs(place, run)) === 'blocked') return null
  if (!isHere(place)) return 'the engine is on another machine'
  for (const to of metadata) {
    const { ok, stderr } = await ip(['rule', 'add', ...ruleOf(place, to)], run)
    // Another server of this pool may have been faster.
    if (!ok && !stderr.includes('File exists')) return `\`ip rule add\` says: ${oneLine(stderr, 200)}`
  }
  return null
}

/** Takes away what `blockMetadata` made, and no rule of anybody else. */
export async function unblockMetadata(place: Place, run: Run = runProgram): Promise<void> {
  for (const rule of (await rulesNow(run)) ?? []) if (isOurs(rule, place)) await ip(['rule', 'del', ...ruleOf(place, `${rule.dst}/${rule.dstlen ?? 32}`)], run)
}

/** Also where the operator made the rules: what counts is that they are there. `unknown`: the host cannot be asked. */
export async function metadataIs(place: Place, run: Run = runProgram): Promise<'blocked' | 'open' | 'unknown'> {
  const rules = isHere(place) ? await rulesNow(run) : null
  if (rules === null) return 'unknown'
  const forbids = (to: string) => rules.some((rule) => forbidding.has(rule.action ?? '') && covers(rule, place.subnetPool, to))
  return metadata.every(forbids) ? 'blocked' : 'open'
}

/** What an operator does where Torii may not: one line for a shell of root. */
export function metadataCommands({ subnetPool }: Pick<Place, 'subnetPool'>): string {
  return metadata.map((to) => `ip rule add pref ${preference} from ${subnetPool} to ${to} prohibit`).join(' && ')
}

const forbidding = new Set(['prohibit', 'unreachable', 'blackhole'])

function ruleOf({ subnetPool }: Place, to: string): string[] {
  return ['pref', preference, 'from', subnetPool, 'to', to, 'prohibit', 'protocol', mark]
}

function covers({ src, srclen = 32, dst, dstlen = 32 }: RuleOfHost, pool: string, to: string): boolean {
  return `${src}/${srclen}` === pool && `${dst}/${dstlen}` === to
}

function isOurs(rule: RuleOfHost, { subnetPool }: Place): boolean {
  return rule.protocol === mark && `${rule.src}/${rule.srclen ?? 32}` === subnetPool
}

function isHere({ dockerHost }: Place): boolean {
  return process.platform === 'linux' && dockerHost.startsWith('unix://')
}

async function rulesNow(run: Run): Promise<RuleOfHost[] | null> {
  const { ok, stdout } = await ip(['-json', 'rule', 'show'], run)
  try {
    return ok ? (JSON.parse(stdout) as RuleOfHost[]) : null
  } catch {
    return null
  }
}

/** iproute2's program; the first of its usual places that is there. */
async function ip(args: string[], run: Run): Promise<Ended> {
  let ended: Ended = { ok: false, stdout: '', stderr: 'there is no `ip` on this machine', cut: null }
  for (const folder of programFolders) {
    ended = await run({ file: `${folder}/ip`, args: ['-4', ...args], cwd: '/', env: { PATH: programPath }, within: 5_000 })
    if (ended.ok || !/ENOENT|No such file/.test(ended.stderr)) return ended
  }
  return ended
}
