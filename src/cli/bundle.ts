import { writeFile } from 'node:fs/promises'
import { usageError } from './cli-error.ts'
import { jsonText } from './output.ts'

/** Everything that was seen of one revision in one file, for its owner alone; what is there already is not overwritten. */
export async function writeBundle(file: string, seen: object): Promise<void> {
  try {
    await writeFile(file, `${jsonText(seen)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw usageError(`${file} is there already.`, 'Name a file that is not.')
    throw usageError(`${file} cannot be written (${code}).`, 'Name a file in a folder that is there and may be written.')
  }
}
