import fc from 'fast-check'
import { parse } from 'yaml'

type Files = Record<string, string>

/** One dangerous thing of a service `web`, in each of its forms. */
export interface Danger {
  name: string
  /** Key of the service, and every way its value may be written (YAML); the first is the plain one. */
  key: string
  values: string[]
  /** What else the file needs. */
  top?: string
  /** A value around one word that a variable may hold. */
  word?: [before: string, word: string, after: string]
  /** What the refusal must say, whatever the spelling. */
  says: RegExp
}

const dollar = '$'

export const dangers: Danger[] = [
  {
    name: 'privileged',
    key: 'privileged',
    word: ['', 'true', ''],
    values: ['true', 'yes', 'on', 'True', 'TRUE', 'Yes', 'ON', 'y', '"true"', "'yes'", '"on"', '!!bool true', '!!str true'],
    says: /privileged: true/,
  },
  {
    name: 'host network',
    key: 'network_mode',
    word: ['', 'host', ''],
    values: ['host', '"host"', "'host'", '!!str host', '"\\x68ost"', '"ho\\\n      st"'],
    says: /network_mode: host/,
  },
  { name: 'host pid', key: 'pid', word: ['', 'host', ''], values: ['host', '"host"', "'host'"], says: /pid: host/ },
  {
    name: 'host folder',
    key: 'volumes',
    word: ['[', '/etc', ':/h]'],
    values: [
      '["/etc:/h"]',
      '\n  - /etc:/h',
      '["/etc:/h:ro"]',
      '[{type: bind, source: /etc, target: /h}]',
      '\n  - type: bind\n    source: /etc\n    target: /h\n    read_only: true',
      '["/usr/../etc:/h"]',
      '["/etc/:/h"]',
      '["//etc:/h"]',
      '["/e\\x74c:/h"]',
    ],
    says: /volumes: \/.*etc/,
  },
  {
    name: 'engine socket',
    key: 'volumes',
    values: [
      '["/var/run/docker.sock:/s"]',
      '["/var/run/docker.sock:/s:ro"]',
      '["/run/docker.sock:/s"]',
      '["/var/run:/s"]',
      '[{type: bind, source: /var/run/docker.sock, target: /s, bind: {create_host_path: false}}]',
    ],
    says: /owns the host/,
  },
  {
    name: 'capability',
    key: 'cap_add',
    word: ['[', 'SYS_ADMIN', ']'],
    values: ['[SYS_ADMIN]', '["sys_admin"]', '[CAP_SYS_ADMIN]', '\n  - SYS_ADMIN', '["cap_Sys_Admin"]'],
    says: /cap_add: SYS_ADMIN/,
  },
  { name: 'device', key: 'devices', values: ['["/dev/kmsg:/dev/kmsg"]', '["/dev/kmsg"]', '\n  - /dev/kmsg:/dev/kmsg:rwm'], says: /devices/ },
  {
    name: 'security',
    key: 'security_opt',
    values: ['[seccomp=unconfined]', '["seccomp:unconfined"]', "['apparmor=unconfined']", '\n  - label=disable'],
    says: /security_opt/,
  },
  {
    name: 'driver',
    key: 'volumes',
    values: ['["v1:/h"]', '[{type: volume, source: v1, target: /h}]'],
    top: 'volumes: {v1: {driver: local, driver_opts: {type: none, o: bind, device: /etc}}}\n',
    says: /volumes\.v1: driver_opts/,
  },
  {
    name: 'secret',
    key: 'secrets',
    values: ['[k1]', '[{source: k1, target: /x}]', '\n  - k1'],
    top: 'secrets: {k1: {file: /etc/shadow}}\n',
    says: /secrets\.k1: file: \/etc\/shadow/,
  },
]

/** How the option gets into the service. */
const roads: Record<string, (key: string, value: string, top: string) => Files> = {
  plainly: (key, value, top) => file(`${key}: ${indented(value, 4)}`, top),
  'quoted key': (key, value, top) => file(`"${key}": ${indented(value, 4)}`, top),
  'key with an escape': (key, value, top) => file(`"\\x${key.charCodeAt(0).toString(16)}${key.slice(1)}": ${indented(value, 4)}`, top),
  'explicit key': (key, value, top) => file(`? ${key}\n    : ${indented(value, 4)}`, top),
  'merge key': (key, value, top) => ({ 'compose.yaml': `x-a: &a\n  ${key}: ${indented(value, 2)}\nservices:\n  web:\n    image: nginx:1\n    <<: *a\n${top}` }),
  'list of merges': (key, value, top) => ({
    'compose.yaml': `x-a: &a\n  ${key}: ${indented(value, 2)}\nx-b: &b {tty: true}\nservices:\n  web:\n    <<: [*b, *a]\n    image: nginx:1\n${top}`,
  }),
  'merge of a merge': (key, value, top) => ({
    'compose.yaml': `x-a: &a\n  ${key}: ${indented(value, 2)}\nx-b: &b\n  <<: *a\n  tty: true\nservices:\n  web:\n    <<: *b\n    image: nginx:1\n${top}`,
  }),
  'anchored value': (key, value, top) => ({
    'compose.yaml': `x-a:\n  it: &a ${indented(value, 2)}\nservices:\n  web:\n    image: nginx:1\n    ${key}: *a\n${top}`,
  }),
  'anchored service': (key, value, top) => ({
    'compose.yaml': `x-a: &a\n  image: nginx:1\n  ${key}: ${indented(value, 2)}\nservices:\n  web: *a\n${top}`,
  }),
  'extends here': (key, value, top) => ({
    'compose.yaml': `services:\n  web: {extends: {service: wide}}\n  wide:\n    image: nginx:1\n    ${key}: ${indented(value, 4)}\n${top}`,
  }),
  'extends a file': (key, value, top) => ({
    'compose.yaml': `services:\n  web: {extends: {file: sub/b.yml, service: base}}\n${top}`,
    'sub/b.yml': `services:\n  base:\n    image: nginx:1\n    ${key}: ${indented(value, 4)}\n`,
  }),
  'extends what extends': (key, value, top) => ({
    'compose.yaml': `services:\n  web: {extends: {file: b.yml, service: base}}\n${top}`,
    'b.yml': `services:\n  base: {extends: {service: root}}\n  root:\n    image: nginx:1\n    ${key}: ${indented(value, 4)}\n`,
  }),
  include: (key, value, top) => ({
    'compose.yaml': `include: [{path: b.yml}]\nservices: {other: {image: nginx:1}}\n`,
    'b.yml': `services:\n  web:\n    image: nginx:1\n    ${key}: ${indented(value, 4)}\n${top}`,
  }),
  json: (key, value, top) => ({ 'compose.yaml': dump(`services:\n  web:\n    image: nginx:1\n    ${key}: ${indented(value, 4)}\n${top}`) }),
}

/** A word by interpolation: by a default, or by the folder's own .env. */
const interpolations: Record<string, (word: string) => { text: string; dotenv: string }> = {
  ':-': (word) => ({ text: `${dollar}{X_NO:-${word}}`, dotenv: '' }),
  '-': (word) => ({ text: `${dollar}{X_NO-${word}}`, dotenv: '' }),
  nested: (word) => ({ text: `${dollar}{X_NO:-${dollar}{Y_NO:-${word}}}`, dotenv: '' }),
  '.env': (word) => ({ text: `${dollar}{X_YES}`, dotenv: `X_YES=${word}\n` }),
  'without braces': (word) => ({ text: `${dollar}X_YES`, dotenv: `export X_YES='${word}'\n` }),
  ':+': (word) => ({ text: `${dollar}{X_YES:+${word}}`, dotenv: 'X_YES=1\n' }),
  'in parts': (word) => ({ text: `${word.slice(0, 1)}${dollar}{X_YES}`, dotenv: `X_YES=${word.slice(1)}\n` }),
}

export interface Spelling {
  danger: Danger
  road: string
  value: string
  files: Files
}

/** The plainest spelling of a danger: all others must be refused in the same words. */
export function plainSpelling(danger: Danger): Spelling {
  return spelled(danger, 'plainly', danger.values[0] ?? '', '')
}

/** Any way to write any of them. */
export const spellings: fc.Arbitrary<Spelling> = fc.constantFrom(...dangers).chain((danger) => {
  const road = fc.constantFrom(...Object.keys(roads))
  const written = fc.tuple(road, fc.constantFrom(...danger.values)).map(([by, value]) => spelled(danger, by, value, ''))
  if (danger.word === undefined) return written
  const [before, word, after] = danger.word
  const interpolated = fc.tuple(road, fc.constantFrom(...Object.keys(interpolations))).map(([by, how]) => {
    const { text, dotenv } = interpolations[how]?.(word) ?? { text: word, dotenv: '' }
    return spelled(danger, by, before === '' ? `"${text}"` : `["${text}${after.slice(0, -1)}"]`, dotenv)
  })
  return fc.oneof(written, interpolated)
})

function spelled(danger: Danger, road: string, value: string, dotenv: string): Spelling {
  const files = roads[road]?.(danger.key, value, danger.top ?? '') ?? {}
  return { danger, road, value, files: dotenv === '' ? files : { ...files, '.env': dotenv } }
}

function file(line: string, top: string): Files {
  return { 'compose.yaml': `services:\n  web:\n    image: nginx:1\n    ${line}\n${top}` }
}

/** Lines of a block under a key that stands that far in. */
function indented(value: string, by: number): string {
  return value.replaceAll('\n', `\n${' '.repeat(by)}`)
}

/** The same file as JSON, which is YAML too. */
function dump(text: string): string {
  return JSON.stringify(parse(text))
}
