import { describe, expect, test } from 'vitest'
import { calledPrograms, programsOf, programsOfCheck } from '../../../src/extension/called-programs.ts'
import { parseModel } from '../../../src/extension/model-text.ts'
import { rewriteExtension } from '../../../src/extension/rewrite.ts'
import { aCheck, anImage, anInput, aSource, plainWorld, resolvedOf } from './makers.ts'

test.each<[string[], string[]]>([
  [['ping', '-c1', 'db'], ['ping']],
  [['/bin/ping', 'db'], ['ping']],
  [['redis-cli', 'ping'], ['redis-cli']],
  [
    ['sh', '-c', 'until ping -c1 db; do sleep 1; done; exec sudo app'],
    ['sh', 'ping', 'sleep', 'exec', 'sudo', 'app'],
  ],
  [
    ['sh', '-c', 'echo \'hint; sudo app\'; echo "or; ping"  # or | chroot'],
    ['sh', 'echo', 'echo'],
  ],
  [
    ['sh', '-c', 'A=1 sudo x'],
    ['sh', 'sudo', 'x'],
  ],
  [
    ['sh', '-c', 'test "$(env X=1 sudo id)" && app'],
    ['sh', 'test', 'app', 'env', 'sudo', 'id'],
  ],
  [
    ['env', 'X=1', 'sudo', '-u', 'app', 'ping', 'db'],
    ['env', 'sudo', 'ping'],
  ],
  [
    ['gosu', 'app', 'timeout', '-k', '5', '10', 'ping', 'db'],
    ['gosu', 'timeout', 'ping'],
  ],
  [['sudo', '-i'], ['sudo']],
  [
    ['bash', '-ec', 'mysqladmin ping && echo "ping"'],
    ['bash', 'mysqladmin', 'echo'],
  ],
  [['sh'], ['sh']],
  [[], []],
])('%j calls %j', (command, programs) => {
  expect(calledPrograms(command)).toEqual(programs)
})

test.each<[string[], string[]]>([
  [['CMD', 'ping', 'x'], ['ping']],
  [
    ['CMD-SHELL', 'ping -c 1 x || exit 1'],
    ['ping', 'exit'],
  ],
  [['CMD-SHELL', 'X=1 ping db'], ['ping']],
  [['CMD', 'mongosh', '--eval', "db.adminCommand('ping')"], ['mongosh']],
  [['NONE'], []],
  [[], []],
])('the check %j calls %j', (check, programs) => {
  expect(programsOfCheck(check)).toEqual(programs)
})

test('of a script longer than is read, its beginning counts', () => {
  expect(programsOfCheck(['CMD-SHELL', `sudo app; ${'true; '.repeat(2000)}`])).toContain('sudo')
})

test('what an image runs by itself counts where its file names nothing else', () => {
  const image = anImage({ command: ['fixuid', '-q'] })

  expect(programsOf({ service: {}, image, check: null })).toEqual(['fixuid'])
  expect(programsOf({ service: { command: ['app'] } as object, image, check: aCheck({ test: ['CMD', 'ping'] }) })).toEqual(['app', 'ping'])
})

describe('a program that needs what is taken', () => {
  const rewritten = (service: object, profile: 'strict' | 'developer') => {
    const source = aSource({ policy: { profile, rules: {}, runtimes: [], allowed: [] } })
    const { model, notices } = rewriteExtension(anInput(resolvedOf({ web: { image: 'a:1', ...service } }), { source }), plainWorld)
    return { web: parseModel(model).services?.['web'] as Record<string, unknown>, notices }
  }

  test('keeps it in the developer profile, and that is said', () => {
    const { web, notices } = rewritten({ healthcheck: { test: ['CMD', 'ping', 'db'] }, command: ['sudo', 'app'] }, 'developer')

    expect(web['cap_drop']).toEqual(['AUDIT_WRITE', 'MKNOD', 'SYS_CHROOT'])
    expect(web['security_opt']).toBeUndefined()
    expect(notices).toEqual([
      'web: new privileges stay possible, because it calls sudo; the strict profile takes them.',
      'web: it keeps NET_RAW, because it calls ping; the strict profile takes it.',
    ])
  })

  test.each<[string, string, boolean]>([
    ['in quotes', "echo 'hint; sudo app'; app", false],
    ['behind an assignment', 'A=1 sudo app', true],
    ['behind env', 'env A=1 sudo app', true],
  ])('keeps new privileges only where it is called: sudo %s', (_, line, keeps) => {
    const { web } = rewritten({ command: ['sh', '-c', line] }, 'developer')

    expect(web['security_opt']).toEqual(keeps ? undefined : ['no-new-privileges:true'])
  })

  test('does not in strict', () => {
    const { web, notices } = rewritten({ command: ['sudo', 'ping', 'x'], healthcheck: { test: ['CMD', 'ping', 'db'] } }, 'strict')

    expect(web['cap_drop']).toHaveLength(4)
    expect(web['security_opt']).toEqual(['no-new-privileges:true'])
    expect(notices).toEqual([])
  })
})
