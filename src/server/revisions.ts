import { Type } from 'typebox'
import { namedDeployment, nameOf, revisionOf, revisionOrLatest } from './asked.ts'
import { Revisions, RevisionView } from './contract.ts'
import { Evidence } from './contract-evidence.ts'
import { demands } from './demands.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { Refusal } from './refusal.ts'
import { refTo } from './schema.ts'

const ofOne = Type.Object({ ...namedDeployment.properties, revision: revisionOrLatest })

export function addRevisions(app: App, { as }: Tools): void {
  const list = describes('revisions', 'Its revisions, oldest first.', { 200: refTo(Revisions) }, { params: namedDeployment })
  app.get('/deployments/:name/revisions', { schema: list, ...demands('read') }, async (request) => ({
    revisions: await as(request).revisions(nameOf(request.params.name)),
  }))

  const one = describes('revision', 'One revision: the machine contract.', { 200: refTo(RevisionView) }, { params: ofOne })
  app.get('/deployments/:name/revisions/:revision', { schema: one, ...demands('read') }, (request) => {
    const { name, revision } = request.params
    return as(request).revision(nameOf(name), revisionOf(revision))
  })

  const evidence = describes('evidence', 'What was seen when it settled; 404 until then.', { 200: refTo(Evidence) }, { params: ofOne })
  app.get('/deployments/:name/revisions/:revision/evidence', { schema: evidence, ...demands('read') }, async (request) => {
    const { name, revision } = request.params
    const seen = await as(request).evidence(nameOf(name), revisionOf(revision))
    if (seen === null) throw new Refusal('no_evidence')
    return seen
  })
}
