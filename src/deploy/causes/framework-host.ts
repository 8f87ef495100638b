import type { Case } from './case.ts'
import { commandWords, withWords } from './command-words.ts'
import { write } from './rule.ts'
import { listLine } from './variables.ts'

/** What to write so that a program listens for all, by what runs and what it printed. */
const known: { runs: RegExp; add?: string[]; say: (port: number) => string }[] = [
  { runs: /\bflask run\b|\bflask\b.*\brun\b/, add: ['--host', '0.0.0.0'], say: () => 'add `--host 0.0.0.0` to its command' },
  { runs: /\buvicorn\b|\bhypercorn\b|\bfastapi\b/, add: ['--host', '0.0.0.0'], say: () => 'add `--host 0.0.0.0` to its command' },
  { runs: /\bgunicorn\b/, say: (port) => `add \`--bind 0.0.0.0:${port}\` to its command` },
  { runs: /\bstreamlit\b/, add: ['--server.address=0.0.0.0'], say: () => 'add `--server.address=0.0.0.0` to its command' },
  { runs: /manage\.py runserver/, say: (port) => `write \`runserver 0.0.0.0:${port}\` in its command` },
  {
    runs: /\bvite\b|\bnuxt|\bastro\b|\bng serve\b|\bwebpack[- ](?:dev-server|serve)\b/,
    add: ['--host', '0.0.0.0'],
    say: () => 'add `--host 0.0.0.0` to its command',
  },
  { runs: /\bnext\b/, say: () => 'set `HOSTNAME: 0.0.0.0` under its `environment:`' },
  { runs: /\b(?:rails|puma)\b/, add: ['-b', '0.0.0.0'], say: () => 'add `-b 0.0.0.0` to its command' },
  { runs: /\bphp -S\b/, say: (port) => `write \`php -S 0.0.0.0:${port}\` in its command` },
]

/** What tells its framework to listen for all, as far as what runs or its log tells the framework; else where to look. */
export function hostOfFramework(seen: Case, port: number): string {
  const words = commandWords(seen)
  const runs = [...(seen.seen?.processes ?? []), words.join(' ')].join('\n')
  const log = seen.seen?.logs ?? ''
  // What a script runs by itself takes no options of the command.
  const bySelf = /\* Serving Flask app|\* Running on http:\/\/127\.0\.0\.1/.test(log) && !/\bflask\b/.test(runs)
  if (bySelf) return 'in its code, write `app.run(host="0.0.0.0", …)`'
  if (/Uvicorn running on http:\/\/127\.0\.0\.1/.test(log) && !/uvicorn|fastapi|hypercorn/.test(words.join(' ')))
    return 'in its code, write `uvicorn.run(app, host="0.0.0.0", …)`'
  const found = known.find((each) => each.runs.test(runs))
  if (found === undefined) return 'its host or bind setting, in its command, its code or its `environment:`'
  if (/\bnext\b/.test(runs) && found.say(port).startsWith('set')) return write(seen.service, 'environment:', 'HOSTNAME: 0.0.0.0')
  const script = /^(?:npm|pnpm)$/.test(words[0] ?? '') && words[1] === 'run' ? ['--'] : []
  const swallowed = script.length > 0 ? passedOn(seen, words, found.add ?? []) : null
  if (swallowed !== null) return swallowed
  const direct = found.runs.test(words.join(' ')) || script.length > 0
  const line =
    found.add === undefined || !direct || words.includes(found.add[0] ?? '') ? null : withWords(seen, ...(words.includes('--') ? [] : script), ...found.add)
  return line ?? found.say(port)
}

/** npm 11 takes what stands behind the script for options of its own, unless `--` comes first. null: it does, or nothing stands there. */
function passedOn(seen: Case, words: string[], add: string[]): string | null {
  const { entrypoint = [], command = [] } = seen.seen?.facts ?? {}
  const options = words.slice(3)
  if (words[0] !== 'npm' || words.includes('--') || !options[0]?.startsWith('-') || entrypoint.length > 0 || command.length !== words.length) return null
  const more = add.length === 0 || options.includes(add[0] ?? '') ? options : [...options, ...add]
  return `${write(seen.service, '', listLine('command', [...words.slice(0, 3), '--', ...more]))}, as npm keeps what stands before \`--\` to itself`
}
