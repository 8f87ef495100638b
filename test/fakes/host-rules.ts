import type { Ended, Program } from '../../src/docker/run-program.ts'

type Rule = Record<string, string | number>

/** Policy routing rules of a host, kept as iproute2 tells and takes them. `refuses`: what it says to whoever may not change them. */
export function createHostRules({ refuses = '', rules = [] as Rule[] } = {}) {
  const kept: Rule[] = [{ priority: 0, src: 'all', table: 'local' }, ...rules]
  const ended = (stdout: string, stderr = ''): Ended => ({ ok: stderr === '', stdout, stderr, cut: null })
  /** `ip -4 [-json] rule show|add|del …`. */
  const run = async ({ args }: Program): Promise<Ended> => {
    if (args.includes('show')) return ended(JSON.stringify(kept))
    if (refuses !== '') return ended('', refuses)
    const [, , verb = '', ...words] = args
    const rule = ruleOf(words)
    const at = kept.findIndex((each) => Object.entries(rule).every(([key, value]) => each[key] === value))
    if (verb === 'add' && at >= 0) return ended('', 'RTNETLINK answers: File exists\n')
    if (verb === 'del' && at < 0) return ended('', 'RTNETLINK answers: No such file or directory\n')
    if (verb === 'add') kept.push(rule)
    else kept.splice(at, 1)
    return ended('')
  }
  /** Sources and targets, as they are told. */
  const told = () => kept.slice(1).map(({ src, srclen, dst, dstlen = 32, action }) => `${src}/${srclen} ${dst}/${dstlen} ${action}`)
  return { run, told }
}

/** `pref 213 from A to B prohibit protocol 213`; a whole address is told without its length. */
function ruleOf(words: string[]): Rule {
  const after = (word: string) => words[words.indexOf(word) + 1] ?? ''
  const [src = '', srclen] = after('from').split('/')
  const [dst = '', dstlen] = after('to').split('/')
  return {
    ...{ priority: Number(after('pref')), src, srclen: Number(srclen), dst },
    ...(dstlen === '32' ? {} : { dstlen: Number(dstlen) }),
    ...{ action: words.find((word) => word === 'prohibit' || word === 'blackhole') ?? '' },
    ...(words.includes('protocol') && { protocol: after('protocol') }),
  }
}
