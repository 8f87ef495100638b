import { finalLines, isOfCheck, isOfEnd } from './case.ts'
import { quote, type Rule, write } from './rule.ts'
import { whetherItGoesOn } from './said.ts'

/** Python 3: `tempfile` tries /tmp, /var/tmp, /usr/tmp and the working directory. */
const noneUsable = /No usable temporary directory found in/

export const temporaryFolderRules: Rule[] = [
  {
    id: 'no-temporary-folder',
    about: 'a Python program that finds no folder for temporary files: its root file system is read-only, or its user may write nowhere',
    find: (seen) => {
      const { service } = seen
      const lines = isOfEnd(seen) ? finalLines(seen) : isOfCheck(seen) ? seen.said.split('\n') : []
      const line = lines.findLast((each) => noneUsable.test(each))
      if (line === undefined || (isOfEnd(seen) && seen.seen?.exitCode === 0)) return null
      const readOnly = seen.seen?.facts?.readOnly === true
      return {
        clause: `${service} has no folder for temporary files${readOnly ? ': `read_only: true` forbids it to write /tmp' : ', neither /tmp nor another'}`,
        fix: `${write(service, '', 'tmpfs: [/tmp]')}: a folder in memory that it may write.`,
        evidence: [quote(line), ...(readOnly ? ['its root file system is read-only'] : [])],
        deeper: true,
        sure: readOnly,
        ...(!readOnly && whetherItGoesOn(seen)),
      }
    },
  },
]
