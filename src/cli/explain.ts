import { context } from './context.ts'
import { explanation } from './explanation.ts'
import { print, printJson } from './output.ts'

export async function explain(name: string, { revision = 'latest', json }: { revision?: number | 'latest'; json?: boolean }): Promise<void> {
  const { api } = context()
  const [view, evidence] = await Promise.all([api.revision(name, revision), api.evidence(name, revision)])
  if (json) printJson({ revision: view, evidence })
  else for (const line of explanation(view, evidence)) print(line)
}
