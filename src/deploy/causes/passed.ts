import type { Case } from './case.ts'

/** What worked all the same: it narrows down where to look. */
export function whatPassed({ evidence, answers, revision }: Case): string[] {
  const well = evidence.containers.filter(({ verdict }) => verdict === 'passed' || verdict === 'finished')
  const names = [...new Set(well.map(({ service, verdict }) => `${service} ${verdict === 'passed' ? 'is healthy' : 'has finished'}`))]
  const routed = answers.some(({ last }) => last.mark !== null)
  const tls = answers.some(({ last }) => last.phases.tls !== null)
  const good = answers.filter(({ last }) => last.hop === 'app' && last.status !== null && last.status < revision.source.settings.probe.expect)
  return [
    ...(revision.plan === null ? [] : ['the images are there']),
    ...names,
    ...(tls ? ['TLS works'] : []),
    ...(routed ? ['routing works'] : []),
    ...good.map(({ route, last }) => `the ${route} route answered ${last.status}`),
  ]
}
