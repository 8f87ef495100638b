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
    ['sh', 'ping', 'sleep', 'done', 'sudo'],
  ],
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
  [['CMD', 'mongosh', '--eval', "db.adminCommand('ping')"], ['mongosh']],
  [['NONE'], []],
  [[], []],
])('the check %j calls %j', (check, programs) => {
  expect(programsOfCheck(check)).toEqual(programs)
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

  test('does not in strict', () => {
    const { web, notices } = rewritten({ command: ['sudo', 'ping', 'x'], healthcheck: { test: ['CMD', 'ping', 'db'] } }, 'strict')

    expect(web['cap_drop']).toHaveLength(4)
    expect(web['security_opt']).toEqual(['no-new-privileges:true'])
    expect(notices).toEqual([])
  })
})
