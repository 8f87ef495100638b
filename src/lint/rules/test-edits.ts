import { isScalar, isSeq } from 'yaml'
import type { Edit } from '../rule.ts'
import type { LintService } from '../see/service.ts'

export function isListOfTexts(test: unknown): test is (string | number)[] {
  return Array.isArray(test) && test.every((each) => typeof each === 'string' || typeof each === 'number')
}

/**
 * A list of the test as another list, in the flow form; nothing when it has comments or anchors inside, is not written as a list, or has
 * variables of Compose, which would stand there with their values. null: it is not clear what was meant.
 */
export function replacedTest(service: LintService, words: string[] | null): Edit[] {
  const written = service.written(['healthcheck', 'test'])
  const list = written?.value
  if (words === null || written === null || !isSeq(list) || !list.range || list.anchor !== undefined) return []
  const { source } = written.file
  const flow = list.flow === true
  const start = flow ? list.range[0] : (written.key?.range?.[1] ?? list.range[0])
  const last = list.items.at(-1)
  const end = flow ? list.range[1] : isScalar(last) && last.range ? last.range[1] : start
  const text = source.text.slice(start, end)
  const isBetween = flow || /^\s*:\s*$/.test(source.text.slice(start, list.range[0]))
  const plain = list.items.every((item) => isScalar(item) && item.anchor === undefined && item.type !== 'BLOCK_LITERAL' && item.type !== 'BLOCK_FOLDED')
  if (!plain || !isBetween || /(^|\s)#/.test(text) || /(^|[^$])\$(?!\$)/.test(text) || end <= start) return []
  return [{ source, start, end, text: `${flow ? '' : ': '}[${words.map((word) => JSON.stringify(word)).join(', ')}]` }]
}
