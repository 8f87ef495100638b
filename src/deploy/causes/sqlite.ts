import { type Case, ending } from './case.ts'
import { coveredBy, shown } from './mounts.ts'
import { type Found, quote, type Rule, write } from './rule.ts'
import { saidOf, whetherItGoesOn } from './said.ts'
import { environmentOf, servicesOf } from './stores.ts'

const words =
  /unable to open database file|SQLITE_CANTOPEN|attempt to write a readonly database|SQLITE_READONLY|Cannot open database because the directory does not exist/

/** Where its database file is: as its code has it in the frame of a traceback, or as a variable says; null: nothing tells. */
function fileOf(seen: Case): { path: string; variable: string | null } | null {
  const env = Object.entries(environmentOf(seen)).flatMap(([variable, value]) => {
    const path = /^(?:sqlite(?:\+\w{1,20})?:\/{3}|file:)?(\/[\w./-]{1,200})$/.exec(value)?.[1]
    const says = value.startsWith('sqlite') || value.startsWith('file:') || /\.(?:db|sqlite3?)$/.test(value)
    return path !== undefined && says ? [{ path, variable }] : []
  })
  const code = /["'`(=/](\/[\w./-]{1,200}\.(?:db|sqlite3?))\b/.exec(ending(seen))?.[1] ?? fromWorkingDir(seen)
  return env[0] ?? (code === null ? null : { path: code, variable: null })
}

/** A name without a slash in front lies below where the program starts. */
function fromWorkingDir(seen: Case): string | null {
  const { workingDir } = seen.seen?.facts ?? {}
  const name = /(?:connect|open|Database|create_engine)\(["'`](?:sqlite:\/{3})?(?:\.\/)?([\w-][\w./-]{0,200}\.(?:db|sqlite3?))["'`]/.exec(ending(seen))?.[1]
  return workingDir === undefined || name === undefined ? null : `${workingDir.replace(/\/$/, '')}/${name}`
}

const folderOf = (path: string) => path.replace(/\/[^/]*$/, '') || '/'
const isRoot = (user: string) => user === '' || user === 'root' || user.startsWith('0')

function owned(seen: Case, folder: string, user: string): string {
  const { service } = seen
  const built = servicesOf(seen).get(service)?.built === true
  const own = `${built ? `In the Dockerfile of ${service}, before its USER` : `In a Dockerfile of ${service}`}, write \`RUN mkdir -p ${folder} && chown -R ${user} ${folder}\` (a new, empty volume over ${folder} takes that over)`
  const root = `remove \`user:\` from \`services: ${service}:\` in the Compose file`
  const fromImage = seen.seen?.facts?.imageUser === user
  if (fromImage) return `${own}.`
  return built ? `${own}; or ${root}.` : `${root.replace(/^r/, 'R')}; or: ${own.replace(/^I/, 'i')}.`
}

export const sqliteRules: Rule[] = [
  {
    id: 'sqlite-file',
    about: 'SQLite, which cannot open or write its file: a folder that is not there or is not its user’s, or a read-only mount',
    find: (seen): Found | null => {
      const said = saidOf(seen, words)
      if (said === null) return null
      const { service } = seen
      const file = fileOf(seen)
      const user = seen.seen?.facts?.user ?? ''
      const mounts = servicesOf(seen).get(service)?.mounts ?? []
      const only = mounts.filter(({ type }) => type === 'volume')
      const path = file?.path ?? (only.length === 1 ? `${only[0]?.target}/its-file` : null)
      const folder = path === null ? null : folderOf(path)
      const mount = path === null ? null : coveredBy(mounts, path)
      const readOnly = /readonly|READONLY/.test(said.line)
      const evidence = [
        quote(said.line),
        `it runs as ${user || 'root'}`,
        ...(file === null ? [] : [`its file is ${file.path}${file.variable === null ? '' : ` (${file.variable})`}`]),
      ]
      const base = { evidence, deeper: true, sure: said.sure && path !== null, ...(!(said.sure && path !== null) && unknown(seen, said.sure)) }
      const what = file === null ? 'its SQLite file' : `its SQLite file ${file.path}`
      if (mount?.readOnly)
        return {
          ...base,
          clause: `${service} may not write ${what}: ${shown(seen, mount)} is mounted read-only`,
          fix: `In the Compose file, under \`services: ${service}: volumes:\`, remove \`:ro\` (or \`read_only:\`) from the line that mounts ${shown(seen, mount)} at ${mount.target}.`,
        }
      if (!isRoot(user) && readOnly)
        return {
          ...base,
          clause: `${service} runs as ${user} and may not write ${what}, which belongs to another user`,
          fix: `Let it run as the file’s user: remove \`user:\` from \`services: ${service}:\` (or USER from its Dockerfile)${mount?.type === 'volume' ? `; or, if the data of the volume ${mount.source} may go, \`torii rm ${seen.name} --volumes --yes\` and deploy again, after ${owned(seen, folder ?? '/data', user).replace(/^I/, 'i')}` : '.'}`,
        }
      if (!isRoot(user))
        return {
          ...base,
          clause: `${service} runs as ${user} and cannot open ${what}: its folder${folder === null ? '' : ` ${folder}`} is not there, or is not that user’s`,
          fix: owned(seen, folder ?? '/the/folder/of/that/file', user),
        }
      if (seen.seen?.facts?.readOnly === true && folder !== null && folder !== '/' && mount === null)
        return {
          ...base,
          clause: `${service} may not write ${what}: \`read_only: true\` forbids it`,
          fix: `${write(service, 'volumes:', `- ${service}-data:${folder}`)}, and at its top level \`volumes: {${service}-data: }\`: a volume can be written.`,
        }
      if (folder === null || mount !== null || folder === '/')
        return {
          ...base,
          sure: false,
          ...unknown(seen, said.sure),
          clause: `${service} cannot ${readOnly ? 'write' : 'open'} ${what}: its folder is not there, or may not be written`,
          fix: `${write(service, 'volumes:', `- ${service}-data:${folder === null || folder === '/' ? '/data' : folder}`)}, at its top level \`volumes: {${service}-data: }\`, and let ${service} keep its file there.`,
        }
      return {
        ...base,
        clause: `${service} cannot ${readOnly ? 'write' : 'open'} ${what}: ${readOnly ? 'it may not be written there' : `the folder ${folder} is not in its container`}`,
        fix: `${write(service, 'volumes:', `- ${service}-data:${folder}`)}, and at its top level \`volumes: {${service}-data: }\`: that makes the folder, and keeps the data.`,
      }
    },
  },
]

function unknown(seen: Case, said: boolean): { tellsApart: string } {
  return said
    ? { tellsApart: `the path of its database file, in its code or configuration, and \`ls -ld\` of that folder in the container` }
    : whetherItGoesOn(seen)
}
