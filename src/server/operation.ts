import type { TSchema } from 'typebox'
import { Problem } from './contract.ts'
import { refTo } from './schema.ts'

const problem = { content: { 'application/problem+json': { schema: refTo(Problem) } }, description: 'What is wrong, and what to do about it.' }

/** One operation of the document: its name, one sentence, its answers and what it reads. Every operation may also answer a problem. */
export function describes<R extends Record<number, TSchema | object>, A extends object = object>(operationId: string, summary: string, answers: R, asks?: A) {
  return { operationId, summary, ...asks, response: { ...answers, default: problem } } as { operationId: string; summary: string; response: R } & A
}
