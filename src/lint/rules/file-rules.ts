import { brokenVariable } from '../../extension/interpolate.ts'
import { looksLikeService, misplacedFix } from '../../extension/misplaced.ts'
import { unknownKeys } from '../../extension/schema-check.ts'
import type { Hit, Rule } from '../rule.ts'
import { beginning, partOf } from '../see/source.ts'
import { told } from './each.ts'
import { web } from './samples.ts'
import { scalarsOf } from './scalars.ts'
import { wrongTypes } from './wrong-types.ts'

/** Rows about Compose files as such. */
export const fileRules: Rule[] = [
  {
    id: 'T001',
    name: 'unreadable-file',
    severity: 'error',
    title: 'A Compose file cannot be read',
    why: 'What cannot be read or parsed cannot be deployed. Several documents in one file would be merged by Compose in ways nobody expects, so they are refused too.',
    fix: 'Correct the file at the place named.',
    from: 'a deployment refuses it (`compose_invalid`)',
    bad: 'services:\n  web:\n    image: "nginx\n',
    good: 'services:\n  web:\n    image: nginx:1.29\n',
    find: told('T001'),
  },
  {
    id: 'T002',
    name: 'unknown-key',
    severity: 'error',
    title: 'A key that Compose does not know',
    why: 'Compose refuses the whole file for it; some versions do not even say where it stands.',
    fix: 'Correct the key, or remove it.',
    from: 'a deployment refuses it (`compose_invalid`)',
    bad: web('image: nginx:1.29', 'healthchek:', '  test: curl -f http://localhost'),
    good: web('image: nginx:1.29', 'healthcheck:', '  test: curl -f http://localhost'),
    find: ({ files }) =>
      files.flatMap((file) =>
        unknownKeys(file.schema).map(({ parent, key, meant, isService, said }): Hit => {
          if (isService) return { at: file.place([key]), message: said, fix: misplacedFix(key) }
          const fix = meant === null ? {} : { fix: `Write \`${meant}\`.` }
          return {
            at: file.place([...parent, key]),
            message: `Compose knows no "${key}"${parent.length === 0 ? ' at the top' : ` in ${parent.at(-1)}`}${meant === null ? '' : `; did you mean "${meant}"?`}`,
            ...fix,
            ...(parent[0] === 'services' && parent[1] ? { service: parent[1] } : {}),
          }
        }),
      ),
  },
  {
    id: 'T003',
    name: 'wrong-type',
    severity: 'error',
    title: 'A value of a kind that Compose does not take there',
    why: 'Compose refuses the whole file for it.',
    fix: 'Write the value as the Compose specification wants it.',
    from: 'a deployment refuses it (`compose_invalid`)',
    bad: web('image: nginx:1.29', 'ports: "8000"'),
    good: web('image: nginx:1.29', 'ports: ["8000"]'),
    find: ({ files }) => files.flatMap(wrongTypes),
  },
  {
    id: 'T004',
    name: 'no-services',
    severity: 'error',
    title: 'The file names no services',
    why: 'Without a service there is nothing to deploy.',
    fix: 'Add at least one service below `services:`.',
    from: 'a deployment refuses it (`compose_invalid`)',
    bad: 'name: shop\n',
    good: web('image: nginx:1.29'),
    find: ({ files: [main], services }) =>
      main === undefined || services.length > 0 || main.root['include'] !== undefined || Object.values(main.root).some(looksLikeService)
        ? []
        : [{ at: main.root['services'] === undefined ? beginning(main.source) : main.place(['services']), message: 'the file names no services' }],
  },
  {
    id: 'T006',
    name: 'broken-variable',
    severity: 'error',
    title: 'A variable that Compose cannot read',
    why: 'Compose refuses the whole file for an opened `${` that it cannot read.',
    fix: 'Write `${NAME}`, `${NAME:-default}` or `${NAME:?message}`; a dollar that is meant as itself is written `$$`.',
    from: 'the wild: whole templates are shipped that no Compose reads',
    bad: web('image: nginx:1.29', 'command: echo ${first name}'),
    good: web('image: nginx:1.29', 'command: echo ${FIRST_NAME:-Ada}'),
    find: ({ files }) =>
      files.flatMap((file) =>
        scalarsOf(file).flatMap(({ text, at }) => {
          const broken = brokenVariable(text)
          return broken === null ? [] : [{ at: partOf(at, broken), message: `Compose cannot read "${broken.slice(0, 80)}"` }]
        }),
      ),
  },
  {
    id: 'T010',
    name: 'reference-outside',
    severity: 'error',
    title: 'A file outside the extension’s folder is named',
    why: 'A deployment opens nothing outside the folder: what is there belongs to somebody else.',
    fix: 'Put the file into the extension’s folder and name it by a relative path.',
    from: 'a deployment refuses it (`policy_denied`)',
    bad: web('image: nginx:1.29', 'env_file: ../shared.env'),
    good: { 'compose.yaml': web('image: nginx:1.29', 'env_file: web.env'), 'web.env': 'LOG=info\n' },
    find: told('T010'),
  },
  {
    id: 'T011',
    name: 'reference-missing',
    severity: 'error',
    title: 'A file is named that is not there',
    why: 'Compose refuses the whole file for it.',
    fix: 'Add the file, or remove its name; an `env_file` may say `required: false`.',
    from: 'a deployment refuses it (`compose_invalid`)',
    bad: web('image: nginx:1.29', 'env_file: web.env'),
    good: web('image: nginx:1.29', 'env_file:', '  - path: web.env', '    required: false'),
    find: told('T011'),
  },
  {
    id: 'T012',
    name: 'build-missing',
    severity: 'error',
    title: 'The folder or the Dockerfile of a build is not there',
    why: 'The build fails at once.',
    fix: 'Correct `build:`, or add the Dockerfile.',
    from: 'a deployment fails with it (`build_failed`)',
    bad: web('build: ./web'),
    good: { 'compose.yaml': web('build: ./web'), 'web/Dockerfile': 'FROM nginx:1.29\n' },
    find: told('T012'),
  },
  {
    id: 'T013',
    name: 'ignored-file',
    severity: 'info',
    title: 'A Compose file is ignored',
    why: 'One file is deployed: the first of compose.yaml, compose.yml, docker-compose.yaml and docker-compose.yml. Override files are for a developer’s own machine.',
    fix: 'Put what is needed into the main file, or remove the other one.',
    from: 'a deployment says it',
    bad: { 'compose.yaml': web('image: nginx:1.29'), 'compose.override.yaml': web('command: echo') },
    good: { 'compose.yaml': web('image: nginx:1.29') },
    find: told('T013'),
  },
  {
    id: 'T015',
    name: 'obsolete-version',
    severity: 'info',
    title: '`version:` is obsolete',
    why: 'Compose ignores it, and warns at every start.',
    fix: 'Remove the line.',
    from: 'the wild: 998 of 2,372 files',
    bad: `version: "3.8"\n${web('image: nginx:1.29')}`,
    good: web('image: nginx:1.29'),
    find: ({ files }) =>
      files
        .filter(({ root }) => Object.hasOwn(root, 'version'))
        .map((file) => {
          const at = file.place(['version'])
          const value = file.placeOfValue(['version'])
          return { at: { ...at, end: value.end }, message: '`version` does nothing', edits: wholeLine(at.source, at.start, value.end) }
        }),
  },
]

/** The lines that something fills alone, with the blank line behind them; nothing when something else stands on them too. */
function wholeLine(source: { label: string; path: string; text: string }, start: number, end: number) {
  const { text } = source
  const from = text.lastIndexOf('\n', start - 1) + 1
  const rest = /^[ \t]*(#[^\n]*)?(\r?\n|$)((?:[ \t]*\r?\n)?)/.exec(text.slice(end))
  if (text.slice(from, start).trim() !== '' || rest === null) return []
  const blank = from === 0 ? rest[0].length : rest[0].length - (rest[3] ?? '').length
  return [{ source, start: from, end: end + blank, text: '' }]
}
