import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { failures } from '../../src/deploy/failure.ts'
import { earlyLooks } from '../../src/deploy/probe-routes.ts'

const reference = readFileSync(join(import.meta.dirname, '../../docs/reference.md'), 'utf8')
const source = readFileSync(join(import.meta.dirname, '../../src/config.ts'), 'utf8')

describe('docs/reference.md', () => {
  test('names the early looks of the probe', () => {
    expect(reference).toContain(`with fast start also after ${earlyLooks.slice(0, -1).join(', ')} and ${earlyLooks.at(-1)} ms`)
  })

  test('names every exit code of a failure', () => {
    const [listed = ''] = /## Exit codes\n\n[\s\S]*?\n\n/.exec(reference) ?? []

    for (const { exit } of Object.values(failures)) expect(listed).toMatch(new RegExp(`(^|\\s)${exit} \\w`, 'm'))
  })

  test('names every variable that is read', () => {
    const names = new Set(source.match(/\b(TORII|KAMIWAZA|DOCKER)_[A-Z_]+\b/g))

    for (const name of names) expect(reference).toContain(`\`${name}\``)
  })

  test('names the defaults of the server', () => {
    const { apiPort, proxyApiPort, httpsPort, ports, bind, publicHost, subnetPool, ...more } = readConfig({})
    const { traefikImage, pullTimeout, concurrency, logLevel, mountLimit } = more
    const defaults = {
      ...{ TORII_API_PORT: apiPort, TORII_PROXY_API_PORT: proxyApiPort, TORII_HTTPS_PORT: httpsPort, TORII_PORTS: `${ports.first}-${ports.last}` },
      ...{ TORII_BIND: bind, TORII_PUBLIC_HOST: publicHost, TORII_SUBNET_POOL: subnetPool, TORII_TRAEFIK_IMAGE: traefikImage },
      ...{ TORII_PULL_TIMEOUT: pullTimeout / 1000, TORII_CONCURRENCY: concurrency, TORII_MOUNT_LIMIT: mountLimit / 1024 ** 2, TORII_LOG: logLevel },
    }

    for (const [name, value] of Object.entries(defaults)) expect(reference).toContain(`| \`${name}\` | ${value} |`)
  })
})
