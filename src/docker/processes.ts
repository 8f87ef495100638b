import type { Ask } from '../engine-api/ask.ts'
import { answered } from '../engine-api/engine-answer.ts'

const most = 30

/** Command lines, as `ps` on the engine's machine gives them; none where the container does not run. */
export async function processesOf(ask: Ask, id: string, signal: AbortSignal): Promise<string[]> {
  try {
    const { Processes, Titles } = await ask<{ Processes?: string[][] | null; Titles?: string[] }>({ path: `/containers/${id}/top`, signal })
    const column = (Titles ?? []).findIndex((title) => title === 'CMD' || title === 'COMMAND')
    return (Processes ?? []).slice(0, most).map((fields) => fields[column] ?? fields.at(-1) ?? '')
  } catch (error) {
    // 409: it does not run (Docker 26.1.5; later ones say 500 for it).
    if (answered(error, 404, 409, 500)) return []
    throw error
  }
}
