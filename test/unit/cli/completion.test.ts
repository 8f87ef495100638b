import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { completionScript, type Shell } from '../../../src/cli/completion.ts'
import { createProgram } from '../../../src/cli/program.ts'

const program = createProgram()

describe.each<Shell>(['bash', 'zsh', 'fish'])('completion of %s', (shell) => {
  const script = completionScript(shell, program)

  test('knows every command and every option that is shown', () => {
    for (const command of program.commands.flatMap((each) => [each, ...each.commands])) {
      expect(script).toContain(command.name())
      for (const { long, hidden } of command.options) expect(script.includes(shell === 'fish' ? `-l ${long?.slice(2)}` : String(long))).toBe(!hidden)
    }
  })
})

test.each([
  ['torii dep', 'deploy'],
  ['torii deploy --no', '--no-wait'],
  ['torii completion z', 'zsh'],
  ['torii status hel', 'hello-app'],
  ['torii token rev', 'revoke'],
  ['torii token create --sco', '--scope'],
  ['torii policy ex', 'explain'],
  ['torii policy check --allo', '--allow'],
])('bash completes "%s" to %s', async (line, expected) => {
  const words = line.split(' ')
  const script = `${completionScript('bash', program)}
torii() { echo hello-app; }
COMP_WORDS=(${words.join(' ')}) COMP_CWORD=${words.length - 1}
_torii; echo "\${COMPREPLY[@]}"`

  const { stdout } = await execa('bash', ['--norc'], { input: script })

  expect(stdout).toBe(expected)
})

test('every command has a description and examples', async () => {
  for (const command of program.commands.flatMap((each) => [each, ...each.commands])) {
    let help = ''
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp()
    expect(command.description()).not.toBe('')
    expect(help).toContain(`Examples:\n  torii ${command.parent === program ? '' : `${command.parent?.name()} `}${command.name()}`)
    if (command.commands.length === 0) expect(help).toContain('--json')
  }
})
