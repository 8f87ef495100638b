import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/scenarios/longest-first.ts'

const seconds = (n: number) => n * 1000

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      // A busy machine is slow, and no test here is about time: only what hangs is to be ended.
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false, testTimeout: seconds(60) } },
      { test: { name: 'security', include: ['test/security/**/*.test.ts'], testTimeout: seconds(60) } },
      { test: { name: 'contract', include: ['test/contract/**/*.test.ts'], testTimeout: seconds(60) } },
      {
        test: {
          name: 'scenarios',
          include: ['test/scenarios/**/*.test.ts'],
          globalSetup: 'test/scenarios/global-setup.ts',
          // Four at a time on two cores: only what hangs is to be ended here too.
          testTimeout: seconds(180),
          hookTimeout: seconds(120),
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
