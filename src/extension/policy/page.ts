import { type Decision, profiles, type Stance } from '../../deploy/consent.ts'
import { elevating, needed } from '../hold-back.ts'
import { ownDecision, standing } from './decide.ts'
import { policy, type Row, rows } from './table.ts'

/** A policy that is in force, and the file or variable it comes from. */
export interface InForce {
  stance: Stance
  by: string
}

/** What each decision means, as a predicate. */
export const decisions: Record<Decision, string> = {
  allow: 'allows it',
  warn: 'allows it and says so',
  rewrite: 'leaves it out and says so',
  ask: 'asks an operator first',
  deny: 'denies it',
  invalid: 'refuses it: it cannot work',
}

/** The page of a rule, in Markdown. */
export function pageOf(row: Row, now?: InForce): string {
  return [
    `# ${row.name}`,
    '',
    `**Why.** ${capital(row.reason)}.`,
    '',
    ...profiles.map((profile) => `- ${profile}: ${decisions[ownDecision(row, profile)]}`),
    '',
    ...(now === undefined ? [] : [`**Now.** ${nowOf(row, now)}`, '']),
    `**The safer way.** ${row.safer}`,
    '',
    ...(row.seen === undefined ? [] : [`**Seen elsewhere.** ${capital(row.seen)}.`, '']),
    `**To allow it.** ${howToAllow(row, now)}`,
    '',
  ].join('\n')
}

/** What the policy in force decides, and who says so. */
export function nowOf(row: Row, { stance, by }: InForce): string {
  const own = Object.hasOwn(stance.rules, row.name)
  return `${standing(row, stance)}, by ${own ? by : `the ${stance.profile} profile`}.`
}

/** How an operator lets it through, or why not. */
export function howToAllow(row: Row, now?: InForce): string {
  const name = row.name
  const file = `\`rules: {${name}: allow}\` in the file that TORII_POLICY names allows it always`
  const isInvalid = ownDecision(row, 'strict') === 'invalid'
  if (isInvalid) return 'Nobody can: what it finds cannot work.'
  if (row.never !== undefined) return `Nobody can: ${row.never}.`
  if (now?.stance.rules[name] === 'deny') return `Change \`${name}: deny\` in ${now.by}, and restart the control plane: no \`--allow\` goes against it.`
  const [strict, developer] = profiles.map((profile) => ownDecision(row, profile))
  if (developer === 'warn') return `It is allowed. \`rules: {${name}: deny}\` in the file that TORII_POLICY names refuses it, \`ask\` asks first.`
  if (developer === 'rewrite') return `\`--allow ${name}\` keeps it for one deploy; ${file}.`
  if (strict === 'deny' && developer === 'deny') return `\`--allow ${name}\` allows it for one deploy in the developer profile alone; ${file}.`
  if (strict === 'deny') return `The developer profile allows it; ${file}.`
  return `An operator’s yes at the terminal, or \`--allow ${name}\`, is recorded for just this model: any change of the resolved Compose file asks again. ${capital(file)}.`
}

/** docs/policy.md: every row of the policy. */
export function indexPage(): string {
  const sections = Object.entries(policy as Record<string, readonly Row[]>).flatMap(([section, rules]) => [
    '',
    `## ${section === 'model' ? 'the whole file' : section}`,
    '',
    '| rule | strict | developer | can be allowed | because | the safer way |',
    '|---|---|---|---|---|---|',
    ...rules.map(line),
  ])
  return [...introduction, ...sections, ...seenSection(), ''].join('\n')
}

function line(row: Row): string {
  const [strict, developer] = profiles.map((profile) => ownDecision(row, profile))
  const can = row.never === undefined && strict !== 'invalid' ? 'yes' : 'no'
  return `| \`${row.name}\` | ${strict} | ${developer} | ${can} | ${cell(row.reason)} | ${cell(row.safer)} |`
}

function seenSection(): string[] {
  const seen = rows().flatMap(({ name, seen: where }) => (where === undefined ? [] : [`| \`${name}\` | ${cell(where)} |`]))
  return ['', '## seen elsewhere', '', '| rule | what happened to others |', '|---|---|', ...seen]
}

const keepers = [
  ...Object.entries(needed).map(([program, what]) => `\`${program}\` ${what.join(' and ')}`),
  ...elevating.map((program) => `\`${program}\` new privileges`),
].join(', ')

const introduction = [
  '# Policy',
  '',
  'Judged on the *resolved* Compose model at admit, and again on the rewritten model that is started. `deny` and `invalid` refuse, `ask` needs an',
  'operator’s consent, `rewrite` leaves the option out and says so, `warn` allows and says so. Everything that no row knows is refused; `x-*` is',
  'allowed. `torii policy explain RULE` says of one rule why, the safer way, and how to allow it; `torii policy check DIR` judges a folder.',
  'Written by `npm run docs` from `src/extension/policy/`.',
  '',
  '**Profiles.** `developer` is for folders named on this machine, `strict` for everything that came over an upload. The operator chooses another with',
  '`TORII_POLICY`: `strict`, `developer`, or the absolute path of a file that extends one of them. Uploads stay strict, with the file’s rules over it.',
  '',
  '```yaml',
  'extends: strict',
  'rules:',
  '  strong_capability: allow   # allow, ask or deny',
  '  root_user: deny            # also of images that run as root by themselves',
  'runtimes: [nvidia]           # what `runtime:` may name',
  '```',
  '',
  'A rule that cannot be allowed can only be denied there. The file is read when the control plane starts.',
  '',
  '**Consent.** What is asked is answered once: at the terminal, with `--allow RULE`, or over the API with `allow` or `consent`. The answer is',
  'recorded for the deployment and the sha256 of the resolved model (without the project’s name, the deployment’s id and the folder’s place), so a new',
  'revision of the same model asks nothing, and says at which day it was allowed. Any change of the resolved Compose file asks again: options, variables,',
  'images by their name. Of an upload that mounts or builds any of its files the sha256 of the whole archive is bound too, so any other upload asks',
  'again. Of a folder of this machine the contents of mounted files and of Dockerfiles are **not** bound, and nowhere is what a tag means tomorrow: name',
  'images by digest where that matters. What is denied can be allowed with `--allow` in the developer profile, for one deploy at a time; in strict',
  '`--allow` has no effect on it, only the operator’s file has. A restart, and a server that goes on with a revision, ask nothing: the revision keeps',
  'what it was judged by. What an extension says of itself (`risk_tier`, `x-torii`) is a claim and allows nothing. A token that may only deploy cannot',
  'say yes: the operator deploys what the team asks for, under its name, or allows the rule in the file.',
  '',
  '**Added where the file leaves it open**, and shown by `torii plan`:',
  '',
  '| what | how much | to change it |',
  '|---|---|---|',
  '| processes of a container | 2048, as Podman has it | `pids_limit`, or TORII_PIDS_CEILING |',
  '| memory of a container | 80 % of the engine’s | `mem_limit`, or TORII_MEMORY_CEILING; more than that is lowered, and said |',
  '| processors of a container | 90 % of the engine’s | `cpus`, or TORII_CPU_CEILING; more than that is lowered, and said |',
  '| new privileges | none (`no-new-privileges`): `sudo`, `su` of a user and other setuid programs gain nothing | `security_opt: [no-new-privileges:false]`, which strict asks about |',
  '| capabilities | without AUDIT_WRITE, MKNOD, NET_RAW, SYS_CHROOT, as Podman has it | `cap_add`; NET_RAW is asked about |',
  '| log | json-file, 3 files of 10 MB | `logging` |',
  '',
  `A program that a service is seen to call keeps what it needs in the developer profile, and that is said: ${keepers}. In strict none does.`,
  '',
  'Docker bounds a container, not a deployment: several containers together can take more than one ceiling.',
]

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
