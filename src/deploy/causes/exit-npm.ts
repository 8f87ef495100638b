import { type Case, ending, isOfEnd } from './case.ts'
import { lineWith, type Rule, write } from './rule.ts'

const ended = (seen: Case) => isOfEnd(seen) && seen.seen?.exitCode !== 0

/** npm 11, yarn 1, pnpm 10. */
const noScript = /Missing script: "?([\w:-]+)"?|^error Command "([\w:-]+)" not found|ERR_PNPM_NO_SCRIPT\S*\s+Missing script:? "?([\w:-]+)/m

/** Rules for what npm and its like say before they end: they ran nothing. */
export const exitNpmRules: Rule[] = [
  {
    id: 'npm-script-missing',
    about: 'a program that is started by a script that its package.json does not have',
    find: (seen) => {
      const said = noScript.exec(ending(seen))
      const name = said?.[1] ?? said?.[2] ?? said?.[3]
      if (!ended(seen) || said === null || name === undefined) return null
      return {
        clause: `${seen.service} is started by the script "${name}", which its package.json does not have`,
        fix: `In the package.json of ${seen.service}, under \`"scripts"\`, write \`"${name}": "node the-file.js"\` and build again; or start that file itself: ${write(seen.service, '', 'command: ["node", "the-file.js"]')}.`,
        evidence: [lineWith(ending(seen), noScript)],
        sure: true,
      }
    },
  },
  {
    id: 'package-json-missing',
    about: 'npm in a folder without a package.json',
    find: (seen) => {
      const words = /Could not read package\.json|Couldn't find a package\.json|ERR_PNPM_NO_IMPORTER_MANIFEST_FOUND/
      const line = lineWith(ending(seen), words)
      if (!ended(seen) || line === '') return null
      const folder = /open '([^']+)\/package\.json'|file in "([^"]+)"|found in "?([^"\s]+)/.exec(line)
      const at = folder?.[1] ?? folder?.[2] ?? folder?.[3] ?? 'its working directory'
      return {
        clause: `${seen.service} runs npm in ${at}, where there is no package.json`,
        fix: `Set the folder of package.json with WORKDIR in the Dockerfile of ${seen.service} (or \`working_dir:\` under \`services: ${seen.service}:\`) and copy it there (\`COPY package*.json ./\`, and not in .dockerignore); a volume or bind mount over ${at} hides what the image has.`,
        evidence: [line],
        sure: true,
      }
    },
  },
]
