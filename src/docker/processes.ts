import { readFile } from 'node:fs/promises'
import type { Container } from '../deploy/ports.ts'
import type { Ask } from '../engine-api/ask.ts'
import { answered } from '../engine-api/engine-answer.ts'
import { isOurs } from './sockets.ts'

const most = 30

/**
 * Command lines of a container's first process and all below it. From this machine's /proc where they are there: the engine runs `ps`
 * over the whole machine for it, which takes 80 ms on a busy one (Docker 26.1.5).
 */
export async function processesOf(ask: Ask, { id, pid }: Pick<Container, 'id' | 'pid'>, signal: AbortSignal): Promise<string[]> {
  return (await isOurs(id, pid)) ? below(pid) : top(ask, id, signal)
}

async function below(pid: number): Promise<string[]> {
  const lines: string[] = []
  for (let next = [pid]; next.length > 0 && lines.length < most; ) {
    const found = await Promise.all(next.slice(0, most - lines.length).map(lookAt))
    lines.push(...found.map(({ line }) => line).filter((line) => line !== ''))
    next = found.flatMap(({ children }) => children)
  }
  return lines
}

async function lookAt(pid: number): Promise<{ line: string; children: number[] }> {
  const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')
  const [command, children] = await Promise.all([read('cmdline'), read(`task/${pid}/children`)])
  return {
    line: command.replaceAll('\0', ' ').trim(),
    children: children
      .split(' ')
      .filter((each) => each !== '')
      .map(Number),
  }
}

async function top(ask: Ask, id: string, signal: AbortSignal): Promise<string[]> {
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
