import { answerTo } from './answer.ts'
import type { HealthReport } from './report.ts'

/** What is used of `http.IncomingMessage`. */
export interface NodeRequest {
  method?: string | undefined
}

/** What is used of `http.ServerResponse`. */
export interface NodeResponse {
  statusCode: number
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
}

export type NodeHandler = (request: NodeRequest, response: NodeResponse) => void

/** For Node's http and http2, Express and Connect. */
export function nodeHandler(report: () => Promise<HealthReport>): NodeHandler {
  return ({ method }, response) => {
    // Only a response that somebody else has begun refuses headers: it is theirs to end.
    void send(method, response, report).catch(() => {})
  }
}

async function send(method: string | undefined, response: NodeResponse, report: () => Promise<HealthReport>): Promise<void> {
  const { status, headers, body } = await answerTo(method, report)
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.statusCode = status
  response.end(body)
}
