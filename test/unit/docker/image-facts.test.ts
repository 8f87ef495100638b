import { expect, test } from 'vitest'
import { imageFactsOf } from '../../../src/docker/image-facts.ts'

const ours = `sha256:${'a'.repeat(64)}`
const theirs = `sha256:${'b'.repeat(64)}`

test.each([
  ['busybox:stable', [`127.0.0.1:5000/op-priv@${theirs}`, `busybox@${ours}`], `busybox@${ours}`],
  ['docker.io/library/busybox', [`busybox@${ours}`], `busybox@${ours}`],
  ['busybox:stable', [`127.0.0.1:5000/op-priv@${theirs}`], null],
  ['127.0.0.1:5000/op-priv', [`busybox@${ours}`, `127.0.0.1:5000/op-priv@${theirs}`], `127.0.0.1:5000/op-priv@${theirs}`],
  ['busybox:stable', null, null],
])('the digest of %s is of its own repository', (ref, digests, expected) => {
  expect(imageFactsOf({ Id: ours, RepoDigests: digests, Os: 'linux', Architecture: 'amd64', Size: 1 }, ref).digest).toBe(expected)
})
