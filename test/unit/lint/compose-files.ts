import frequencies from './frequencies.json' with { type: 'json' }

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * A Compose file as they are in the wild: how many services it has and what they have is drawn from the frequencies that were measured over 2,372
 * public files (facts/compose-frequencies.json).
 */
export function wildComposeFile(seed: number): string {
  const random = randomOf(seed)
  const draw = (name: keyof typeof frequencies) => drawn(frequencies[name] as [string | number, number][], random)
  const happens = (count: number, of = frequencies.tot.services) => random() < count / of
  const size = Math.min(12, Number(draw('topfiles_services')))
  const names = Array.from({ length: size }, (_, index) => `${['web', 'db', 'cache', 'worker', 'api', 'init'][index % 6]}${index > 5 ? index : ''}`)
  const services = names.flatMap((name, index) => serviceLines(name, names.slice(0, index), draw, happens))
  return [
    ...(happens(frequencies.features.version, frequencies.tot.files) ? ['version: "3.8"'] : []),
    ...(happens(frequencies.features.anchor, frequencies.tot.files) ? ['x-env: &env', '  TZ: UTC'] : []),
    'services:',
    ...services.map((line) => `  ${line}`),
    ...(happens(539, frequencies.tot.files) ? ['volumes:', '  data:'] : []),
    '',
  ].join('\n')
}

type Draw = (name: keyof typeof frequencies) => string
type Happens = (count: number, of?: number) => boolean

function serviceLines(name: string, before: string[], draw: Draw, happens: Happens): string[] {
  const keys = frequencies.svckeys
  return [
    `${name}:`,
    ...(happens(keys.image) ? [`  image: ${imageOf(draw)}`] : ['  build: .']),
    ...(happens(keys.restart) ? [`  restart: ${draw('restart')}`] : []),
    ...(happens(keys.container_name) ? [`  container_name: ${name}`] : []),
    ...(happens(keys.ports) ? ['  ports:', `    - ${portOf(draw)}`] : []),
    ...(happens(keys.expose) ? ['  expose: ["8000"]'] : []),
    ...(happens(keys.volumes) ? ['  volumes:', `    - ${volumeOf(draw)}`] : []),
    ...(happens(keys.environment) ? ['  environment:', `    - A=${draw('interp').replace('…', 'x')}`] : []),
    ...(happens(keys.command) ? [`  command: ["serve", "--port", "8000"]`] : []),
    ...(happens(keys.privileged) ? ['  privileged: true'] : []),
    ...(happens(keys.network_mode) ? ['  network_mode: host'] : []),
    ...(happens(keys.labels) ? ['  labels:', `    traefik.enable: "true"`] : []),
    ...(before.length > 0 && happens(keys.depends_on) ? dependencyLines(before, draw) : []),
    ...(happens(keys.healthcheck) ? ['  healthcheck:', ...checkLines(draw, happens).map((line) => `    ${line}`)] : []),
  ]
}

function imageOf(draw: Draw): string {
  const name = draw('images')
  const forms: Record<string, string> = {
    tag: `${name}:1.2`,
    latest: `${name}:latest`,
    digest: `${name}@sha256:${'a'.repeat(64)}`,
    notag: name,
    var: `${name}:\${TAG}`,
  }
  return forms[draw('imgpin')] ?? name
}

function portOf(draw: Draw): string {
  const forms: Record<string, string> = {
    'host:ctr': '"8080:8000"',
    'ctr only': '"8000"',
    long: '{target: 8000, published: 8080}',
    'ip:host:ctr (loopback)': '127.0.0.1:8080:8000',
    'ip:host:ctr': '10.0.0.1:8080:8000',
    range: '"8000-8010:8000-8010"',
  }
  return forms[draw('ports')] ?? '8000'
}

function volumeOf(draw: Draw): string {
  const forms: Record<string, string> = {
    named: 'data:/data',
    'bind var': '${DATA}/x:/data',
    'bind rel': './data:/data',
    'long:bind': '{type: bind, source: ./data, target: /data}',
    'bind abs': '/var/run/docker.sock:/var/run/docker.sock',
    anon: '/data',
    'long:volume': '{type: volume, source: data, target: /data}',
    'bind home': '~/x:/data',
  }
  return forms[draw('vols')] ?? 'data:/data'
}

function dependencyLines(before: string[], draw: Draw): string[] {
  const condition = draw('dep')
  const on = before.at(-1)
  return condition.startsWith('service_') ? ['  depends_on:', `    ${on}: {condition: ${condition}}`] : ['  depends_on:', `    - ${on}`]
}

function checkLines(draw: Draw, happens: Happens): string[] {
  const form = draw('hcform')
  const checks = 1467
  const times = Object.entries(frequencies.hcfields).flatMap(([key, count]) =>
    happens(count, checks) ? [`${key}: ${draw(key as keyof typeof frequencies)}`] : [],
  )
  if (form.startsWith('disable')) return ['disable: true']
  return [
    ...(form.startsWith('(no test') ? [] : [`test: ${testOf(form, draw)}`]),
    ...times.filter((line) => !line.startsWith('test') && !line.startsWith('disable')),
  ]
}

const commands: Record<string, string> = {
  curl: 'curl -f http://localhost:8000/health || exit 1',
  pg_isready: 'pg_isready -U $$POSTGRES_USER',
  wget: 'wget -q --spider http://localhost:8000/',
  'other-binary': '/app check',
  'redis-cli': 'redis-cli ping | grep PONG',
  mysqladmin: 'mysqladmin ping -h localhost',
  python: `python -c "import requests; requests.get('http://localhost:8000')"`,
  'dev/tcp': 'echo > /dev/tcp/127.0.0.1/8000',
  'healthcheck.sh': 'healthcheck.sh --connect',
  node: `node -e "fetch('http://localhost:$PORT')"`,
  nc: 'nc -z other 8000',
}

function testOf(form: string, draw: Draw): string {
  const command = commands[draw('tools')] ?? 'true'
  if (form === 'string') return JSON.stringify(command)
  if (form === 'list CMD-SHELL') return JSON.stringify(['CMD-SHELL', command])
  return JSON.stringify(['CMD', ...command.split(' ')])
}

function drawn(rows: [string | number, number][], random: () => number): string {
  const total = rows.reduce((sum, [, count]) => sum + count, 0)
  let left = random() * total
  for (const [what, count] of rows) {
    left -= count
    if (left <= 0) return String(what)
  }
  return String(rows[0]?.[0])
}
