import { describe, expect, test } from 'vitest'
import { pageOf } from '../../../src/deploy/reason-page.ts'
import { pageOf as pageOfRule } from '../../../src/lint/page.ts'
import { ruleOf } from '../../../src/lint/rules.ts'
import { aDeployment } from './makers.ts'
import { aStub, sendProblem } from './stub.ts'

const nobody = { reason: 'not_found', sentence: 'There is no such deployment.', fix: '`torii ls` lists what there is.', status: 404 }
const withoutIt = {
  'GET /deployments': () => ({ deployments: [aDeployment()] }),
  ...Object.fromEntries(
    ['busy', 'container_unhealty', 'helo-app', 'nothing-like-it'].flatMap((name) =>
      ['', '/evidence'].map((rest) => [
        `GET /deployments/${name}/revisions/latest${rest}`,
        (_: unknown, response: Parameters<typeof sendProblem>[0]) => sendProblem(response, 404, nobody),
      ]),
    ),
  ),
}

describe('torii explain', () => {
  test('prints the page of a reason and of a lint rule, and asks nobody', async () => {
    await using stub = await aStub({})

    const [reason, rule, document] = await Promise.all([
      stub.torii('explain', 'container_unhealthy'),
      stub.torii('explain', 'T205'),
      stub.torii('explain', 'app_status', '--json'),
    ])

    expect(reason.stdout).toBe(pageOf('container_unhealthy').trimEnd())
    expect(rule.stdout).toBe(pageOfRule(ruleOf('T205') as NonNullable<ReturnType<typeof ruleOf>>).trimEnd())
    expect(JSON.parse(document.stdout)).toMatchObject({ reason: 'app_status', exit: 6, http: 422, sentence: expect.any(String), fix: expect.any(String) })
    expect({ asked: stub.asked, exits: [reason.exitCode, rule.exitCode, document.exitCode] }).toEqual({ asked: [], exits: [0, 0, 0] })
  })

  test('prints the page of a reason that could be a name where no deployment is called that', async () => {
    await using stub = await aStub(withoutIt)

    const { stdout, exitCode } = await stub.torii('explain', 'busy')

    expect({ stdout, exitCode }).toEqual({ stdout: pageOf('busy').trimEnd(), exitCode: 0 })
  })

  test.each([
    ['container_unhealty', 8, 'Did you mean `torii explain container_unhealthy`?'],
    ['helo-app', 8, 'Did you mean `torii explain hello-app`?'],
    ['nothing-like-it', 8, '`torii ls` lists what there is.'],
    ['T999', 2, '`torii lint --rules` lists them all.'],
  ])('of %s, which there is not, says what was probably meant', async (name, exit, fix) => {
    await using stub = await aStub(withoutIt)

    const { stderr, exitCode } = await stub.torii('explain', name)

    expect(stderr).toContain(fix)
    expect(exitCode).toBe(exit)
  })
})
