import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failedStep, nothingBuilt, stepsOf, withBuildLine } from '../../src/docker/build-progress.ts'
import { readEvent } from '../../src/docker/event-line.ts'
import { nameAndTag } from '../../src/docker/pull.ts'
import { bytesOf, type Layers, type PullLine, withLine } from '../../src/docker/pull-progress.ts'
import { createDemultiplexer } from '../../src/engine-api/demultiplex.ts'
import { createLineCutter } from '../../src/engine-api/lines.ts'
import { registryOf, serverAddress } from '../../src/registry-host.ts'

const text = fc.array(fc.constantFrom('a', 'é', '🙂', '\n', ' '), { maxLength: 60 }).map((parts) => parts.join(''))

describe('what the engine streams', () => {
  test('lines are the same however the bytes are cut', () => {
    fc.assert(
      fc.property(text, fc.array(fc.nat(7), { minLength: 1 }), (all, sizes) => {
        const cutter = createLineCutter(1000)
        const lines = [...cut(Buffer.from(all), sizes).flatMap((chunk) => cutter.push(chunk)), ...cutter.end()]
        expect(lines).toEqual(
          all === ''
            ? []
            : all
                .replace(/\n$/, '')
                .split('\n')
                .slice(0, all === '\n' ? 1 : undefined),
        )
      }),
    )
  })

  test('a line without an end comes in pieces, not as a heap of memory', () => {
    const cutter = createLineCutter(4)

    expect([...cutter.push(Buffer.from('abcdefghij')), ...cutter.end()]).toEqual(['abcd', 'efgh', 'ij'])
  })

  test('frames are taken apart the same however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 30 }))), fc.array(fc.nat(7), { minLength: 1 }), (frames, sizes) => {
        const got = { stdout: [] as number[], stderr: [] as number[] }
        const push = createDemultiplexer((stream, payload) => got[stream].push(...payload))
        for (const chunk of cut(Buffer.concat(frames.map(([stream, payload]) => frame(stream, payload))), sizes)) push(chunk)
        const of = (wanted: number) => frames.filter(([stream]) => stream === wanted).flatMap(([, payload]) => [...payload])
        expect(got).toEqual({ stdout: of(1), stderr: of(2) })
      }),
    )
  })

  test('an event is its head: the command of a check is nobody’s verdict', () => {
    const labels = { 'torii.deployment': 'd', 'torii.revision': '2' }
    const line = (Action: string) => JSON.stringify({ Action, timeNano: 1_700_000_000_123_456_800, Actor: { ID: 'c', Attributes: labels } })

    expect(readEvent(line('exec_start: sh -c echo health_status: healthy'))).toEqual({
      event: { is: 'container', ref: { deployment: 'd', revision: 2 }, id: 'c', action: 'exec_start' },
      at: '1700000000.123457',
    })
    expect(readEvent(line('health_status: healthy')).event).toMatchObject({ action: 'health_status' })
    expect(readEvent(line('die')).event).toMatchObject({ action: 'die' })
    expect(readEvent('{"Action":"start","Actor":{"ID":"proxy","Attributes":{}}}').event).toBeNull()
    expect(readEvent('{"Action":').event).toEqual({ is: 'gap' })
  })

  test('the bytes of a pull are summed over its layers and never counted twice', () => {
    const lines: PullLine[] = [
      { status: 'Pulling from library/x', id: '1' },
      { status: 'Pulling fs layer', id: 'a', progressDetail: {} },
      { status: 'Downloading', id: 'a', progressDetail: { current: 10, total: 100 } },
      { status: 'Downloading', id: 'b', progressDetail: { current: 5, total: 50 } },
      { status: 'Download complete', id: 'a', progressDetail: {} },
      { status: 'Extracting', id: 'a', progressDetail: { current: 1, total: 100 } },
      { status: 'Pull complete', id: 'b', progressDetail: {} },
    ]
    const seen: Layers[] = []
    lines.reduce((layers: Layers, line) => {
      const next = withLine(layers, line)
      seen.push(next)
      return next
    }, new Map())

    expect(seen.map(bytesOf).map(({ current, total }) => `${current}/${total}`)).toEqual(['0/0', '0/0', '10/100', '15/150', '105/150', '105/150', '150/150'])
  })

  test.each([
    ['busybox', 'busybox', 'latest', 'https://index.docker.io/v1/'],
    ['a/b:1', 'a/b', '1', 'https://index.docker.io/v1/'],
    ['localhost:5000/b', 'localhost:5000/b', 'latest', 'localhost:5000'],
    ['r.example:5000/a/b:1@sha256:00', 'r.example:5000/a/b', 'sha256:00', 'r.example:5000'],
  ])('%s is pulled as %s and %s from %s', (ref, fromImage, tag, registry) => {
    expect(nameAndTag(ref)).toEqual({ fromImage, tag })
    expect(serverAddress(registryOf(ref))).toBe(registry)
  })

  test('a failed build names its step and what that printed', () => {
    const data = Buffer.from('one\ntwo\n').toString('base64')
    const done = { digest: 'a', name: '[1/2] FROM x', completed: 'now' }
    const build = [
      { vertexes: [done, { digest: 'b', name: '[2/2] RUN false' }] },
      { logs: [{ vertex: 'b', data }] },
      { vertexes: [{ digest: 'b', name: '[2/2] RUN false', completed: 'now', error: 'exit code: 1' }] },
    ].reduce(withBuildLine, nothingBuilt)

    expect(failedStep(build)).toEqual({ name: '[2/2] RUN false', error: 'exit code: 1', lines: ['one', 'two'] })
    expect(stepsOf(build)).toEqual({ current: 2, total: 2, detail: '[2/2] RUN false' })
  })
})

function cut(bytes: Buffer, sizes: number[]): Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = (sizes[index % sizes.length] ?? 0) + 1
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  return chunks
}

function frame(stream: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(payload.length, 4)
  return Buffer.concat([header, payload])
}
