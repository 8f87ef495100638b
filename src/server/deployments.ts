import { Type } from 'typebox'
import { flag, isSet, namedDeployment, nameOf } from './asked.ts'
import { whatIsAsked, withFolder } from './asked-folder.ts'
import { ContainersNow, Deployments, DeploymentView, DeployRequest, Removed, Reported, RevisionView, Started } from './contract.ts'
import { demands, namesIt } from './demands.ts'
import { describes } from './operation.ts'
import { refuseForeignConsent } from './operators-word.ts'
import type { App, Tools } from './parts.ts'
import { Refusal } from './refusal.ts'
import { refTo } from './schema.ts'

/** Which rules it may break stays in the audit trail. */
function allowing({ allow = [], consent }: DeployRequest): string {
  const rules = [...new Set([...allow, ...(consent?.rules ?? [])])]
  return rules.length === 0 ? '' : `, allowing ${rules.join(', ')}`
}

function resting(rules: string[]): string {
  return rules.length === 0 ? '' : `, by an earlier consent to ${rules.join(', ')}`
}

export function addDeployments(app: App, tools: Tools): void {
  addLooks(app, tools)
  addChanges(app, tools)
}

function addLooks(app: App, { as }: Tools): void {
  const list = describes('list', 'All deployments.', { 200: refTo(Deployments) })
  app.get('/deployments', { schema: list, ...demands('read') }, async (request) => ({ deployments: await as(request).list() }))

  const get = describes('get', 'One deployment.', { 200: refTo(DeploymentView) }, { params: namedDeployment })
  app.get('/deployments/:name', { schema: get, ...demands('read') }, (request) => as(request).get(nameOf(request.params.name)))

  const health = describes('health', 'What its app says of itself now; never part of the gate.', { 200: refTo(Reported) }, { params: namedDeployment })
  app.get('/deployments/:name/health', { schema: health, ...demands('read') }, async (request) => ({
    health: await as(request).health(nameOf(request.params.name)),
  }))

  const containers = describes(
    'containers',
    'How the containers of its live revision are now; looked at because it is asked.',
    { 200: refTo(ContainersNow) },
    { params: namedDeployment },
  )
  app.get('/deployments/:name/containers', { schema: containers, ...demands('read') }, async (request) => ({
    containers: await as(request).containers(nameOf(request.params.name)),
  }))
}

function addChanges(app: App, { as, submits, uploads, limits }: Tools): void {
  const submit = describes('submit', 'Admits an extension and begins to deploy it.', { 202: refTo(RevisionView) }, { body: refTo(DeployRequest) })
  app.post('/deployments', { schema: submit, ...demands('deploy', 'deploy') }, async (request, reply) => {
    const { body, about } = request
    Object.assign(about, { deployment: body.name ?? null, detail: `${whatIsAsked(body)}${allowing(body)}` })
    refuseForeignConsent(request)
    if (as(request).waiting() >= limits.queue) throw new Refusal('queue_full')
    let earlier: string[] = []
    const restsOn = (rules: string[]) => {
      earlier = rules
    }
    const begin = () => withFolder(request, uploads, 'adopt', (wanted) => as(request).submit({ ...namesIt(about, wanted), restsOn }))
    const view = await submits.run(begin, request.caller?.token)
    const { deployment, revision } = view
    Object.assign(about, { deployment: deployment.name, detail: `revision ${revision} of ${whatIsAsked(body)}${allowing(body)}${resting(earlier)}` })
    return reply.code(202).header('location', `/api/v1/deployments/${deployment.id}/revisions/${revision}`).send(view)
  })

  const query = Type.Object({ volumes: Type.Optional(flag) }, { additionalProperties: false })
  const remove = describes(
    'remove',
    'Removes a deployment; its volumes only when asked.',
    { 200: refTo(Removed) },
    { params: namedDeployment, querystring: query },
  )
  app.delete('/deployments/:name', { schema: remove, ...demands('deploy', 'rm') }, (request) => {
    const volumes = isSet(request.query.volumes)
    request.about.detail = volumes ? 'with its volumes' : null
    return as(request).remove(nameOf(request.params.name), { volumes })
  })

  const stop = describes('stop', 'Stops its containers; its routes answer 503.', { 200: refTo(DeploymentView) }, { params: namedDeployment })
  app.post('/deployments/:name/stop', { schema: stop, ...demands('deploy', 'stop') }, (request) => as(request).stop(nameOf(request.params.name)))

  const start = describes('start', 'Starts them again and looks at gate and probe.', { 200: refTo(Started) }, { params: namedDeployment })
  app.post('/deployments/:name/start', { schema: start, ...demands('deploy', 'start') }, (request) => as(request).start(nameOf(request.params.name)))
}
