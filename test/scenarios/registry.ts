import { randomBytes } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { docker } from './engine.ts'
import { until } from './until.ts'

export interface Registry extends AsyncDisposable {
  /** 127.0.0.1:PORT, which the engine takes without TLS. */
  address: string
}

export const login = { user: 'ali', password: 'open sesame' }
/** bcrypt, as `htpasswd -B` writes it. */
const htpasswd = 'ali:$2b$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW'

/** A real docker-registry on loopback. Several may share one storage; `locked` asks for a login. */
export async function aRegistry({ port, storage, locked = false }: { port: number; storage: string; locked?: boolean }): Promise<Registry> {
  await mkdir(storage, { recursive: true })
  const config = join(storage, `config-${port}.json`)
  const passwords = join(storage, 'htpasswd')
  await writeFile(passwords, `${htpasswd}\n`)
  await writeFile(
    config,
    JSON.stringify({
      version: 0.1,
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
      http: { addr: `127.0.0.1:${port}` },
      ...(locked && { auth: { htpasswd: { realm: 'scenarios', path: passwords } } }),
    }),
  )
  const serving = execa('/usr/bin/docker-registry', ['serve', config], { reject: false, stdio: 'ignore' })
  await until(`a registry on ${port}`, () =>
    fetch(`http://127.0.0.1:${port}/v2/`).then(
      () => true,
      () => false,
    ),
  )
  const end = async () => {
    serving.kill('SIGKILL')
    await serving
  }
  return { address: `127.0.0.1:${port}`, [Symbol.asyncDispose]: end }
}

export interface ImageOf {
  /** What its page says. */
  page: string
  /** Random bytes that it brings along, so that there is something to pull. */
  bytes?: number
  /** os/arch it claims to be made for. */
  platform?: string
}

/** Makes an image of busybox that serves its page on 8080, all of it in one layer that nobody has yet. */
export async function makeImage(name: string, folder: string, { page, bytes = 1000, platform = 'linux/amd64' }: ImageOf): Promise<void> {
  const work = join(folder, `image-${randomBytes(4).toString('hex')}`)
  await mkdir(join(work, 'root/www'), { recursive: true })
  await writeFile(join(work, 'root/www/index.html'), page)
  await writeFile(join(work, 'root/freight'), randomBytes(bytes))
  const id = await docker('create', 'busybox:stable')
  await docker('export', '--output', join(work, 'root.tar'), id)
  await docker('rm', id)
  await execa('tar', ['--append', '--file', join(work, 'root.tar'), '--directory', join(work, 'root'), '.'])
  const changes = ['CMD ["httpd", "-f", "-p", "8080", "-h", "/www"]', 'EXPOSE 8080', 'STOPSIGNAL KILL', 'ENV PATH=/bin']
  await docker('import', '--platform', platform, ...changes.flatMap((change) => ['--change', change]), join(work, 'root.tar'), name)
  await rm(work, { recursive: true })
}

/** Pushes such an image and forgets it here. Answers its digest. */
export async function pushImage(name: string, folder: string, image: ImageOf): Promise<string> {
  await makeImage(name, folder, image)
  await docker('push', '--quiet', name)
  const digest = await docker('inspect', '--format', '{{index .RepoDigests 0}}', name)
  await docker('rmi', '--force', name)
  return digest
}
