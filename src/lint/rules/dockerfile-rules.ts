import { join } from 'node:path'
import { ValidationCode, validate } from 'dockerfile-utils'
import type { Hit, Rule } from '../rule.ts'
import { copiesOf } from '../see/copies.ts'
import type { Dockerfile } from '../see/dockerfile.ts'
import { ancestry } from '../see/dockerfile.ts'
import { isIgnored } from '../see/dockerignore.ts'
import type { Extension } from '../see/extension.ts'
import type { Built } from '../see/service.ts'
import { partOf } from '../see/source.ts'
import { eachDockerfile, eachService } from './each.ts'
import { built, web } from './samples.ts'

type Diagnostic = ReturnType<typeof validate>[number]

/** Problems that do not keep it from being built; the others are errors. */
const harmless = new Set<number>([
  ValidationCode.CASING_INSTRUCTION,
  ValidationCode.CASING_DIRECTIVE,
  ValidationCode.DEPRECATED_MAINTAINER,
  ValidationCode.EMPTY_CONTINUATION_LINE,
  ValidationCode.WORKDIR_IS_NOT_ABSOLUTE,
])
const severityWarning = 2
/** What the library does not know yet: flags and instructions of newer Dockerfile frontends. */
const notKnownYet = new Set<number>([ValidationCode.UNKNOWN_ADD_FLAG, ValidationCode.UNKNOWN_COPY_FLAG, ValidationCode.UNKNOWN_FROM_FLAG])

/** Rows about Dockerfiles; the first four are the diagnostics of dockerfile-utils, which VS Code’s Docker support shows too. */
export const dockerfileRules: Rule[] = [
  {
    id: 'T601',
    name: 'dockerfile-error',
    severity: 'error',
    title: 'A Dockerfile that cannot be built',
    why: 'The build fails at this instruction.',
    fix: 'Correct the instruction.',
    from: 'dockerfile-utils; a deployment fails with it (`build_failed`)',
    bad: built('FROM python:3.13', 'HEALTHCHECK --interval=10 CMD curl -f http://localhost:8000/'),
    good: built('FROM python:3.13', 'HEALTHCHECK --interval=10s CMD curl -f http://localhost:8000/'),
    find: eachDockerfile((dockerfile) => diagnosed(dockerfile, ({ code, severity }) => severity !== severityWarning && !notKnownYet.has(Number(code)))),
  },
  {
    id: 'T602',
    name: 'dockerfile-style',
    severity: 'warning',
    title: 'A Dockerfile that builds, but not as it looks',
    why: 'The builder warns of it, and later versions may refuse it.',
    fix: 'Write the instruction as the Dockerfile reference does.',
    from: 'dockerfile-utils',
    bad: built('from python:3.13', 'CMD ["python"]'),
    good: built('FROM python:3.13', 'CMD ["python"]'),
    find: eachDockerfile((dockerfile) =>
      diagnosed(dockerfile, ({ code, severity }) => severity === severityWarning && harmless.has(Number(code))).map((hit) => ({
        ...hit,
        edits: upperCased(hit),
      })),
    ),
  },
  {
    id: 'T603',
    name: 'exec-form-quotes',
    severity: 'error',
    title: 'A list in single quotes',
    why: 'Only double quotes make a list (JSON). With single quotes the whole line goes to a shell, which looks for a program called `[curl,`.',
    fix: 'Write the list with double quotes.',
    from: 'dockerfile-utils',
    bad: built('FROM python:3.13', "CMD ['python', 'main.py']"),
    good: built('FROM python:3.13', 'CMD ["python", "main.py"]'),
    find: eachDockerfile((dockerfile) => [...diagnosed(dockerfile, ({ code }) => code === ValidationCode.JSON_IN_SINGLE_QUOTES), ...quotedChecks(dockerfile)]),
  },
  {
    id: 'T604',
    name: 'repeated-instruction',
    severity: 'warning',
    title: 'An instruction of which only the last one counts',
    why: 'Of several CMD, ENTRYPOINT or HEALTHCHECK in one stage the last one wins, and the others do nothing.',
    fix: 'Remove the others.',
    from: 'dockerfile-utils',
    bad: built('FROM python:3.13', 'CMD ["python", "old.py"]', 'CMD ["python", "new.py"]'),
    good: built('FROM python:3.13', 'CMD ["python", "new.py"]'),
    find: eachDockerfile((dockerfile) => diagnosed(dockerfile, ({ code }) => code === ValidationCode.MULTIPLE_INSTRUCTIONS)),
  },
  {
    id: 'T605',
    name: 'check-in-another-stage',
    severity: 'warning',
    title: 'A HEALTHCHECK in a stage that is not the last',
    why: 'Only the stage that is built counts, and those it is made from. The image has no health check.',
    fix: 'Move HEALTHCHECK into the last stage.',
    from: 'the guide, best practice 1: always define HEALTHCHECK',
    bad: built(
      'FROM python:3.13 AS build',
      'HEALTHCHECK --start-period=30s CMD curl -f http://localhost:8000/',
      'FROM python:3.13-slim',
      'COPY --from=build /srv /srv',
    ),
    good: built('FROM python:3.13 AS build', 'FROM build', 'HEALTHCHECK --start-period=30s CMD curl -f http://localhost:8000/'),
    find: eachService(({ build }): Hit[] => {
      if (!build?.dockerfile || !build.stage || build.config?.healthcheck) return []
      const counted = new Set(ancestry(build.stage))
      const { dockerfile } = build
      return dockerfile.stages
        .filter((stage) => !counted.has(stage))
        .flatMap(({ instructions }) => instructions.filter((each) => each.getKeyword() === 'HEALTHCHECK'))
        .map((each) => ({ at: dockerfile.place(each.getRange()), message: 'it belongs to a stage that is not in the image' }))
    }),
  },
  {
    id: 'T606',
    name: 'unknown-target',
    severity: 'error',
    title: '`build.target` names a stage that is not there',
    why: 'The build fails at once.',
    fix: 'Correct the name, or remove `target`.',
    from: 'a deployment fails with it (`build_failed`)',
    bad: { 'compose.yaml': 'services:\n  web:\n    build: {context: ., target: prod}\n', Dockerfile: 'FROM python:3.13 AS production\n' },
    good: { 'compose.yaml': 'services:\n  web:\n    build: {context: ., target: production}\n', Dockerfile: 'FROM python:3.13 AS production\n' },
    find: eachService(({ build, placeOfValue, raw }) => {
      const target = (raw['build'] as { target?: unknown } | null)?.target
      if (!build?.dockerfile || build.stage !== null || typeof target !== 'string' || target.includes('$')) return []
      return [{ at: placeOfValue(['build', 'target']), message: `there is no stage called "${target}"` }]
    }),
  },
  {
    id: 'T607',
    name: 'copy-source-missing',
    severity: 'error',
    title: 'A Dockerfile copies what its build context does not have',
    why: 'The build fails at this instruction. Paths are taken from the build context, not from the Dockerfile’s folder, and what .dockerignore leaves out is not there.',
    fix: 'Correct the path, add the file, or take it out of .dockerignore.',
    from: 'a deployment fails with it (`build_failed`)',
    bad: { 'compose.yaml': web('build: .'), Dockerfile: 'FROM python:3.13\nCOPY requirements.txt /srv/\n' },
    good: { 'compose.yaml': web('build: .'), Dockerfile: 'FROM python:3.13\nCOPY requirements.txt /srv/\n', 'requirements.txt': 'flask\n' },
    find: eachService(({ build }, { look }): Hit[] => {
      if (!build?.dockerfile || !build.stage || build.context === null) return []
      const { dockerfile, context } = build
      return copiesOf(build.stage, dockerfile).flatMap(({ instruction, written }) => {
        const why = whyNotThere(written, context, look)
        return why === null ? [] : [{ at: partOf(dockerfile.place(instruction.getArgumentsRange()), written), message: why }]
      })
    }),
  },
]

/** null: it is there, or it cannot be told. */
function whyNotThere(written: string, { folder, ignores }: NonNullable<Built['context']>, look: Extension['look']): string | null {
  const path = join('/', written).slice(1).replace(/\/$/, '')
  if (path === '') return null
  const { is } = look(join(folder, path))
  if (is === 'missing') return `there is no ${path} in the build context`
  // Of a folder a later line may keep some file.
  if (is === 'folder' && ignores.some(({ keeps }) => keeps)) return null
  return isIgnored(path, ignores) ? `.dockerignore leaves out ${path}` : null
}

const diagnostics = new WeakMap<object, Diagnostic[]>()

function diagnosed(dockerfile: Dockerfile, isOurs: (diagnostic: Diagnostic) => boolean): Hit[] {
  if (!dockerfile.isFile) return []
  const { source } = dockerfile
  const all = diagnostics.get(source) ?? validate(source.text)
  diagnostics.set(source, all)
  const seen = new Set<string>()
  return all.filter(isOurs).flatMap(({ range, message }) => {
    const key = JSON.stringify([range, message])
    if (seen.has(key)) return []
    seen.add(key)
    return [{ at: dockerfile.place(range), message: (typeof message === 'string' ? message : message.value).replace(/\.$/, '') }]
  })
}

/** Of HEALTHCHECK the library does not say it. */
function quotedChecks({ stages, place }: Dockerfile): Hit[] {
  return stages
    .flatMap(({ instructions }) => instructions)
    .filter((each) => each.getKeyword() === 'HEALTHCHECK' && /^\s*CMD\s+\[\s*'/i.test(each.getArgumentsContent() ?? ''))
    .map((each) => ({ at: place(each.getArgumentsRange()), message: 'the list of the check is in single quotes, so a shell looks for a program called "["' }))
}

function upperCased({ at }: Hit) {
  const word = at.source.text.slice(at.start, at.end)
  return /^[A-Za-z]+$/.test(word) && word !== word.toUpperCase() && word.toUpperCase() !== 'MAINTAINER' ? [{ ...at, text: word.toUpperCase() }] : []
}
