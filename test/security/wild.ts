import { randomOf } from '../unit/lint/compose-files.ts'
import facts from './facts/compose-frequencies.json' with { type: 'json' }
import { formsOf } from './wild-forms.ts'

type Row = (string | number)[]

/** What a generator draws from: a seeded chance, and the measured frequencies. */
export interface Dice {
  /** Between 0 and 1. */
  random(): number
  /** One of these, each as likely. */
  one<T>(things: readonly [T, ...T[]]): T
  /** One name of a table, as often as it was counted. */
  drawn(table: keyof typeof facts): string
}

export interface WildFile {
  files: Record<string, string>
  env: Record<string, string>
}

/** Services and files that were counted. */
const { services: allServices, files: allFiles } = facts.tot

/**
 * An extension as they are in the wild, the same for the same seed: how many services it has, which options those have and in which forms is drawn
 * from what was counted over 2,372 public files with 4,964 services (facts/compose-frequencies.json).
 */
export function wildFile(seed: number): WildFile {
  const dice = diceOf(randomOf(seed))
  const names = Array.from(
    { length: Math.max(1, Number.parseInt(dice.drawn('nsvc'), 10) || 1) },
    (_, at) => `${['web', 'db', 'cache', 'worker', 'api', 'init'][at % 6]}${at > 5 ? at : ''}`,
  )
  const services = names.flatMap((name, at) => [`  ${name}:`, ...optionsOf(dice, name, names.slice(0, at)).map((line) => `    ${line}`)])
  const text = [...headOf(dice), 'services:', ...services, ...topOf(dice), ''].join('\n')
  const dockerfile = /build:/.test(text) ? { Dockerfile: 'FROM busybox:stable\n' } : {}
  return {
    files: {
      'compose.yaml': text,
      'my.env': 'A=1\n',
      'conf/app.conf': 'x\n',
      ...dockerfile,
      ...(dice.random() < 0.3 ? { '.env': 'TAG=1.2\nDATA=./data\n' } : {}),
    },
    env: dice.random() < 0.5 ? { PASSWORD: 'p', DOMAIN: 'a.test' } : {},
  }
}

export function diceOf(random: () => number): Dice {
  return {
    random,
    one: (things) => things[Math.floor(random() * things.length)] ?? things[0],
    drawn: (table) => drawnFrom(facts[table] as Row[], random),
  }
}

function drawnFrom(rows: Row[], random: () => number): string {
  const total = rows.reduce((sum, [, count]) => sum + Number(count), 0)
  let left = random() * total
  for (const [what, count] of rows) {
    left -= Number(count)
    if (left <= 0) return String(what)
  }
  return String(rows[0]?.[0])
}

function headOf({ random }: Dice): string[] {
  const counted = Object.fromEntries(facts.topfiles as [string, number][])
  return [
    ...(random() < (counted['version'] ?? 0) / allFiles ? ['version: "3.8"'] : []),
    ...(random() < (counted['name'] ?? 0) / allFiles ? ['name: wild'] : []),
    'x-common: &common',
    '  TZ: UTC',
  ]
}

/** Volumes and networks that any service may name, each with what some files have. */
function topOf({ random, one }: Dice): string[] {
  const rare = (count: number) => random() < (count / allFiles) * 4
  return [
    'volumes:',
    `  data: ${rare(6) ? '{driver_opts: {type: none, o: bind, device: /srv}}' : rare(2) ? '{external: true}' : rare(9) ? '{name: shared_data}' : '{}'}`,
    'networks:',
    `  back: ${rare(11) ? '{external: true}' : rare(4) ? '{ipam: {config: [{subnet: 10.9.0.0/24}]}}' : rare(3) ? '{driver: overlay}' : one(['{}', '{internal: true}', '{driver: bridge}'])}`,
    'secrets:',
    `  key: ${one(['{file: ./my.env}', '{environment: PASSWORD}', '{file: /etc/ssl/key.pem}'])}`,
    'configs:',
    `  conf: ${one(['{content: "x"}', '{file: ./conf/app.conf}'])}`,
  ]
}

function optionsOf(dice: Dice, name: string, before: string[]): string[] {
  const forms = formsOf(dice, name, before)
  const kept = (facts.svckeys as [string, number][]).filter(([key, count]) => key !== 'image' && key !== 'build' && dice.random() < count / allServices)
  const image = dice.random() < 161 / allServices ? 'build: .' : `image: ${forms.image()}`
  const lines = kept.flatMap(([key]) => forms.option(key))
  // network_mode and networks exclude each other for Compose, and a file that has both is no file of the wild.
  const apart = lines.some((line) => line.startsWith('network_mode:')) ? lines.filter((line) => !line.startsWith('networks:')) : lines
  return [image, ...apart]
}
