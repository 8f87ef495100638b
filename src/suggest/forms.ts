/** The guide's timings ("Parameters explained"). */
const times = { interval: '10s', timeout: '5s', startPeriod: '30s', retries: 3 }

/** As a Dockerfile has it. */
export function dockerfileForm(test: string[]): string {
  const { interval, timeout, startPeriod, retries } = times
  const options = `HEALTHCHECK --interval=${interval} --timeout=${timeout} --start-period=${startPeriod} --retries=${retries}`
  const [form, ...command] = test
  // The exec form is JSON; the shell form goes as it is.
  return `${options} \\\n    CMD ${form === 'CMD-SHELL' ? command.join(' ') : JSON.stringify(command)}`
}

/** As a Compose file has it: every dollar doubled, as Compose would take it for a variable. */
export function composeForm(test: string[]): string {
  const { interval, timeout, startPeriod, retries } = times
  // JSON is YAML.
  const list = JSON.stringify(test).replaceAll('$', '$$$$')
  return [
    'healthcheck:',
    `  test: ${list}`,
    `  interval: ${interval}`,
    `  timeout: ${timeout}`,
    `  start_period: ${startPeriod}`,
    `  retries: ${retries}`,
  ].join('\n')
}

/** A check of ours. */
export function toriiForm(port: number, path: string | null): string {
  return `x-torii:\n  healthcheck: ${path === null ? `{tcp: ${port}}` : `{http: ${path}, port: ${port}}`}`
}
