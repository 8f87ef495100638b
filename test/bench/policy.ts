import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { readConfig } from '../../src/config.ts'
import { projectOf } from '../../src/deploy/record.ts'
import { draftOf } from '../../src/extension/draft.ts'
import { parseModel } from '../../src/extension/model-text.ts'
import { answered } from '../../src/extension/policy/answers.ts'
import { hashOf } from '../../src/extension/policy/model-hash.ts'
import { enforce, everything } from '../../src/extension/policy/policy.ts'
import { contextOf, realWorld } from '../../src/extension/world.ts'
import { median } from './statistics.ts'

const tries = 200
const ref = { deployment: '6f0a1b2c-3d4e-4f60-8182-93a4b5c6d7e8', revision: 1 }
/** Issue 5: at most 5 ms a deployment. */
export const policyBar = 5

/**
 * ms that judging one deployment costs: ten services with binds, ports, labels and a build, found, hashed, answered, enforced, cleaned, and
 * judged once more, on a real folder.
 */
export async function measurePolicy(folder: string): Promise<number> {
  const root = join(await realpath(folder), 'policy')
  await mkdir(join(root, 'data'), { recursive: true })
  await writeFile(join(root, 'Dockerfile'), 'FROM busybox:stable\nRUN true\n')
  const resolved = modelText(root)
  const model = parseModel(resolved)
  const spent: number[] = []
  for (let at = 0; at < tries; at++) {
    // A world of its own each time: nothing is remembered from one deployment to the next.
    const world = realWorld(readConfig({}), 'bench')
    const begun = performance.now()
    const context = contextOf(model, { folder: root }, ref, world)
    const { stance } = answered(context.stance, everything(model, context), hashOf(model, context), { recorded: [] })
    enforce(model, { ...context, stance })
    const judged = performance.now()
    const draft = draftOf(resolved, { folder: root }, ref, world)
    const cleaned = performance.now()
    enforce(draft, contextOf(draft, { folder: root }, ref, world))
    spent.push(judged - begun + performance.now() - cleaned)
  }
  return median(spent)
}

function modelText(root: string): string {
  const services = Object.fromEntries(
    Array.from({ length: 10 }, (_, at) => [
      `service-${at}`,
      {
        ...(at === 0 ? { build: { context: root } } : { image: `registry.test/app-${at}:1` }),
        container_name: `app-${at}`,
        environment: Object.fromEntries(Array.from({ length: 20 }, (__, n) => [`VARIABLE_${n}`, `value ${n}`])),
        labels: { 'traefik.enable': 'true', mine: 'x' },
        ports: [{ target: 8000 + at, published: String(8000 + at), protocol: 'tcp' }],
        volumes: [
          { type: 'bind', source: join(root, 'data'), target: '/data', read_only: true },
          { type: 'volume', source: 'data', target: '/var/lib' },
        ],
        healthcheck: { test: ['CMD', 'true'], interval: '10s' },
        networks: { default: null },
      },
    ]),
  )
  const project = projectOf(ref)
  return stringify({ name: project, services, networks: { default: { name: `${project}_default` } }, volumes: { data: { name: `${project}_data` } } })
}
