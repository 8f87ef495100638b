import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import type { Config } from '../config.ts'

const within = 5_000

/** One GET to the engine without a client library: importing one costs more than all the looks before a deployment. null: no answer. */
export async function askEngine({ dockerHost }: Pick<Config, 'dockerHost'>, path: string): Promise<{ status: number; body: string } | null> {
  const address = engineAddress(dockerHost)
  if (address === null) return null
  const { promise, resolve } = Promise.withResolvers<{ status: number; body: string } | null>()
  const asking = request({ ...address, path, agent: false, signal: AbortSignal.timeout(within) }, (response) => {
    text(response).then(
      (body) => resolve({ status: response.statusCode ?? 0, body }),
      () => resolve(null),
    )
  })
  asking.on('error', () => resolve(null))
  asking.end()
  return promise
}

/** null: spoken in a way that Torii does not know. */
function engineAddress(dockerHost: string): { socketPath: string } | { host: string; port: number } | null {
  if (dockerHost.startsWith('unix:///')) return { socketPath: dockerHost.slice('unix://'.length) }
  const url = /^(tcp|http):\/\//.test(dockerHost) ? URL.parse(dockerHost.replace(/^tcp:/, 'http:')) : null
  return url && { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 2375) }
}

export async function engineAnswers(config: Pick<Config, 'dockerHost'>): Promise<boolean> {
  return (await askEngine(config, '/_ping'))?.status === 200
}

/** An engine that does not answer is no reason to believe that the image is missing. */
export async function imageIsMissing(config: Pick<Config, 'dockerHost'>, image: string): Promise<boolean> {
  return (await askEngine(config, `/images/${image.split('/').map(encodeURIComponent).join('/')}/json`))?.status === 404
}
