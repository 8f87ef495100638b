import { expect, test } from 'vitest'
import { buildCommand } from '../../../src/docker/build-command.ts'

const withArgs = (args: Record<string, string>) => buildCommand({ args, target: null }, 'tag:r1', null, { context: '.', dockerfile: '/d', configFolder: '/c' })

test.each([
  'NPM_TOKEN',
  'REGISTRY_PAT',
  'GITHUB_TOKEN',
  'GOOGLE_API_KEY',
  'LDAP_PASSWORD',
  'SSL_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'DATABASE_URL',
  'PORT',
  'x',
  'GIT_TOKEN',
  'DOCKER_PASSWORD',
  'SSH_PRIVATE_KEY',
])('the value of %s is on no command line', (name) => {
  const command = withArgs({ [name]: 'hush' })

  expect(command.env).toEqual({ [name]: 'hush' })
  expect(command.args).toContain(`--build-arg=${name}`)
  expect(command.args.join(' ')).not.toContain('hush')
})

test.each([
  ...['PATH', 'HOME', 'TMPDIR', 'DOCKER_HOST', 'DOCKER_AUTH_CONFIG', 'BUILDX_EXPERIMENTAL', 'BUILDKIT_SYNTAX', 'HTTP_PROXY', 'https_proxy', 'GODEBUG'],
  ...['LD_PRELOAD', 'GIO_EXTRA_MODULES', 'GCONV_PATH', 'BASH_ENV', 'NODE_OPTIONS', 'GNUPGHOME', 'PASSWORD_STORE_DIR', 'AWS_CONFIG_FILE', 'SSL_CERT_DIR'],
  ...['DBUS_SESSION_BUS_ADDRESS', 'a b', 'A=B', '1'],
])('%s does not get into the environment of buildx', (name) => {
  const command = withArgs({ [name]: 'v' })

  expect(command.env).toEqual({})
  expect(command.args).toContain(`--build-arg=${name}=v`)
})

test('a cache mount is shared with no other deployment, whatever the file gives', () => {
  const { args } = withArgs({ BUILDKIT_CACHE_MOUNT_NS: 'torii/another-web', 'BUILDKIT_CACHE_MOUNT_NS=torii/another-web': '' })

  expect(args.findLast((each) => each.includes('BUILDKIT_CACHE_MOUNT_NS'))).toBe('--build-arg=BUILDKIT_CACHE_MOUNT_NS=tag')
})
