import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { asScript, gapIn, variablesInScript, variablesInWords } from '../../../../src/deploy/causes/variables.ts'
import type { Blanks } from '../../../../src/deploy/record.ts'
import { aCase, factsOf, type Told } from './a-case.ts'

const withBlanks = (told: Told, blanks: Blanks) => {
  const seen = aCase(told)
  return { ...seen, revision: { ...seen.revision, source: { ...seen.revision.source, blanks: { web: blanks } } } }
}
const unhealthy = (check: string | string[], said: string, variables: string[], more: Partial<Told> = {}): Told => ({
  reason: 'container_unhealthy',
  check,
  attempts: [[1, said]],
  seen: { facts: factsOf({ variables }) },
  ...more,
})
const ended = (command: string[], logs: string, facts: Parameters<typeof factsOf>[0] = {}): Told => ({
  reason: 'container_exited',
  check: null,
  seen: { state: 'exited', exitCode: 1, logs, facts: factsOf({ command, ...facts }) },
})

test.each([
  ['wget http://127.0.0.1:$PORT/', ['PORT']],
  ['[ "$(cat /tmp/a)" = "${TOKEN}" ]', ['TOKEN']],
  ["ps | awk '{print $NF}'", []],
  [`test "$(awk '{print $NF}' /tmp/a)" -gt 0`, []],
  ['PORT=80; wget http://127.0.0.1:$PORT/', []],
  ['for NAME in a b; do test -e /tmp/$NAME; done', []],
  ['wget http://127.0.0.1:${PORT:-8000}/', []],
  ['test -e $HOME/ready', []],
  ['echo \\$PORT', []],
])('a script uses the variables that its shell puts in, and nothing else: %s', (script, names) => {
  expect(variablesInScript(script)).toEqual(names)
})

test('of words that no shell reads every variable stays', () => {
  expect(variablesInWords(['gunicorn', '-b', '0.0.0.0:$PORT', '${APP_NAME}:app', 'a$', '$1'])).toEqual(['PORT', 'APP_NAME'])
})

test.each([
  [['wget', '-q', 'http://127.0.0.1:$PORT/'], 'wget -q http://127.0.0.1:$PORT/'],
  [['sh', 'a b', 'x;y'], 'sh "a b" "x;y"'],
  [['echo', '"a"'], `echo '"a"'`],
  [['echo', `"it's"`], null],
])('words become a line that a shell takes apart again: %j', (words, line) => {
  expect(asScript(words)).toBe(line)
})

test.each(['[ "" = "" ]', 'test "$(cat /a)" = ""', 'wget http://127.0.0.1:/health', '[ -n ]', 'app --port= --host=a'])('a gap shows: %s', (text) => {
  expect(gapIn(text)).not.toBe(null)
})

test.each([
  'test $(ls | wc -l) -gt 0',
  '[ $(curl -s -o /dev/null -w "%{http_code}" http://a/) -eq 200 ]',
  'wget http://127.0.0.1:8000/',
  '[ "$A" = "b" ]',
  'curl -f http://a/?x=1',
])('nothing is missing: %s', (text) => {
  expect(gapIn(text)).toBe(null)
})

// Docker 26.1.5, Compose 2.26, busybox 1.35, gunicorn 23, uvicorn 0.38, Node.js 24.
test.each<[string, boolean, ReturnType<typeof aCase>, RegExp, string]>([
  [
    'dollar-eaten',
    true,
    withBlanks(unhealthy('wget http://127.0.0.1:/', "wget: bad port ''", ['PORT']), {
      test: { names: ['PORT'], words: ['CMD-SHELL', 'wget http://127.0.0.1:$PORT/'] },
    }),
    /put nothing in the place of `\$PORT` in the health check of web/,
    'test: ["CMD-SHELL", "wget http://127.0.0.1:$$PORT/"]',
  ],
  [
    'dollar-eaten',
    true,
    withBlanks(unhealthy(['wget', 'http://127.0.0.1:/'], "wget: bad port ''", [], { sockets: ['0.0.0.0:8000'] }), {
      test: { names: ['PORT'], words: ['CMD', 'wget', 'http://127.0.0.1:$PORT/'] },
    }),
    /\$PORT/,
    'test: ["CMD-SHELL", "wget http://127.0.0.1:$$PORT/"]`, with the `$` doubled, so that the container’s own value is taken; and in the Compose file, under `services: web: environment:`, write `PORT: "8000"`',
  ],
  [
    'dollar-eaten',
    false,
    withBlanks(unhealthy('pg_isready -U ', '127.0.0.1:5432 - no response', ['PGUSER']), { test: { names: ['PGUSER'], words: ['pg_isready -U $PGUSER'] } }),
    /\$PGUSER/,
    '"pg_isready -U $$PGUSER"',
  ],
  [
    'check-variable-unset',
    true,
    aCase(unhealthy('wget http://127.0.0.1:$APP_PORT/', "wget: bad port ''", ['PATH'], { sockets: ['0.0.0.0:8000'] })),
    /uses `\$APP_PORT`, which is not set in its container/,
    'environment:`, write `APP_PORT: "8000"`',
  ],
  ['check-variable-unset', false, aCase(unhealthy('/check.sh $EXTRA', 'the queue is full', ['PATH'])), /\$EXTRA/, 'EXTRA: the-value'],
  [
    'check-dollar-literal',
    true,
    aCase(unhealthy(['wget', 'http://127.0.0.1:$PORT/'], "wget: bad port '$PORT'", ['PORT'])),
    /asks for `\$PORT` as it is written/,
    'test: ["CMD-SHELL", "wget http://127.0.0.1:$$PORT/"]',
  ],
  [
    'command-dollar-literal',
    true,
    aCase(ended(['gunicorn', '-b', '0.0.0.0:$PORT', 'app:app'], "Error: '$PORT' is not a valid port number.", { variables: ['PORT'] })),
    /is started with `\$PORT` as it is written/,
    'command: ["sh", "-c", "exec gunicorn -b 0.0.0.0:$$PORT app:app"]',
  ],
  [
    'command-dollar-literal',
    true,
    aCase(
      ended(['--port', '${PORT}'], "Error: Invalid value for '--port': '${PORT}' is not a valid integer.", {
        entrypoint: ['uvicorn', 'app:app'],
        variables: [],
      }),
    ),
    /\$PORT/,
    'entrypoint: ["sh", "-c", "exec uvicorn app:app --port $${PORT}"]` and `command: []`; and in the Compose file, under `services: web: environment:`, write `PORT: "8000"`',
  ],
  [
    'command-dollar-literal',
    true,
    aCase({
      ...unhealthy('wget http://127.0.0.1:8000/', 'wget: server returned error: HTTP/1.1 404 Not Found', ['STATIC_DIR']),
      processes: ['python -m http.server --directory $STATIC_DIR 8000'],
      seen: { facts: factsOf({ command: ['python', '-m', 'http.server', '--directory', '$STATIC_DIR', '8000'], variables: ['STATIC_DIR'] }) },
    }),
    /\$STATIC_DIR/,
    '--directory $$STATIC_DIR 8000',
  ],
  [
    'command-dollar-eaten',
    true,
    withBlanks(ended(['gunicorn', '-b', '0.0.0.0:', 'app:app'], "Error: '' is not a valid port number.", { variables: ['PORT'] }), {
      command: { names: ['PORT'], words: ['gunicorn', '-b', '0.0.0.0:$PORT', 'app:app'] },
    }),
    /put nothing in the place of `\$PORT` in the command of web/,
    'command: ["sh", "-c", "exec gunicorn -b 0.0.0.0:$$PORT app:app"]',
  ],
  [
    'command-dollar-eaten',
    true,
    withBlanks(ended(['sh', '-c', 'gunicorn -b 0.0.0.0: app:app'], "Error: '' is not a valid port number.", { variables: ['PORT'] }), {
      command: { names: ['PORT'], words: ['sh -c "gunicorn -b 0.0.0.0:$PORT app:app"'] },
    }),
    /\$PORT/,
    'command: "sh -c \\"gunicorn -b 0.0.0.0:$$PORT app:app\\""',
  ],
  [
    'command-dollar-eaten',
    false,
    withBlanks(ended(['app'], 'bye'), { command: { names: ['EXTRA'], words: ['app $EXTRA'] } }),
    /\$EXTRA/,
    '["sh", "-c", "exec app $$EXTRA"]',
  ],
  [
    'port-variable-empty',
    true,
    aCase(
      ended(['node', 'server.js'], "RangeError [ERR_SOCKET_BAD_PORT]: options.port should be >= 0 and < 65536. Received type string ('').", {
        variables: ['PORT'],
        empty: ['PORT'],
      }),
    ),
    /its variable PORT, which names its port, is empty/,
    'PORT: "8000"',
  ],
])('%s, certain: %s', (id, certain, seen, sentence, fix) => {
  const { causes, trouble } = findCauses(seen)
  const cause = causes.find((each) => each.id === id)

  expect(cause?.sentence).toMatch(sentence)
  expect(cause?.fix).toContain(fix)
  expect(cause?.tellsApart === null).toBe(certain)
  if (certain) expect(trouble.fix).toContain(fix)
})

test('what a shell reads, or a script in front may put in, is no literal dollar', () => {
  const shell = aCase(ended(['sh', '-c', 'gunicorn -b 0.0.0.0:$PORT'], 'boom', { variables: ['PORT'] }))
  const running = aCase({
    ...unhealthy('wget http://127.0.0.1:8000/', 'x', ['PORT']),
    processes: ['gunicorn -b 0.0.0.0:8000'],
    seen: { facts: factsOf({ entrypoint: ['/entrypoint.sh'], command: ['gunicorn', '-b', '0.0.0.0:$PORT'], variables: ['PORT'] }) },
  })

  for (const seen of [shell, running]) expect(findCauses(seen).causes.map(({ id }) => id)).not.toContain('command-dollar-literal')
})
