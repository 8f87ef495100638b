import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { realClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { createEngine } from '../../src/docker/engine.ts'
import { engineContract } from './engine.contract.ts'

const home = mkdtempSync(join(tmpdir(), 'torii-engine-'))
const instance = randomUUID()
const engine = createEngine({ config: { ...readConfig(), home }, instance, clock: realClock, log: { warn: () => {} } })

engineContract('docker', async () => ({ engine, instance, image: 'busybox:stable', passes: () => new Promise<void>(() => {}) }))

afterAll(() => rmSync(home, { recursive: true, force: true }))
