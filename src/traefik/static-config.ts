import { isIPv6 } from 'node:net'
import type { Config } from '../config.ts'

/** Where the container sees what the host writes. */
export const inside = { routes: '/torii/dynamic', leaf: '/torii/leaf' }

export const entrypointOf = (port: number): string => `p${port}`

/**
 * Traefik's static configuration as arguments: the container says all of it by itself, and no file can be half-written.
 * Forwarded headers of clients are not trusted and requests are not logged: both are Traefik's defaults (3.7.15).
 */
export function staticConfig(config: Pick<Config, 'bind' | 'httpsPort' | 'proxyApiPort'>, ports: number[]): string[] {
  return [
    ...entrypoint('https', config.bind, config.httpsPort),
    ...ports.flatMap((port) => entrypoint(entrypointOf(port), config.bind, port)),
    // Every container could reach it on any other address of the host: loopback only.
    `--entrypoints.traefik.address=127.0.0.1:${config.proxyApiPort}`,
    '--api.insecure=true',
    '--api.dashboard=false',
    '--ping.entrypoint=traefik',
    '--metrics.prometheus.entrypoint=traefik',
    `--providers.file.directory=${inside.routes}`,
    '--providers.file.watch=true',
    // The default of 2 s would cost two seconds a deployment (facts/traefik.json).
    '--providers.providersthrottleduration=20ms',
    // Backends are on this machine; below the 5 s of one probe, so that the probe hears Traefik's 504.
    '--serverstransport.forwardingtimeouts.dialtimeout=3s',
    '--global.checknewversion=false',
    '--global.sendanonymoususage=false',
    '--log.level=ERROR',
    '--log.nocolor=true',
  ]
}

function entrypoint(name: string, bind: string, port: number): string[] {
  const transport = `--entrypoints.${name}.transport`
  return [
    `--entrypoints.${name}.address=${isIPv6(bind) ? `[${bind}]` : bind}:${port}`,
    // Reading a request, its body included: the default of 60 s would cut large uploads. Writing is unlimited (SSE).
    `${transport}.respondingtimeouts.readtimeout=10m`,
    `${transport}.lifecycle.gracetimeout=3s`,
    // X_User_Id and X.User.Id are X-User-Id to WSGI, CGI and PHP; nginx drops such names too (Traefik >= 3.7.12).
    `--entrypoints.${name}.http.aliasheadersstrategy=delete`,
  ]
}
