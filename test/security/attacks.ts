import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Service } from '../../src/extension/model.ts'
import { project } from '../unit/extension/makers.ts'
import type { Accepted, Given } from './vetting.ts'

/** One way of one attack. */
export interface Attack extends Given {
  /** Of facts/compose-attacks.json. */
  id: string
  way?: string
  files: Record<string, string>
  ends: RefusedAs | AcceptedAs
}

interface RefusedAs {
  reason: 'policy_denied' | 'compose_invalid'
  /** The refusal's sentence. */
  says: RegExp
  /** It must be refused before the Compose binary sees the file. */
  unseen?: true
}

interface AcceptedAs {
  /** What must be true of what would be started. */
  so: (accepted: Accepted) => void
}

/** A service `web` with these lines. */
const web = (...lines: string[]) => ({ 'compose.yaml': `services:\n  web:\n    image: nginx:1\n${lines.map((line) => `    ${line}\n`).join('')}` })
const variable = (text: string) => `$\{${text}}`
const denied = (says: RegExp): RefusedAs => ({ reason: 'policy_denied', says })
const invalid = (says: RegExp): RefusedAs => ({ reason: 'compose_invalid', says })
const unseen = (refused: RefusedAs): RefusedAs => ({ ...refused, unseen: true })
const started = ({ started: model }: Accepted): Service => model.services?.['web'] ?? {}
const inContainer = (accepted: Accepted, name: string) => String(started(accepted).environment?.[name] ?? '')

const privileged = denied(/^web asks for something the policy denies: privileged: true/)
const outside = /outside/

export const bomb = (levels = 8, wide = 9) =>
  [
    ...Array.from({ length: levels }, (_, i) => `x-${i}: &l${i} [${Array.from({ length: wide }, () => (i === 0 ? 'lol' : `*l${i - 1}`)).join(', ')}]`),
    `services:\n  web:\n    image: a\n    command: *l${levels - 1}\n`,
  ].join('\n')

/** What steers a program that reads it: the controller's must not reach Compose, a user's must reach only the container. */
const steering = {
  GOMEMLIMIT: 'x',
  GODEBUG: 'x',
  GOGC: 'x',
  PATH: '/nowhere',
  LD_PRELOAD: '/nowhere.so',
  LD_LIBRARY_PATH: '/nowhere',
  HTTP_PROXY: 'http://127.0.0.1:1',
  HTTPS_PROXY: 'http://127.0.0.1:1',
  NO_PROXY: '*',
  HOME: '/nowhere',
  SSL_CERT_FILE: '/nowhere',
}

/** Every case of facts/compose-attacks.json, in its order; some in several ways. */
export const attacks: Attack[] = [
  { id: 'alias-bomb', files: { 'compose.yaml': bomb() }, ends: unseen(invalid(/its aliases expand to far more than it says/)) },
  {
    id: 'alias-bomb',
    way: 'nested too deep',
    files: { 'compose.yaml': `services: ${'['.repeat(70)}${']'.repeat(70)}\n` },
    ends: unseen(invalid(/more than 64 levels deep/)),
  },
  {
    id: 'alias-bomb',
    way: 'over a mebibyte',
    files: { 'compose.yaml': `services: {web: {image: a}}\n#${'x'.repeat(1_048_576)}\n` },
    ends: unseen(invalid(/larger than 1 MiB/)),
  },
  { id: 'alias-bomb', way: 'included', files: { 'compose.yaml': 'include: [b.yml]\n', 'b.yml': bomb() }, ends: unseen(invalid(/b\.yml: its aliases expand/)) },

  { id: 'port-range', files: web('ports: ["1-65535:1-65535"]'), ends: unseen(denied(/at most 32 ports/)) },
  {
    id: 'port-range',
    way: 'by a variable',
    files: web(`ports: ["${variable('RANGE')}"]`),
    env: { RANGE: '1-65535:1-65535' },
    ends: invalid(/larger than 4 MiB/),
  },
  {
    id: 'port-range',
    way: 'of 40, by a variable',
    files: web(`ports: ["${variable('RANGE')}"]`),
    env: { RANGE: '8000-8039' },
    ends: denied(/at most 32 ports/),
  },

  { id: 'env-file-proc', files: web('env_file: /proc/self/environ'), ends: unseen(denied(/env_file "\/proc\/self\/environ": it is absolute/)) },
  {
    id: 'env-file-proc',
    way: 'by a link',
    files: web('env_file: my.env'),
    prepare: (folder) => symlinkSync('/proc/self/environ', join(folder, 'my.env')),
    ends: unseen(denied(/outside the folder by a symbolic link/)),
  },

  {
    id: 'interp-host-env',
    files: web(`environment: {TOKEN: "${variable('TORII_TEST_CANARY')}", BARE: "${variable('HOME:-none')}"}`),
    ends: {
      so: (accepted) => {
        expect(inContainer(accepted, 'TOKEN')).toBe('')
        expect(inContainer(accepted, 'BARE')).toBe('none')
      },
    },
  },
  {
    id: 'interp-host-env',
    way: 'as a bare name',
    files: web('environment: [TORII_TEST_CANARY]'),
    ends: { so: (accepted) => expect(accepted.text).not.toContain('canary of the controller') },
  },

  {
    id: 'user-env-as-process-env',
    files: web(`environment: [${Object.keys(steering).join(', ')}]`),
    env: steering,
    ends: { so: (accepted) => expect(started(accepted).environment).toMatchObject(steering) },
  },
  {
    id: 'user-env-as-process-env',
    way: 'of Compose and the client',
    files: web('command: ["x"]'),
    env: { COMPOSE_FILE: '/etc/passwd', DOCKER_HOST: 'tcp://127.0.0.1:1', COMPOSE_PROJECT_NAME: 'evil', COMPOSE_PROFILES: 'x' },
    ends: {
      so: ({ resolved, notices }) => expect([resolved.name, notices.filter((notice) => /is ignored: COMPOSE_\*/.test(notice)).length]).toEqual([project, 4]),
    },
  },

  { id: 'dotenv-project', files: { ...web(), '.env': 'COMPOSE_PROJECT_NAME=evil\n' }, ends: { so: ({ resolved }) => expect(resolved.name).toBe(project) } },
  {
    id: 'dotenv-file',
    files: { ...web(), '.env': 'COMPOSE_FILE=other/compose.yml\n', 'other/compose.yml': 'services: {evil: {image: evil}}\n' },
    ends: { so: ({ resolved }) => expect(Object.keys(resolved.services ?? {})).toEqual(['web']) },
  },
  {
    id: 'dotenv-git',
    files: { '.env': 'COMPOSE_EXPERIMENTAL_GIT_REMOTE=1\n', 'compose.yaml': 'include: ["LISTENER/x.git"]\nservices: {web: {image: a}}\n' },
    ends: unseen(denied(/include\.0\.\w+ "http:.*it is a remote address/)),
  },
  {
    id: 'dotenv-git',
    way: 'as the context of a build',
    files: { '.env': 'COMPOSE_EXPERIMENTAL_GIT_REMOTE=1\n', 'compose.yaml': 'services: {web: {build: "LISTENER/x.git"}}\n' },
    ends: denied(/^web asks for something the policy denies: .*build/),
  },
  {
    id: 'dotenv-git',
    way: 'extends a registry’s',
    files: web('extends: {file: "oci://127.0.0.1/x", service: q}'),
    ends: unseen(denied(/services\.web\.extends\.file .*it is a remote address/)),
  },

  { id: 'include-dotdot', files: { 'compose.yaml': 'include: ["../a/compose.yml"]\nservices: {web: {image: a}}\n' }, ends: unseen(denied(outside)) },
  { id: 'include-dotdot', way: 'by extends', files: web('extends: {file: ../../exp/a/compose.yml, service: q}'), ends: unseen(denied(outside)) },
  {
    id: 'include-dotdot',
    way: 'by a link',
    files: { 'compose.yaml': 'include: ["b.yml"]\nservices: {web: {image: a}}\n' },
    prepare: (folder) => symlinkSync('/etc/hostname', join(folder, 'b.yml')),
    ends: unseen(denied(/by a symbolic link/)),
  },
  {
    id: 'include-dotdot',
    way: 'by a project directory',
    files: { 'compose.yaml': 'include: [{path: b.yml, project_directory: ..}]\nservices: {web: {image: a}}\n', 'b.yml': 'services: {}\n' },
    ends: unseen(denied(outside)),
  },

  {
    id: 'extends-hides',
    files: { ...web('extends: {file: exh.yml, service: q}'), 'exh.yml': 'services:\n  q: {image: a, privileged: true, volumes: ["/:/host"]}\n' },
    ends: privileged,
  },
  {
    id: 'multi-doc',
    files: { 'compose.yaml': `${web()['compose.yaml']}---\nservices: {web: {privileged: true}}\n` },
    ends: unseen(invalid(/more than one YAML document/)),
  },
  { id: 'merge-key', files: { 'compose.yaml': 'x-p: &p {privileged: true}\nservices:\n  web: {image: a, <<: *p}\n' }, ends: privileged },
  ...['yes', 'on', 'y', '"yes"', 'YES', '"True"', `"${variable('X:-on')}"`].map(
    (word): Attack => ({ id: 'bool-words', way: word, files: web(`privileged: ${word}`), ends: privileged }),
  ),
  { id: 'interp-mode', files: web(`network_mode: "${variable('N:-host')}"`), ends: denied(/network_mode: host/) },
  { id: 'interp-mode', way: 'pid', files: web(`pid: "${variable('N:-host')}"`), ends: denied(/pid: host/) },
  {
    id: 'volume-driver-bind',
    files: { 'compose.yaml': `${web('volumes: ["vol:/h"]')['compose.yaml']}volumes: {vol: {driver_opts: {type: none, o: bind, device: /etc}}}\n` },
    ends: denied(/volumes\.vol: driver_opts: they can bind any folder of the host/),
  },
  { id: 'volume-interp', files: web(`volumes: ["${variable('A:-/etc')}:/h"]`), ends: denied(/volumes: \/etc: it lies outside/) },
  ...['./x/../../../../../../../etc:/h', '~/.ssh:/k', '/:/r', '..:/up'].map(
    (volume): Attack => ({ id: 'volume-relative', way: volume, files: web(`volumes: ["${volume}"]`), ends: denied(/volumes: .*(outside|owns the host)/) }),
  ),
  ...[
    ['secrets', '/root/.ssh/id_rsa'],
    ['configs', '/etc/shadow'],
  ].map(
    ([kind = '', file]): Attack => ({
      id: 'secrets-file',
      way: kind,
      files: { 'compose.yaml': `${web(`${kind}: [k]`)['compose.yaml']}${kind}: {k: {file: ${file}}}\n` },
      ends: denied(new RegExp(`${kind}\\.k: file: ${file}: it lies outside`)),
    }),
  ),
  {
    id: 'secrets-file',
    way: 'by a link',
    files: { 'compose.yaml': `${web('secrets: [k]')['compose.yaml']}secrets: {k: {file: ./k}}\n` },
    prepare: (folder) => symlinkSync('/etc/shadow', join(folder, 'k')),
    ends: denied(/secrets\.k: .*outside/),
  },
  { id: 'one-letter-volume', files: web("volumes: ['v:/h']"), ends: invalid(/v:\/h.*a volume’s name of one letter for a drive/) },
  {
    id: 'dollar-escape',
    files: web('healthcheck: {test: "curl http://localhost:$${PORT}"}', 'command: "echo $$HOME"'),
    ends: {
      so: (accepted) => {
        expect(started(accepted).healthcheck?.test).toEqual(['CMD-SHELL', `curl http://localhost:$${variable('PORT')}`])
        expect(accepted.plan.services[0]?.check?.test).toEqual(['CMD-SHELL', `curl http://localhost:${variable('PORT')}`])
      },
    },
  },
  {
    id: 'dup-key',
    files: { 'compose.yaml': 'services:\n  web: {image: a}\n  web: {image: b}\n' },
    ends: unseen(invalid(/line 3, column 3: the same key stands here twice/)),
  },
  ...['mem_limit: 99999999999999999999', 'mem_limit: "99999999999g"', 'shm_size: 9e30', 'deploy: {resources: {limits: {memory: 99999999999999999999}}}'].map(
    (line): Attack => ({
      id: 'mem-overflow',
      way: line,
      files: web(line),
      ends: unseen(invalid(/line 4, column \d+: services\.web\.\S+: \S+ is more than can be counted/)),
    }),
  ),
  {
    id: 'mem-overflow',
    way: 'by a variable',
    files: web(`mem_limit: "${variable('SIZE')}"`),
    env: { SIZE: '99999999999999999999' },
    ends: { so: (accepted) => expect(Number((started(accepted) as { mem_limit?: string }).mem_limit)).toBeGreaterThan(0) },
  },
  { id: 'neg-interval', files: web('healthcheck: {test: "true", interval: -5s}'), ends: invalid(/services\.web\.healthcheck\.interval: -5s/) },
  { id: 'hc-no-cmd', files: web('healthcheck: {test: [curl, -f, "http://x"]}'), ends: invalid(/CMD-SHELL/) },
  {
    id: 'hc-no-test',
    files: web('healthcheck: {interval: 5s}'),
    image: { check: { test: ['CMD', 'of-the-image'], interval: 30_000, timeout: 5000, retries: 3, startPeriod: 0, startInterval: 0 } },
    ends: {
      so: (accepted) => {
        expect(started(accepted).healthcheck?.test).toBeUndefined()
        expect(accepted.plan.services[0]?.check).toMatchObject({ test: ['CMD', 'of-the-image'], interval: 5000 })
      },
    },
  },
  {
    id: 'labels-compose',
    files: web('labels: {com.docker.compose.project: victim, mine: "1"}'),
    ends: {
      so: (accepted) =>
        expect(Object.keys(started(accepted).labels ?? {}).toSorted()).toEqual([
          'mine',
          'torii.deployment',
          'torii.instance',
          'torii.revision',
          'torii.service',
        ]),
    },
  },
  {
    id: 'labels-traefik',
    files: web('labels: ["traefik.http.routers.x.rule=PathPrefix(`/`)", "TRAEFIK.enable=true"]', 'deploy: {labels: {traefik.enable: "true"}}'),
    ends: {
      so: (accepted) => {
        expect(accepted.text.toLowerCase()).not.toContain('traefik')
        expect(accepted.notices.join()).toMatch(/label traefik\.http\.routers\.x\.rule/)
      },
    },
  },
  { id: 'image-dash', files: { 'compose.yaml': 'services: {web: {image: "--help"}}\n' }, ends: invalid(/services\.web\.image: --help/) },
  {
    id: 'image-dash',
    way: 'container_name',
    files: web('container_name: "../x y"'),
    ends: { so: (accepted) => expect(started(accepted)).not.toHaveProperty('container_name') },
  },
  {
    id: 'build-ssh-json',
    files: { 'compose.yaml': 'services: {web: {build: {context: ., ssh: [default]}}}\n', Dockerfile: 'FROM nginx:1\n' },
    ends: denied(/build/),
  },
  { id: 'sexagesimal', files: web('ports: [22222:22]'), ends: { so: ({ resolved }) => expect(resolved.services?.['web']?.ports?.[0]?.target).toBe(22) } },
]
