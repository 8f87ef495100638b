import { DeployError } from '../deploy/failure.ts'
import type { Ask } from '../engine-api/ask.ts'
import { compareApi, fastStartApi } from '../engine-api/connect.ts'
import type { Compose } from './compose.ts'

/** What `doctor` and the warnings say of the engine. */
export interface EngineInfo {
  version: string
  apiVersion: string
  os: string
  arch: string
  rootless: boolean
  /** null: none that can be used; `composeTrouble` says why. */
  composeVersion: string | null
  composePath: string | null
  composeTrouble: string | null
  /** Engine API of 1.44 and more knows start_interval. */
  startInterval: boolean
  warnings: string[]
}

export async function engineInfo(ask: Ask, compose: Compose): Promise<EngineInfo> {
  const version = await ask.version()
  const { SecurityOptions } = await ask<{ SecurityOptions?: string[] }>({ path: '/info' })
  const startInterval = compareApi(version.ApiVersion, fastStartApi) >= 0
  return {
    version: version.Version,
    apiVersion: version.ApiVersion,
    os: version.Os,
    arch: version.Arch,
    rootless: (SecurityOptions ?? []).includes('name=rootless'),
    ...(await composeFacts(compose)),
    startInterval,
    warnings: startInterval
      ? []
      : [
          `Docker ${version.Version} (API ${version.ApiVersion}) has no start_interval: fast start is off, so a container is seen healthy after its first whole interval at the earliest. Docker 25 has it.`,
        ],
  }
}

async function composeFacts(compose: Compose): Promise<Pick<EngineInfo, 'composeVersion' | 'composePath' | 'composeTrouble'>> {
  try {
    const { version, path } = await compose.binary()
    return { composeVersion: version, composePath: path, composeTrouble: null }
  } catch (error) {
    if (!(error instanceof DeployError)) throw error
    return { composeVersion: null, composePath: null, composeTrouble: error.trouble.detail }
  }
}
