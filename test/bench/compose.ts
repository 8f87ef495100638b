import { execa } from 'execa'
import type { Contender } from './contender.ts'

/** `docker compose up -d --wait`, the plugin called directly, without `docker` in front. */
export function composeContender(name: string, binary: string): Contender {
  const compose = (project: string, file: string, ...args: string[]) =>
    execa(binary, ['-p', project, '-f', file, ...args], { reject: false, stdin: 'ignore', env: { HOME: '/tmp' }, timeout: 120_000 })
  return {
    name,
    run: async ({ name, file, of }) => {
      const { exitCode, stderr } = await compose(name, file, 'up', '-d', '--wait')
      if ((exitCode === 0) === of.fails) throw new Error(`${binary} answered ${exitCode}: ${stderr}`)
    },
    clean: async ({ name, file }) => {
      await compose(name, file, 'kill')
      await compose(name, file, 'down', '-v', '--timeout', '0')
    },
  }
}
