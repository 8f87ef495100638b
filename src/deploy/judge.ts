import { answersTo, placeFor } from './admit.ts'
import type { PolicyReport } from './consent.ts'
import type { NamedRequest } from './ports.ts'
import type { Tools } from './tools.ts'

/** What the policy says of this request: nothing is recorded, pulled or started. Rejects where it cannot be read or resolved at all. */
export async function judge(request: NamedRequest, tools: Tools): Promise<PolicyReport> {
  const { source } = await tools.extensions.read(request)
  request.mayUse?.(source.name)
  const { deployment, ref } = await placeFor(source, tools)
  return tools.extensions.judge(source, ref, await answersTo(request, deployment, tools))
}
