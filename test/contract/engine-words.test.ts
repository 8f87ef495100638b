import { describe, expect, test } from 'vitest'
import type { Reason } from '../../src/deploy/failure.ts'
import { createError, resolveError, warningsIn } from '../../src/docker/compose-words.ts'
import { type Doing, engineError, reasonOf } from '../../src/docker/engine-errors.ts'

describe('the words of engine, registry and Compose', () => {
  test.each<[Doing, string, Reason]>([
    ['pull', 'unauthorized: authentication required', 'registry_auth'],
    ['pull', 'Head "https://r.example/v2/x/manifests/1": unauthorized', 'registry_auth'],
    ['pull', 'denied: requested access to the resource is denied', 'registry_auth'],
    ['pull', 'manifest for r.example/x:1 not found: manifest unknown: manifest unknown', 'image_not_found'],
    [
      'pull',
      "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      'image_not_found',
    ],
    ['pull', 'failed to resolve reference "docker.io/library/x:1": docker.io/library/x:1: not found', 'image_not_found'],
    ['pull', 'toomanyrequests: You have reached your pull rate limit', 'registry_rate_limited'],
    ['pull', 'received unexpected HTTP status: 500 Internal Server Error', 'pull_failed'],
    ['pull', "error unmarshalling content: invalid character '<' looking for beginning of value", 'pull_failed'],
    ['pull', 'filesystem layer verification failed for digest sha256:00', 'pull_failed'],
    ['pull', 'unexpected EOF', 'pull_failed'],
    ['pull', 'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused', 'pull_failed'],
    ['pull', 'lookup registry.invalid on 10.0.0.1:53: no such host', 'pull_failed'],
    [
      'pull',
      'Get "https://r.example/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
      'pull_timeout',
    ],
    ['pull', 'no matching manifest for linux/amd64 in the manifest list entries', 'wrong_architecture'],
    ['pull', 'write /var/lib/docker/tmp/GetImageBlob1: no space left on device', 'disk_full'],
    ['start', 'exec: "/nope": stat /nope: no such file or directory', 'start_failed'],
    ['start', 'driver failed programming external connectivity: Bind for 0.0.0.0:18846 failed: port is already allocated', 'port_in_use'],
    ['start', 'Error starting userland proxy: listen tcp4 0.0.0.0:18844: bind: address already in use', 'port_in_use'],
    ['start', 'failed to set up container networking: Address already in use', 'start_failed'],
    ['start', 'exec /bin/sh: exec format error', 'wrong_architecture'],
    ['start', 'unable to find user nouser: no matching entries in passwd file', 'start_failed'],
    ['start', 'could not select device driver "" with capabilities: [[gpu]]', 'start_failed'],
    ['start', "no available IPv4 addresses on this network's address pools: x", 'network_exhausted'],
    ['create', 'Conflict. The container name "/x" is already in use by container "0a"', 'name_conflict'],
    ['create', 'Minimum memory limit allowed is 6MB', 'start_failed'],
    ['create', 'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network', 'network_exhausted'],
    ['create', 'all predefined address pools have been fully subnetted', 'network_exhausted'],
    ['create', 'Pool overlaps with other one on this address space', 'network_exhausted'],
    ['create', 'Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?', 'engine_unreachable'],
    [
      'create',
      "unable to get image 'x': failed to connect to the docker API at unix:///x.sock; check if the path is correct and if the daemon is running",
      'engine_unreachable',
    ],
    ['create', 'No such image: sha256:00', 'image_not_found'],
    ['create', 'validating /x/model.yaml: services.web Additional property y is not allowed', 'compose_invalid'],
  ])('%s: %s → %s', (doing, words, reason) => {
    expect(reasonOf(words, doing)).toBe(reason)
  })

  test('runc’s wrappers are taken off, the words stay', () => {
    const words =
      'failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/nope": stat /nope: no such file or directory: unknown'

    expect(engineError(new Error(words), 'start').trouble.detail).toBe('exec: "/nope": stat /nope: no such file or directory')
  })

  test('unknown words lose their control characters and their end', () => {
    const { detail } = engineError(new Error(`\u001b[31mbad\u0007${'x'.repeat(5000)}`), 'start').trouble

    expect(detail).not.toMatch(/\p{Cc}/u)
    expect(detail.length).toBeLessThanOrEqual(600)
  })

  test('Compose’s warnings are sentences', () => {
    const stderr = 'time="2026-01-01T00:00:00Z" level=warning msg="The \\"LISTEN_PORT\\" variable is not set. Defaulting to a blank string."\n'

    expect(warningsIn(stderr)).toEqual(['The "LISTEN_PORT" variable is not set. Defaulting to a blank string.'])
  })

  test('a file Compose cannot read keeps Compose’s last words', () => {
    const ended = { ok: false, stdout: '', cut: null, stderr: 'time="2026-01-01T00:00:00Z" level=warning msg=x\nyaml: line 6: did not find expected key\n' }

    expect(resolveError(ended).trouble).toMatchObject({ reason: 'compose_invalid', detail: 'yaml: line 6: did not find expected key' })
  })

  test('a Compose that does not end is a start that failed: the engine is there', () => {
    expect(createError({ ok: false, stdout: '', stderr: '', cut: 'late' }, 'p').trouble).toMatchObject({
      reason: 'start_failed',
      detail: 'Compose did not finish within 120 s',
    })
  })

  test('a container Compose cannot make is named by its service', () => {
    const stderr =
      ' Network p_default  Created\n Container p-my-db-1  Creating\n Container p-my-db-1  Error while Creating\nError response from daemon: Minimum memory limit allowed is 6MB\n'

    expect(createError({ ok: false, stdout: '', stderr, cut: null }, 'p').trouble).toMatchObject({
      reason: 'start_failed',
      service: 'my-db',
      detail: 'Minimum memory limit allowed is 6MB',
    })
  })
})
