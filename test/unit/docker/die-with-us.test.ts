import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { until } from '../../scenarios/until.ts'

const runner = join(import.meta.dirname, '../../../src/docker/run-program.ts')

/** A server that runs a program. */
const script = `import { runProgram } from ${JSON.stringify(runner)}
await runProgram({ file: '/bin/sleep', args: ['9876'], cwd: '/', env: {}, within: 60_000 })`

const isThere = (pid: number) => existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')

test.runIf(process.platform === 'linux')('a program that a killed server ran ends with it', async () => {
  const server = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'ignore' })
  const pid = server.pid as number
  const children = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)
  const commandOf = (child: number) => readFileSync(`/proc/${child}/cmdline`, 'utf8')
  const child = await until('the program', async () => children().find((each) => each > 0 && commandOf(each).startsWith('/bin/sleep')))

  server.kill('SIGKILL')

  await until('its end', async () => !isThere(child))
  expect(isThere(child)).toBe(false)
})
