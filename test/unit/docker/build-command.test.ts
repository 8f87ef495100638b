import { expect, test } from 'vitest'
import { buildCommand } from '../../../src/docker/build-command.ts'

test('a secret argument is not on the command line, and no argument changes what buildx does', () => {
  const args = { NPM_TOKEN: 'hush', PATH: '/x', DOCKER_AUTH_CONFIG: '{}', PORT: '80' }
  const build = { context: '/c', dockerfile: null, dockerfileInline: null, args, target: null }

  const command = buildCommand(build, 'tag:r1', null)

  expect(command.env).toEqual({ NPM_TOKEN: 'hush' })
  expect(command.args).toEqual(
    expect.arrayContaining(['--build-arg=NPM_TOKEN', '--build-arg=PATH=/x', '--build-arg=DOCKER_AUTH_CONFIG={}', '--build-arg=PORT=80']),
  )
  expect(command.args.join(' ')).not.toContain('hush')
})
