import { CommanderError } from 'commander'
import { createProgram } from './program.ts'

// `torii ls | head -1`: whoever read has enough, and that is no error.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1)
  })

try {
  await createProgram().parseAsync(asked(process.argv.slice(2)), { from: 'user' })
} catch (error) {
  process.exitCode = await exitOf(error)
}

/** As an option the version is asked for by habit. */
function asked([first, ...others]: string[]): string[] {
  if (first === undefined) return ['--help']
  return [first === '--version' || first === '-V' ? 'version' : first, ...others]
}

/** Commander has said already what is wrong with the call, or shown its help. */
async function exitOf(error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const { reportError } = await import('./report-error.ts')
  return reportError(error, process.argv.includes('--json'))
}
