import type { Dice } from './wild.ts'

const variable = (text: string) => `$\{${text}}`

export interface Forms {
  image(): string
  /** Lines of one option of a service; none where it does not fit. */
  option(key: string): string[]
}

/** Each option of a service in the forms it has in public files, drawn as often as they were counted where that was counted. */
export function formsOf(dice: Dice, name: string, before: string[]): Forms {
  const { one, drawn, random } = dice
  const fixed: Record<string, () => string[]> = {
    environment: () => ['environment:', ...environmentOf(dice)],
    volumes: () => [`volumes: [${Array.from({ length: 1 + Math.floor(random() * 3) }, (_, at) => volumeOf(dice, at)).join(', ')}]`],
    restart: () => [`restart: ${quoted(drawn('restart'))}`],
    ports: () => [`ports: [${portOf(dice)}]`],
    healthcheck: () => [`healthcheck: ${checkOf(dice)}`],
    depends_on: () => dependencyOf(dice, before),
    container_name: () => [`container_name: ${one([name, `shop-${name}`, `${variable('NAME:-x')}-${name}`])}`],
    command: () => [`command: ${one(['serve', '["serve", "--port", "8000"]', 'sh -c "echo $$HOME && serve"', `--config ${variable('DATA:-/x')}`])}`],
    networks: () => [`networks: ${one(['[back]', '[default, back]', '{back: {aliases: [x]}}', '{back: {ipv4_address: 10.9.0.5}}'])}`],
    user: () => [`user: ${one(['"1000:1000"', 'root', '"0"', `"${variable('UID:-1000')}"`, 'nobody'])}`],
    labels: () => [`labels: ${labelsOf(dice)}`],
    expose: () => [`expose: ${one(['["8000"]', '[8000]', '["8000/tcp", 9000]'])}`],
    deploy: () => [`deploy: ${deployOf(dice)}`],
    stop_grace_period: () => [`stop_grace_period: ${one(['10s', '1m', '30s'])}`],
    entrypoint: () => [`entrypoint: ${one(['["/entry.sh"]', 'sh', '["sh", "-c"]'])}`],
    'x-*': () => ['x-casaos: {main: web, icon: "http://x"}'],
    network_mode: () => networkMode(dice, before),
    hostname: () => [`hostname: ${name}`],
    profiles: () => [`profiles: ${random() < 0.2 ? '[debug]' : '[]'}`],
    pull_policy: () => [`pull_policy: ${one(['always', 'if_not_present', 'missing'])}`],
    env_file: () => [`env_file: ${one(['my.env', '[./my.env]', '[{path: ./my.env, required: false}]', '../stack.env', './missing.env'])}`],
    logging: () => [`logging: ${one(['{driver: json-file, options: {max-size: 10m}}', '{driver: syslog}', '{options: {max-file: "3"}}', '{driver: local}'])}`],
    privileged: () => [`privileged: ${random() < 43 / 77 ? 'true' : 'false'}`],
    cap_add: () => [`cap_add: [${drawn('capadd')}]`],
    init: () => ['init: true'],
    ulimits: () => [`ulimits: ${one(['{nofile: {soft: 65536, hard: 65536}}', '{memlock: -1}', '{nproc: 65535}'])}`],
    platform: () => [`platform: ${one(['linux/amd64', 'linux/arm64'])}`],
    extra_hosts: () => [`extra_hosts: ${one(['["host.docker.internal:host-gateway"]', '{x.test: 10.0.0.1}'])}`],
    security_opt: () => [`security_opt: ${one(['["no-new-privileges:true"]', '[seccomp=unconfined]', '["apparmor:unconfined"]', '["label=disable"]'])}`],
    read_only: () => ['read_only: true'],
    dns: () => [`dns: ${one(['8.8.8.8', '[1.1.1.1, 8.8.8.8]'])}`],
    shm_size: () => [`shm_size: ${one(['1gb', '"256m"', '64M'])}`],
    devices: () => [`devices: ${one(['["/dev/dri:/dev/dri"]', '["/dev/net/tun"]', '["/dev/ttyUSB0:/dev/ttyUSB0"]', '["/dev/kvm:/dev/kvm"]'])}`],
    links: () => (before[0] === undefined ? [] : [`links: [${before[0]}]`]),
    tty: () => ['tty: true'],
    cap_drop: () => ['cap_drop: [ALL]'],
    tmpfs: () => [`tmpfs: ${one(['/tmp', '["/run:size=64m", /tmp]'])}`],
    working_dir: () => ['working_dir: /app'],
    secrets: () => ['secrets: [key]'],
    stdin_open: () => ['stdin_open: true'],
    sysctls: () => [
      `sysctls: ${one(['{net.core.somaxconn: 1024}', '[net.ipv4.ip_forward=1]', '{net.ipv4.conf.all.src_valid_mark: 1}', '{vm.max_map_count: 262144}'])}`,
    ],
    cpu_shares: () => ['cpu_shares: 90'],
    exclude_from_hc: () => ['exclude_from_hc: true'],
    mem_limit: () => [`mem_limit: ${one(['512m', '1g', '99999999999999999999'])}`],
    stop_signal: () => ['stop_signal: SIGINT'],
    pid: () => ['pid: host'],
    runtime: () => ['runtime: nvidia'],
    pids_limit: () => [`pids_limit: ${one(['100', '-1'])}`],
    extends: () => (before[0] === undefined ? [] : [`extends: {service: ${before[0]}}`]),
    configs: () => ['configs: [{source: conf, target: /etc/app.conf}]'],
    ipc: () => [`ipc: ${one(['host', 'shareable'])}`],
    volumes_from: () => (before[0] === undefined ? [] : [`volumes_from: [${before[0]}]`]),
    group_add: () => ['group_add: ["992"]'],
    memswap_limit: () => ['memswap_limit: 1g'],
    develop: () => ['develop: {watch: [{path: ., action: sync, target: /app}]}'],
    device_cgroup_rules: () => ['device_cgroup_rules: ["c 189:* rmw"]'],
    'network-mode': () => ['network-mode: host'],
  }
  return { image: () => imageOf(dice), option: (key) => fixed[key]?.() ?? [] }
}

function quoted(word: string): string {
  return ['no', 'False', 'on-failure:5', 'on-failure:0'].includes(word) || word.startsWith('$')
    ? `"${word.replace('False', 'no')}"`
    : word.replace('(none)', 'unless-stopped')
}

function imageOf({ one, drawn }: Dice): string {
  const name = one(['nginx', 'postgres', 'redis', 'example/app', 'mariadb', 'team/project/service'])
  const forms: Record<string, string> = { tag: ':1.2', latest: ':latest', digest: `@sha256:${'a'.repeat(64)}`, notag: '', var: `:${variable('TAG:-1')}` }
  return `"${name}${forms[drawn('imgpin')] ?? ''}"`
}

function environmentOf({ drawn, one }: Dice): string[] {
  const used = drawn('interp')
    .replace('…', 'x')
    .replace('nested', variable(`A:-${variable('B:-c')}`))
    .replace('${other}', variable('O'))
    .replace('${odd}', variable('P'))
    .replace('$$ (escape)', '$$x')
    .replace('${V:?x}', variable('PASSWORD:?give one'))
  return one<string[]>([
    [`  - A=${used}`, '  - BARE', '  - "C=1"'],
    [`  A: "${used}"`, '  C: 1', '  D: "yes"'],
    ['  <<: *common', `  A: "${used}"`],
  ])
}

function volumeOf({ drawn, one }: Dice, at: number): string {
  const forms: Record<string, string> = {
    named: `"data:/data${at}"`,
    'bind var': `"${one([variable('DATA:-/srv/data'), variable('APP_DATA_DIR'), '/DATA/AppData/$AppID', variable('DATA')])}/x:/data${at}"`,
    'bind rel': `"${one(['./data', './conf/app.conf', '../shared', '.'])}:/data${at}"`,
    'long:bind': `{type: bind, source: ${one(['/DATA/AppData/x', './data', variable('DATA:-./data')].map((text) => `"${text}"`) as [string])}, target: /data${at}}`,
    'bind abs': `"${one(['/var/run/docker.sock:/var/run/docker.sock', '/var/run/docker.sock:/var/run/docker.sock:ro', '/etc/localtime:/etc/localtime:ro', '/:/host', '/dev:/dev', '/lib/modules:/lib/modules', '/sys:/sys'])}"`,
    anon: `/data${at}`,
    'long:volume': `{type: volume, source: data, target: /data${at}}`,
    'bind home': `"~/.app:/data${at}"`,
  }
  return forms[drawn('vols')] ?? `"data:/data${at}"`
}

function portOf({ drawn, one }: Dice): string {
  const forms: Record<string, string> = {
    'host:ctr': one([`"8080:8000"`, '80:80', `"${variable('PORT:-8080')}:8000"`, '"53:53/udp"', '2222:22']),
    'ctr only': one(['"8000"', '8000']),
    long: '{target: 8000, published: "8080", protocol: tcp, mode: host}',
    'ip:host:ctr (loopback)': '"127.0.0.1:8080:8000"',
    'ip:host:ctr': '"10.0.0.1:8080:8000"',
    range: one(['"8000-8010:8000-8010"', '"30000-30100:30000-30100/udp"']),
  }
  return forms[drawn('ports')] ?? '"8000"'
}

function checkOf({ drawn, one }: Dice): string {
  const test = {
    'list CMD': '["CMD", "curl", "-f", "http://localhost:8000"]',
    'list CMD-SHELL': '["CMD-SHELL", "pg_isready -U $$POSTGRES_USER"]',
    string: '"redis-cli ping"',
  }[drawn('hcform')]
  if (test === undefined) return one(['{disable: true}', '{interval: 5s}'])
  return `{test: ${test}, interval: ${one(['10s', '30s', '5s', '500ms', '1m30s'])}, timeout: ${one(['5s', '10s'])}, retries: ${one([3, 5, 10, 20])}${one(['', ', start_period: 30s', ', start_period: 10s, start_interval: 2s'])}}`
}

function dependencyOf({ drawn }: Dice, before: string[]): string[] {
  const on = before.at(-1)
  if (on === undefined) return []
  const condition = drawn('dep')
  if (!condition.startsWith('service_')) return [`depends_on: [${on}]`]
  return [`depends_on: {${on}: {condition: ${condition}}}`]
}

function labelsOf({ one }: Dice): string {
  return one([
    '["traefik.enable=true", "traefik.http.routers.x.rule=Host(`x`)"]',
    '{com.centurylinklabs.watchtower.enable: "true"}',
    '{app: x, torii.service: y}',
    '["a.b=c"]',
  ])
}

function deployOf({ one }: Dice): string {
  return one([
    '{resources: {limits: {memory: 512M, cpus: "0.5"}}}',
    '{resources: {reservations: {devices: [{driver: nvidia, count: 1, capabilities: [gpu]}]}}}',
    '{replicas: 2}',
    '{mode: replicated, restart_policy: {condition: on-failure}}',
    '{resources: {reservations: {memory: 128M}}}',
  ])
}

function networkMode({ drawn }: Dice, before: string[]): string[] {
  const mode = drawn('netmode')
  if (mode === 'service:…') return before[0] === undefined ? [] : [`network_mode: "service:${before[0]}"`]
  return [`network_mode: ${mode === 'container:…' ? '"container:other"' : mode}`]
}
