import { answersTo, placeFor } from './admit.ts'
import type { PolicyReport } from './consent.ts'
import { isEngineTrouble } from './failure.ts'
import type { NamedRequest } from './ports.ts'
import type { Tools } from './tools.ts'

/** What the policy says of this request: nothing is recorded, pulled or started. Rejects where it cannot be read or resolved at all. */
export async function judge(request: NamedRequest, tools: Tools): Promise<PolicyReport> {
  const { source } = await tools.extensions.read(request)
  request.mayUse?.(source.name)
  const imageOf = (image: string) => tools.engine.image(image).catch(unlessUnreachable)
  const { deployment, ref } = await placeFor(source, tools)
  return tools.extensions.judge(source, ref, await answersTo(request, deployment, tools), imageOf)
}

/** Without the engine nothing is known of an image, and the file can be judged all the same. */
function unlessUnreachable(error: unknown): null {
  if (isEngineTrouble(error)) return null
  throw error
}
