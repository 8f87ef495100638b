/** A Compose file with one service of these lines. */
export function web(...lines: string[]): string {
  return services('web:', ...lines.map((line) => `  ${line}`))
}

export function services(...lines: string[]): string {
  return `${['services:', ...lines.map((line) => `  ${line}`)].join('\n')}\n`
}

/** A service whose health check has these lines. */
export function checked(...lines: string[]): string {
  return web('image: python:3.13', 'ports: ["8000"]', 'healthcheck:', ...lines.map((line) => `  ${line}`))
}

/** A service that is built from this Dockerfile. */
export function built(...lines: string[]): Record<string, string> {
  return { 'compose.yaml': web('build: .'), Dockerfile: `${lines.join('\n')}\n` }
}

/** The check that the guide recommends, in an image that has curl. */
export const guidesCheck = ['test: curl -f http://localhost:8000/health || exit 1', 'interval: 10s', 'timeout: 5s', 'start_period: 30s', 'retries: 3'] as const
