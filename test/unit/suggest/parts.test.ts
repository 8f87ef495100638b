import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { candidatesFor, commandOf } from '../../../src/suggest/candidates.ts'
import { composeForm, dockerfileForm, toriiForm } from '../../../src/suggest/forms.ts'
import { listeningIn } from '../../../src/suggest/sockets.ts'
import { trialRef } from '../../../src/suggest/trial.ts'

test('the sockets that listen are read out of both tables, without the engine’s own name server', () => {
  const text = `  sl  local_address rem_address   st tx_queue
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1
   1: 0B00007F:A3C1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2
   2: 0100007F:0016 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 3
  sl  local_address                         remote_address
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0
   1: 00000000000000000000000001000000:1538 00000000000000000000000000000000:0000 0A 0
   2: 0000000000000000FFFF00000100007F:1539 00000000000000000000000000000000:0000 0A 0
`

  expect(listeningIn(text)).toEqual([
    { address: '::', port: 80 },
    { address: '::1', port: 5432 },
    { address: '127.0.0.1', port: 5433 },
    { address: '127.0.0.1', port: 8080 },
  ])
  expect(listeningIn('\u001b[31mnonsense\n 0: zz:zz')).toEqual([])
})

describe('what is printed', () => {
  const bash = candidatesFor({ port: 80, path: '/health' }).find(({ tool }) => tool === 'bash')?.test ?? []

  test('the Compose form is YAML that Compose reads back as exactly what was tried', () => {
    const { healthcheck } = parse(composeForm(bash)) as { healthcheck: { test: string[] } }

    expect(healthcheck).toMatchObject({ interval: '10s', timeout: '5s', start_period: '30s', retries: 3 })
    expect(healthcheck.test.map((part) => part.replaceAll('$$', '$'))).toEqual(bash)
    expect(composeForm(bash)).not.toMatch(/(?<!\$)\$(\$\$)*(?!\$)/)
  })

  test('the Dockerfile form is the exec form with the guide’s timings', () => {
    expect(dockerfileForm(['CMD', 'curl', '-f', 'http://127.0.0.1:80/'])).toBe(
      'HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \\\n    CMD ["curl","-f","http://127.0.0.1:80/"]',
    )
  })

  test('a check of ours is YAML', () => {
    expect(parse(toriiForm(8000, '/health'))).toEqual({ 'x-torii': { healthcheck: { http: '/health', port: 8000 } } })
    expect(parse(toriiForm(5432, null))).toEqual({ 'x-torii': { healthcheck: { tcp: 5432 } } })
  })
})

test('a check is run as Docker runs it: exec form by itself, shell form by the image’s sh', () => {
  expect(commandOf(['CMD', 'curl', 'x'])).toEqual(['curl', 'x'])
  expect(commandOf(['CMD-SHELL', 'curl x || exit 1'])).toEqual(['/bin/sh', '-c', 'curl x || exit 1'])
})

test('databases are asked with their own programs, HTTP never', () => {
  const tools = (path: string | null) => candidatesFor({ port: 5432, path }).map(({ tool }) => tool)

  expect(tools(null)).toEqual(expect.arrayContaining(['pg_isready', 'redis-cli', 'mysqladmin', 'nc', 'bash']))
  expect(tools('/')).toEqual(
    expect.arrayContaining(['curl', 'wget', 'python3 (httpx)', 'python3 (requests)', 'python3 (urllib)', 'node', 'busybox wget', 'bash']),
  )
})

test('the trials of an instance have one name, and no two instances share it', () => {
  expect(trialRef('a')).toEqual(trialRef('a'))
  expect(trialRef('a').deployment).not.toBe(trialRef('b').deployment)
  expect(trialRef('a').deployment).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
})
