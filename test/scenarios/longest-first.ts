import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Folders whose files take a minute and more: begun last they would be waited for alone. */
const long = ['examples', 'kill-9', 'bad-settings']

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const place = ({ moduleId }: TestSpecification) => {
      const found = long.findIndex((folder) => moduleId.includes(`/scenarios/${folder}/`))
      return found === -1 ? long.length : found
    }
    return sorted.toSorted((a, b) => place(a) - place(b))
  }
}
