import { programsOf } from '../../deploy/command/programs.ts'
import type { Stated } from './service.ts'

/** What a test runs. Docker takes one argument after CMD-SHELL and drops the rest. */
export function toldBy(test: string[]): Pick<Stated, 'command' | 'programs'> {
  const isShell = test[0] === 'CMD-SHELL'
  const command = { form: isShell ? ('shell' as const) : ('exec' as const), argv: isShell ? test.slice(1, 2) : test.slice(1) }
  return { command, programs: programsOf(command) }
}
