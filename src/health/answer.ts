import type { HealthReport } from './report.ts'

/** An HTTP answer in nobody's terms. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
}

/** The report as the answer to a request; a missing method counts as GET. */
export async function answerTo(method: string | undefined, report: () => Promise<HealthReport>): Promise<Answer> {
  if (method !== undefined && method !== 'GET' && method !== 'HEAD') return notAllowed
  const found = await report()
  return {
    status: found.status === 'healthy' ? 200 : 503,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: method === 'HEAD' ? '' : JSON.stringify(found),
  }
}

const notAllowed: Answer = { status: 405, headers: { allow: 'GET, HEAD', 'cache-control': 'no-store' }, body: '' }
