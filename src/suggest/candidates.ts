/** What a check would ask, on the container's own loopback. */
export interface Target {
  port: number
  /** null: it speaks no HTTP that we know. One of our own paths, never a user's text. */
  path: string | null
}

export interface Candidate {
  tool: string
  test: string[]
}

const host = '127.0.0.1'

/** Programs that can tell health, cheapest first; each is its own complete command, without a shell where none is needed. */
export function candidatesFor({ port, path }: Target): Candidate[] {
  return path === null ? [...ofDatabases(port), ...ofConnections(port)] : ofHttp(port, path)
}

function ofHttp(port: number, path: string): Candidate[] {
  const url = `http://${host}:${port}${path}`
  return [
    candidate('curl', 'curl', '-fsS', '--max-time', '4', '-o', '/dev/null', url),
    candidate('wget', 'wget', '-q', '-O', '/dev/null', url),
    ...pythons('urllib', `import urllib.request as r; r.urlopen('${url}', timeout=4)`),
    ...pythons('httpx', `import httpx; httpx.get('${url}', timeout=4).raise_for_status()`),
    ...pythons('requests', `import requests; requests.get('${url}', timeout=4).raise_for_status()`),
    candidate('node', 'node', '-e', `fetch('${url}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`),
    candidate('busybox wget', 'busybox', 'wget', '-q', '-O', '/dev/null', url),
    candidate('php', 'php', '-r', `exit(@file_get_contents('${url}') === false ? 1 : 0);`),
    candidate('ruby', 'ruby', '-rnet/http', '-e', `exit(Net::HTTP.get_response(URI('${url}')).code.to_i < 400)`),
    candidate('perl', 'perl', '-MHTTP::Tiny', '-e', `exit(HTTP::Tiny->new(timeout => 4)->get('${url}')->{success} ? 0 : 1)`),
    candidate('bash', 'bash', '-c', bashGet(port, path)),
  ]
}

function bashGet(port: number, path: string): string {
  const ask = `exec 3<>/dev/tcp/${host}/${port} && printf 'GET ${path} HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3`
  return `${ask} && read -r -t 4 _ status _ <&3 && [ "$status" -lt 400 ]`
}

function ofDatabases(port: number): Candidate[] {
  const at = String(port)
  return [
    candidate('pg_isready', 'pg_isready', '-q', '-h', host, '-p', at),
    candidate('redis-cli', 'redis-cli', '-h', host, '-p', at, 'ping'),
    candidate('valkey-cli', 'valkey-cli', '-h', host, '-p', at, 'ping'),
    candidate('mariadb-admin', 'mariadb-admin', 'ping', '-h', host, '-P', at, '--silent'),
    candidate('mysqladmin', 'mysqladmin', 'ping', '-h', host, '-P', at, '--silent'),
    candidate('mongosh', 'mongosh', '--quiet', '--port', at, '--eval', "db.adminCommand('ping').ok"),
    candidate('rabbitmq-diagnostics', 'rabbitmq-diagnostics', '-q', 'ping'),
  ]
}

function ofConnections(port: number): Candidate[] {
  return [
    candidate('nc', 'nc', '-z', '-w', '4', host, String(port)),
    candidate('busybox nc', 'busybox', 'nc', '-z', '-w', '4', host, String(port)),
    candidate('bash', 'bash', '-c', `exec 3<>/dev/tcp/${host}/${port}`),
    ...pythons('socket', `import socket; socket.create_connection(('${host}', ${port}), 4)`),
    candidate('node', 'node', '-e', `require('net').connect(${port}, '${host}').on('connect', () => process.exit(0)).on('error', () => process.exit(1))`),
  ]
}

/** Images call it one or the other. */
function pythons(library: string, code: string): Candidate[] {
  return ['python3', 'python'].map((program) => candidate(`${program} (${library})`, program, '-c', code))
}

function candidate(tool: string, ...command: string[]): Candidate {
  return { tool, test: ['CMD', ...command] }
}

/** The command of a check as it is run; Docker runs the shell form with the image's own sh. */
export function commandOf([form, ...rest]: string[]): string[] {
  return form === 'CMD-SHELL' ? ['/bin/sh', '-c', rest.join(' ')] : rest
}

/** Where apps keep their health, in the order it is looked for; the guide's first. */
export const usualPaths = ['/health', '/healthz', '/api/health', '/ready', '/']
