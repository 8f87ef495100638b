import { type Document, isCollection, isMap, isNode, LineCounter, parseAllDocuments, type Scalar, visit, type YAMLParseError } from 'yaml'
import { DeployError } from '../deploy/failure.ts'
import { cleanText } from '../text/clean.ts'
import { expansionTrouble } from './expansion.ts'
import { looksLikeService, misplacedFix } from './misplaced.ts'
import type { Dict } from './model.ts'
import { isDict, withoutPrototypes } from './model-text.ts'

/** A Compose file as we parse it ourselves: for order, positions and what must be refused before Compose sees it. */
export interface ParsedFile {
  /** For people: the path below the folder. */
  label: string
  root: Dict
  document: Document
  /** `label: line 6, column 3` of a key or value, or of the nearest thing above it that has a place. */
  where(path: (string | number)[]): string
}

/** A file that cannot be parsed. The detail is for people; a tool that points at the place finds it here. */
export class UnparsableFile extends DeployError {
  readonly why: string
  /** null: of the whole file. */
  readonly offset: number | null

  constructor(detail: string, options: { why: string; offset?: number | null; fix?: string | undefined; cause?: unknown }) {
    super('compose_invalid', detail, options)
    this.why = options.why
    this.offset = options.offset ?? null
  }
}

/** Refuses what Compose would merge (several documents), expand without end (alias bombs) or explain badly (positions). */
export function parseComposeFile(text: string, label: string): ParsedFile {
  const lines = new LineCounter()
  const document = onlyDocument(documentsOf(text, label, lines), label, lines)
  const trouble = expansionTrouble(document)
  if (trouble !== null) throw trouble.offset === null ? unparsable(label, trouble.why) : unparsableAt(label, lines, trouble.offset, trouble.why)
  const root = rootOf(document, label)
  return { label, root, document, where: (path) => `${label}: ${place(lines, offsetOf(document, path))}` }
}

/** Services in file order, Compose's own `name`, and the top-level `x-torii` of the main file. */
export function factsOf(main: ParsedFile): { order: string[]; name: string | null; torii: unknown } {
  const { services, include, name, 'x-torii': torii } = main.root
  const order = isDict(services) ? Object.keys(services) : []
  if (services !== undefined && services !== null && !isDict(services))
    throw invalid(`${main.where(['services'])}: services must be a mapping of names to services`)
  if (order.length === 0 && include === undefined) throw noServices(main)
  return { order, name: typeof name === 'string' && !name.includes('$') ? name : null, torii }
}

/** What is not indented is no service: then that is what is wrong. */
function noServices(main: ParsedFile): DeployError {
  const name = Object.keys(main.root).find((key) => looksLikeService(main.root[key]))
  if (name === undefined) return invalid(`${main.label} names no services`, 'Add at least one service below `services:`.')
  const said = cleanText(name, { max: 80 })
  const above = main.root['services'] === undefined ? 'Write `services:` above it. ' : ''
  return invalid(`${main.where([name])}: "${said}" stands at the top, and belongs below \`services:\``, `${above}${misplacedFix(said)}`)
}

/** Lines and items of a file. A megabyte of nothing else keeps `yaml` busy for seconds; the largest real file has 2,000. */
const mostParts = 50_000

function documentsOf(text: string, label: string, lines: LineCounter): Document[] {
  if ((text.match(/[\n,[{?]|- /g) ?? []).length > mostParts) throw unparsable(label, `has more than ${mostParts} lines and items`)
  try {
    const documents = parseAllDocuments(text, { merge: true, lineCounter: lines, prettyErrors: false, logLevel: 'silent', uniqueKeys: false })
    return 'empty' in documents ? [] : documents
  } catch (cause) {
    if (cause instanceof RangeError) throw unparsable(label, 'it is nested far too deep')
    throw unparsable(label, 'it cannot be parsed as YAML', cause)
  }
}

function onlyDocument(documents: Document[], label: string, lines: LineCounter): Document {
  const [document, second] = documents
  const error = documents.flatMap((each) => each.errors)[0]
  if (error?.message.includes('Maximum call stack')) throw unparsable(label, 'it is nested far too deep')
  const quote = error === undefined ? null : openQuote(document, error)
  if (quote !== null) throw unparsableAt(label, lines, quote, 'the quote that opens here is not closed', 'Close the quote that opens there.')
  if (error !== undefined) throw unparsableAt(label, lines, error.pos[0], cleanText(error.message, { max: 200 }))
  if (document === undefined || document.contents === null) throw unparsable(label, 'is empty')
  if (second !== undefined) throw unparsableAt(label, lines, second.range?.[0] ?? 0, 'there is more than one YAML document', oneDocument)
  if (!isMap(document.contents))
    throw unparsable(label, `it must be a mapping with \`services:\`, not ${isCollection(document.contents) ? 'a list' : 'a single value'}`)
  return document
}

/** Where the quote begins that the parser missed the end of: it says only where it gave up. null: it cannot be told. */
function openQuote(document: Document | undefined, { code, message, pos }: YAMLParseError): number | null {
  if (document === undefined || code !== 'MISSING_CHAR' || !message.startsWith('Missing closing')) return null
  const found: number[] = []
  const look = (_: unknown, { type, range }: Scalar) => {
    if (/^QUOTE_/.test(type ?? '') && range && range[0] <= pos[0] && pos[0] <= range[2]) found.push(range[0])
  }
  try {
    visit(document, { Scalar: look })
  } catch (error) {
    // One that is nested far too deep.
    if (!(error instanceof RangeError)) throw error
  }
  return found.at(-1) ?? null
}

function rootOf(document: Document, label: string): Dict {
  try {
    return withoutPrototypes(document.toJS({ mapAsMap: true, maxAliasCount: -1 })) as Dict
  } catch (cause) {
    throw unparsable(label, cleanText((cause as Error).message, { max: 200 }), cause)
  }
}

const oneDocument = 'Keep one document, without `---` between parts.'

/** "compose.yaml is empty", "compose.yaml: it is …". */
function unparsable(label: string, why: string, cause?: unknown): UnparsableFile {
  return new UnparsableFile(`${label}${/^(is|has) /.test(why) ? '' : ':'} ${why}`, { why, cause })
}

function unparsableAt(label: string, lines: LineCounter, offset: number, why: string, fix?: string): UnparsableFile {
  return new UnparsableFile(`${label}: ${place(lines, offset)}: ${why}`, { why, offset, fix })
}

function place(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset)
  return `line ${line}, column ${col}`
}

function offsetOf(document: Document, path: (string | number)[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const key = path[length - 1]
    const pair = isMap(parent) ? parent.items.find((item) => isNode(item.key) && String(item.key) === String(key)) : undefined
    const node = isNode(pair?.key) ? pair.key : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function invalid(detail: string, fix?: string): DeployError {
  return new DeployError('compose_invalid', detail, { fix })
}
