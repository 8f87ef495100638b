import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseModel } from '../../../src/extension/model-text.ts'
import { foreignIn } from '../../../src/extension/policy/dockerfile-scan.ts'
import { findings } from '../../../src/extension/policy/policy.ts'
import { contextOf } from '../../../src/extension/world.ts'
import { aFolder, machine, ref, resolvedOf } from './makers.ts'

function rulesOf(folder: string, build: Record<string, unknown>, more: Record<string, unknown> = {}): string[] {
  const model = parseModel(resolvedOf({ web: { build: { context: folder, ...build }, ...more } }))
  return [...new Set(findings(model, contextOf(model, { folder }, ref, machine)).map(({ rule }) => rule.name))]
}

const inline = (text: string, more: Record<string, unknown> = {}, service: Record<string, unknown> = {}) =>
  rulesOf(aFolder(), { dockerfile_inline: text.replaceAll('$', '$$$$'), ...more }, service)

describe('a build takes no image of another deployment', () => {
  test.each([
    'FROM torii/6f0a1b2c3d4e-web:r1',
    'from --platform=linux/amd64 docker.io/torii/x AS y',
    'FROM "torii/x"',
    'FROM \\\n# a comment\n\n  tor\\\nii/x',
    '# escape=`\nFROM `\ntorii/x',
    'RUN echo \\\nFROM torii/x',
    'ARG A=torii/x\nFROM $A',
    'ARG A=tor\nARG B=$A\nFROM ${A}ii/x',
    'ARG A\nFROM ${A:-torii/x}',
    'FROM ${A%x}',
    'FROM nginx\nCOPY --from=torii/x /a /b',
    'FROM sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1',
    'ARG A=4bcff63911fc\nFROM $A',
    'FROM nginx\nCOPY --from=4bcff63911fc /a /b',
    'FROM docker.io/library/../torii/x',
    'FROM nginx\nONBUILD COPY --chown=1 --from=torii/x /a /b',
    'FROM nginx\nRUN --mount=type=bind,from=torii/x,target=/x cat /x/y',
    'FROM nginx\nRUN --mount=from=torii/x,target=/x cat /x/y',
    'FROM nginx\nRUN --mount=type=secret,id=key cat /run/secrets/key',
    'FROM nginx\nRUN --mount=target=/x,ty"p"e=ssh ssh-add -l',
    '# syntax=torii/x\nFROM nginx',
    '# check=skip=all\n#SYNTAX = evil/frontend:1\nFROM nginx',
    '#!/usr/bin/x\n// syntax=evil/frontend\nFROM nginx',
    '{"syntax": "evil/frontend"}\nFROM nginx',
  ])('%j', (text) => {
    expect(inline(text)).toEqual(['build_of_others'])
    expect(rulesOf(aFolder({ Dockerfile: text }), {})).toEqual(['build_of_others'])
  })

  test.each([
    // What BuildKit takes for a space, JavaScript or a person does not.
    'FROM\rtorii/x',
    'FROM\vtorii/x',
    'FROM\ftorii/x',
    'FROM nginx\n\u0085FROM torii/x',
    'FROM nginx\n\u00a0FROM torii/x',
    'FROM nginx\n\u3000COPY --from=torii/x /a /b',
    'FROM nginx\nCOPY --chown=0à--from=torii/x /a /b',
    'FROM \u2003\\\ntorii/x',
    // Quotes and escape characters in a flag.
    'FROM nginx\nCOPY --fr\\om=torii/x /a /b',
    'FROM nginx\nCOPY --fr"om"=torii/x /a /b',
    "FROM nginx\nCOPY '--from'=torii/x /a /b",
    'FROM nginx\nCOPY --from="tor"i\\i/x /a /b',
    '# escape=`\nFROM nginx\nCOPY --f`rom=tor`ii/x /a /b',
    'FROM nginx\nRUN --mount=type=bind,fr\\om=torii/x,target=/x cat /x/y',
    'FROM nginx\nRUN --mo\\unt=type=bind,from=torii/x,target=/x cat /x/y',
    'FROM nginx\nRUN --mount=type=bind,"target=/a b",from=torii/x cat /x/y',
    'FROM nginx\nRUN --mount=type=bind,\\"from=torii/x\\",target=/x cat /x/y',
    'FROM nginx\nRUN --mount=type=bind,target=/a\\ b,FROM=torii/x cat /x/y',
    'FROM nginx\nRUN --mount=type=bind,target=/x,\\\n  # a comment\n\\\nfrom=to\\\nrii/x cat /x/y',
    'FROM nginx\nRUN --network=none --mount=target=/x,from=docker.io/torii/x cat /x/y',
    'FROM nginx\nONBUILD RUN --mount=target=/x,fr"o"m=index.docker.io/torii/x cat /x/y',
    // Lines that belong together, and heredocs that say they do not.
    'F\\\nROM to\\\nrii/x',
    'FROM nginx\nRUN <<E\n\\\nE\nFROM torii/x',
    "FROM nginx\nRUN <<'E\\'\nE\\\nF\\\nROM to\\\nrii/x",
    "ARG A=torii/x\nFROM nginx\nRUN <<'#E'\nx\\\n#E\nFROM $A",
    'FROM nginx\nCOPY <<EOF /Dockerfile\nFROM torii/x\nEOF',
    // What a name is.
    'ARG A=torii/x\nFROM $A\\y',
    'ARG A=torii/x\nFROM "$A"b',
    'ARG B=torii/\nARG A=$B\nFROM ${A}c',
    'FROM $1torii/x',
    'ARG Aé=tor\nFROM $Aé"ii/x"',
    'ARG "A=tor"\nFROM ${A}i\\i/x',
    'ARG A="torii/x"\nFROM nginx',
    'ARG A=to\\\nARG B=rii\nFROM ${A}${B}/x\nARG A=to',
    'ARG A=nginx\nARG A=torii/x=y\nFROM nginx',
    'FROM ${A/x/y}',
    'FROM ${A:?x}',
    'FROM ${A:+torii/x}',
    'FROM ${A:-${B:-torii/x}}',
    'ONBUILD FROM torii/x',
    '\uFEFF#syntax=evil/frontend\nFROM nginx',
    '# syntax=docker/dockerfile:1 evil\nFROM nginx',
    '#\u0085syntax=evil/frontend\nFROM nginx',
  ])('nor in disguise: %j', (text) => {
    expect(inline(text)).toEqual(['build_of_others'])
  })

  test('an argument of the build, its target and its platform', () => {
    expect(inline('ARG A=nginx\nFROM $A', { args: { A: 'torii/x' } })).toEqual(['build_of_others'])
    expect(inline('ARG A\nFROM $A', { args: { 'A=torii/x:r1': '' } })).toEqual(['build_of_others'])
    expect(inline('FROM nginx', { args: { BUILDKIT_SYNTAX: 'evil/frontend' } })).toEqual(['build_of_others'])
    expect(inline('FROM nginx', { args: { 'BUILDKIT_SYNTAX=evil/frontend': 'x' } })).toEqual(['build_of_others'])
    expect(inline('FROM nginx', { args: ['BUILDKIT_SYNTAX=evil/frontend'] })).toEqual(['build_of_others'])
    expect(inline('FROM nginx', { args: { BUILDKIT_SYNTAX: 'docker/dockerfile:1' } })).toEqual([])
    expect(inline('FROM $TARGETSTAGE/x AS torii', { target: 'torii' })).toEqual(['build_of_others'])
    expect(inline('FROM ${TARGETOS}/x', {}, { platform: 'torii/amd64' })).toEqual(['build_of_others'])
    expect(inline('FROM x-${TARGETARCH}', { target: 'a' }, { platform: 'linux/amd64' })).toEqual([])
  })

  test.each([
    '# syntax=docker/dockerfile:1.7\nFROM node:24-alpine AS build\nCOPY torii/ /app/torii/\nFROM scratch\nCOPY --from=build /app /app',
    'ARG REGISTRY=ghcr.io/a\nFROM ${REGISTRY}/app:1\nFROM docker.io/${REGISTRY}/deb AS deb\nCOPY --from=0 /a /b',
    'ARG V=3.20\nARG BASE=alpine\nFROM ${BASE}:${V:-3}\nRUN cd /opt/torii/x && echo from torii/x',
    'FROM --platform=$BUILDPLATFORM golang:1 AS b\nRUN --mount=type=cache,target=/x make\nFROM ghcr.io/torii/x',
    'FROM nginx\r\n# é, and from torii/x\r\nLABEL by="René"\r\nRUN A=$(date) && echo "from $A" \\\r\n  && true\r',
    'FROM nginx\nRUN <<EOF\nfrom os import path\nprint("$(x)")\nEOF\n',
    'ARG A=1\nFROM x:$A\nRUN A=$(date); sed -e "s/\\\\(.*\\\\)$/\\"x\\"/" --in-place=.bak f',
  ])('others pass: %j', (text) => {
    expect(inline(text)).toEqual([])
  })
})

const nothingGiven = { args: {}, target: null, platform: null }

/** A text with something after each of its characters that BuildKit takes away again. */
const spread = (text: string, between: string[]) =>
  fc.tuple(...[...text].map((each) => fc.constantFrom('', '', ...between).map((more) => each + more))).map((parts) => parts.join(''))

const disguised = fc.constantFrom('\\', '`').chain((by) => {
  const joints = [`${by}\n`, `${by} \n`, `${by}\n\n# c ${by}\n`, `${by}\n\t # torii\n`]
  const [name, words] = [(text: string) => spread(text, joints), (text: string) => spread(text, [...joints, by, '"'])]
  const instruction = fc.oneof(
    fc.tuple(name('FROM'), words('torii/x')),
    fc.tuple(name('COPY'), words('--from=torii/x'), fc.constant('/a /b')),
    fc.tuple(name('RUN --network=none'), words('--mount=type=bind,target=/y,from=torii/x'), fc.constant('cat /y')),
  )
  return instruction.map((parts) => `# escape=${by}\nFROM nginx\n${parts.join(' ')}\n`)
})

test('however it is spread over lines, quoted and escaped', () => {
  fc.assert(
    fc.property(disguised, (text) => foreignIn(text, nothingGiven).length > 0),
    { numRuns: 1000 },
  )
})

test('a megabyte of anything is judged within seconds', () => {
  const hostile = ['FROM \\\n', 'F\\\n', '\\\n', 'a', '= ', '=', 'ARG A=$A$A\n', 'FROM $A$B$C\n', ' ', 'ONBUILD ', '--from=$A'].map(
    (part) => `ARG A=$B$B\nARG B=$A\nFROM $A\n${part.repeat(Math.floor(1_000_000 / part.length))}`,
  )
  const many = [...Array(1000).keys()].map((at) => `ARG A=$c${at}\n`).join('')

  for (const text of [...hostile, `${many}FROM $A$A$A$A$A$A$A$A`]) foreignIn(text, nothingGiven)
}, 20_000)
