import { answerRules } from './answers.ts'
import { checkListenRules } from './check-listen.ts'
import { checkProgramRules } from './check-program.ts'
import { checkShellRules } from './check-shell.ts'
import { checkTimeRules } from './check-time.ts'
import { exitWordRules } from './exit-words.ts'
import { exitRules } from './exits.ts'
import { hostRules } from './host.ts'
import { proxyRules } from './proxy.ts'
import { refusedRules } from './refused.ts'
import type { Rule } from './rule.ts'

/** Every cause that is known. Of those that leave no doubt the first counts: the special before the general. */
export const causeRules: Rule[] = [
  ...hostRules.slice(0, 1),
  ...checkShellRules.slice(0, 1),
  ...checkProgramRules,
  ...checkShellRules.slice(1),
  ...exitRules,
  ...exitWordRules.slice(0, 2),
  ...checkListenRules,
  ...checkTimeRules,
  ...exitWordRules.slice(2),
  ...refusedRules,
  ...answerRules,
  ...proxyRules,
  ...hostRules.slice(1),
]
