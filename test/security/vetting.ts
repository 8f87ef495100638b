import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Config, readConfig } from '../../src/config.ts'
import { DeployError, failureOf } from '../../src/deploy/failure.ts'
import type { Plan } from '../../src/deploy/plan.ts'
import type { RevisionFile } from '../../src/deploy/ports.ts'
import { createCompose } from '../../src/docker/compose.ts'
import { findCompose } from '../../src/docker/compose-binary.ts'
import { createExtensions } from '../../src/extension/extensions.ts'
import type { Model } from '../../src/extension/model.ts'
import { parseModel } from '../../src/extension/model-text.ts'
import { aFolder, anImage, anInput, plainEngine, ref } from '../unit/extension/makers.ts'

export interface Accepted {
  is: 'accepted'
  resolved: Model
  /** What would be started, as text and parsed. */
  text: string
  started: Model
  plan: Plan
  files: RevisionFile[]
  notices: string[]
}

export interface Refused {
  is: 'refused'
  reason: string
  sentence: string
  fix: string
  /** Whether the Compose binary was run before the refusal. */
  asked: boolean
}

export interface Given {
  /** Of the deployment. */
  name?: string
  env?: Record<string, string>
  /** Links and other things that are no text. */
  prepare?: (folder: string) => void
  /** The health check of every image. */
  image?: Parameters<typeof anImage>[0]
}

/**
 * The real reader, the real Compose binary, the real policy and the real rewriting, as a deploy on a server goes through them, under the strict
 * profile. What is thrown that is not a refusal comes through: a crash is no verdict.
 */
export function createVetting(setting: NodeJS.ProcessEnv = { TORII_POLICY: 'strict' }) {
  const home = mkdtempSync(join(tmpdir(), 'torii-vetting-'))
  const config: Config = { ...readConfig(setting), home }
  let asked = 0
  const compose = createCompose(config)
  const counted = {
    config: async (input: Parameters<typeof compose.config>[0]) => {
      asked += 1
      return compose.config(input)
    },
  }
  const extensions = createExtensions({ config, instance: 'inst', compose: counted })

  async function accepted(folder: string, { name = 'shop', env = {}, image = {} }: Given): Promise<Accepted> {
    const { source, notices: read } = await extensions.read({ path: folder, name, env })
    const { resolved, notices } = await extensions.resolve(source, ref, { recorded: [] })
    const subnets = extensions.subnetSizes(resolved).map((size, i) => `10.213.${i}.0/${size}`)
    const engine = { ...plainEngine, memory: 8 * 1024 ** 3 }
    const input = anInput(resolved, { source, image: anImage({ exposed: [8000], ...image }), subnets, engine })
    const { model, plan, files, notices: rewriting } = extensions.rewrite(input)
    return {
      is: 'accepted',
      resolved: parseModel(resolved),
      text: model,
      started: parseModel(model),
      plan,
      files,
      notices: [...read, ...notices, ...rewriting],
    }
  }

  return {
    compose,
    /** What Compose says against the model that it would be given, as when it creates the containers; '': nothing. */
    objection: async ({ text }: Accepted) => {
      const { path } = await findCompose(config)
      const { failed, stderr } = await execa(path, [`--project-directory=${home}`, '--file=-', '--env-file=/dev/null', 'config', '--quiet'], {
        input: text,
        env: {},
        extendEnv: false,
        reject: false,
      })
      return failed ? stderr : ''
    },
    /** Removes what it made. */
    end: () => rmSync(home, { recursive: true, force: true }),
    vet: async (files: Record<string, string>, given: Given = {}): Promise<Accepted | Refused> => {
      const folder = aFolder(files)
      given.prepare?.(folder)
      const before = asked
      try {
        return await accepted(folder, given)
      } catch (error) {
        if (!(error instanceof DeployError)) throw error
        const { reason, sentence, fix } = failureOf(error.trouble, 0)
        return { is: 'refused', reason, sentence, fix, asked: asked > before }
      }
    },
  }
}
