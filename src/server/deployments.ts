import { Type } from 'typebox'
import { flag, isSet, namedDeployment, nameOf } from './asked.ts'
import { ContainersNow, Deployments, DeploymentView, DeployRequest, Removed, Reported, RevisionView, Started } from './contract.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { refTo } from './schema.ts'

export function addDeployments(app: App, { controller, submits }: Tools): void {
  const submit = describes('submit', 'Admits an extension and begins to deploy it.', { 202: refTo(RevisionView) }, { body: refTo(DeployRequest) })
  app.post('/deployments', { schema: submit }, async ({ body }, reply) => {
    const view = await submits.run(() => controller.submit(body))
    const { deployment, revision } = view
    return reply.code(202).header('location', `/api/v1/deployments/${deployment.id}/revisions/${revision}`).send(view)
  })

  const list = describes('list', 'All deployments.', { 200: refTo(Deployments) })
  app.get('/deployments', { schema: list }, async () => ({ deployments: await controller.list() }))

  const get = describes('get', 'One deployment.', { 200: refTo(DeploymentView) }, { params: namedDeployment })
  app.get('/deployments/:name', { schema: get }, ({ params }) => controller.get(nameOf(params.name)))

  const health = describes('health', 'What its app says of itself now; never part of the gate.', { 200: refTo(Reported) }, { params: namedDeployment })
  app.get('/deployments/:name/health', { schema: health }, async ({ params }) => ({ health: await controller.health(nameOf(params.name)) }))

  const containers = describes(
    'containers',
    'How the containers of its live revision are now; looked at because it is asked.',
    { 200: refTo(ContainersNow) },
    { params: namedDeployment },
  )
  app.get('/deployments/:name/containers', { schema: containers }, async ({ params }) => ({ containers: await controller.containers(nameOf(params.name)) }))

  const query = Type.Object({ volumes: Type.Optional(flag) }, { additionalProperties: false })
  const remove = describes(
    'remove',
    'Removes a deployment; its volumes only when asked.',
    { 200: refTo(Removed) },
    { params: namedDeployment, querystring: query },
  )
  app.delete('/deployments/:name', { schema: remove }, ({ params, query }) => controller.remove(nameOf(params.name), { volumes: isSet(query.volumes) }))

  const stop = describes('stop', 'Stops its containers; its routes answer 503.', { 200: refTo(DeploymentView) }, { params: namedDeployment })
  app.post('/deployments/:name/stop', { schema: stop }, ({ params }) => controller.stop(nameOf(params.name)))

  const start = describes('start', 'Starts them again and looks at gate and probe.', { 200: refTo(Started) }, { params: namedDeployment })
  app.post('/deployments/:name/start', { schema: start }, ({ params }) => controller.start(nameOf(params.name)))
}
