import { type Case, ending, engineWords, finalLines, isOfEnd } from './case.ts'
import { lineWith, type Rule, write } from './rule.ts'

/** Of a file or a port; a database or a remote host that denies something has rights of its own. */
const denied = /permission denied(?! for | \()|EACCES|Operation not permitted|Errno 13/i
const goesOn = (seen: Case) => ({ tellsApart: `whether ${seen.service} goes on after that line: \`torii logs ${seen.name} ${seen.service}\`` })

/** The folder that must be its user's: of a file, and of a folder it wants to make, the one that holds it. */
function folderOf(path: string | undefined): string | null {
  const parent = path?.replace(/\/+$/, '').replace(/\/[^/]*$/, '') ?? ''
  return parent === '' ? null : parent
}

function mayWrite({ service, seen }: Case, user: string, path: string | undefined): string {
  const folder = folderOf(path)
  const { imageUser } = seen?.facts ?? {}
  const other =
    imageUser === undefined
      ? `or remove \`user:\` from \`services: ${service}:\``
      : imageUser === seen?.facts?.user
        ? `its user comes from USER in the Dockerfile`
        : `or remove \`user:\` from \`services: ${service}:\` in the Compose file`
  if (path !== undefined && folder === null)
    return `Let ${service} write below a folder of its own, not ${path}: \`WORKDIR /app\` and \`RUN chown ${user} /app\` in its Dockerfile, before its USER; ${other}.`
  const at = folder ?? '/the/path'
  return `In the Dockerfile of ${service}, before its USER, write \`RUN mkdir -p ${at} && chown -R ${user} ${at}\` (a new volume over ${at} takes that over); ${other}.`
}

const readOnly = /Read-only file system|EROFS|Errno 30/i
/** Node.js 24 says so of a folder whose parent it could not make there either. */
const noFolder = /ENOENT: no such file or directory, mkdir '\//
/** What programs write there is needed no longer than they run. */
const passing = /^\/(?:tmp|run|var\/(?:run|tmp|cache|log)|home\/[^/]+\/\.cache)(?:\/|$)|\/(?:\.?cache|\.?te?mp|logs?|run|sessions?|__pycache__)(?:\/|$)/

/** Where images have their programs: a volume there keeps the first one it saw for ever. */
const program = /^\/(?:app|srv|opt|usr|code|src|workspace|www|site)(?:\/(?:app|src|local|lib|bin))*$/

function writable({ service }: Case, folder: string): string {
  if (passing.test(folder)) return `${write(service, '', `tmpfs: [${folder}]`)}.`
  if (program.test(folder))
    return `Let ${service} write into a folder of its own (a variable or setting of it names one) and mount a volume there, or remove \`read_only: true\`: a volume at ${folder} would hide the program itself.`
  const volume = `${service}-data`
  return `${write(service, 'volumes:', `- ${volume}:${folder}`)}, and at its top level \`volumes: {${volume}: }\`.`
}

/** Rules for what a program may not do where it runs. */
export const exitNeedRules: Rule[] = [
  {
    id: 'read-only',
    about: 'a program that writes where `read_only: true` or a mount forbids it',
    find: (seen) => {
      const root = seen.seen?.facts?.readOnly === true
      const words = root ? new RegExp(`${readOnly.source}|${noFolder.source}`, 'i') : readOnly
      const last = lineWith([engineWords(seen), ...finalLines(seen)].join('\n'), words)
      const said = last || lineWith(ending(seen), words)
      const path = /['"\s:(](\/[\w./-]+)/.exec(said)?.[1]
      if (!isOfEnd(seen) || said === '' || seen.seen?.exitCode === 0) return null
      // A folder that it wants to make is the one that it may write; of a file it is the one that holds it.
      const folder = (/\bmkdir\b/.test(said) && path !== undefined && passing.test(path) ? path : folderOf(path)) ?? '/tmp'
      const sure = last !== '' && root
      return {
        clause: `${seen.service} may not write ${path ?? 'where it wants to'}${root ? ': `read_only: true` forbids it' : ', which is mounted read-only'}`,
        fix: root
          ? writable(seen, folder)
          : `Mount ${folder} so that it can be written: remove \`:ro\` or \`read_only:\` from its line under \`services: ${seen.service}: volumes:\`.`,
        evidence: [said, ...(root ? ['its root file system is read-only'] : [])],
        sure,
        ...(!sure && goesOn(seen)),
      }
    },
  },
  {
    id: 'wrong-user',
    about: 'a container whose user may not do what it tries',
    find: (seen) => {
      const last = lineWith([engineWords(seen), ...finalLines(seen)].join('\n'), denied)
      const said = last || lineWith(ending(seen), denied)
      if (!isOfEnd(seen) || said === '' || seen.seen?.exitCode === 0) return null
      const user = seen.seen?.facts?.user || 'root'
      const port = /(?:bind|listen|port)[^\n]*?(?:0\.0\.0\.0|\[::\]|:|port )(\d{1,4})\b/i.exec(said)?.[1]
      const low = port !== undefined && Number(port) > 0 && Number(port) < 1024
      const path = /['"\s:](\/[\w./-]+)/.exec(said)?.[1]
      const program = /exec:? "?(\.{0,2}\/?[\w./-]+)"?: permission denied|exec (\S+): permission denied/i.exec(said)
      const execs = /exec[^\n]*permission denied/i.test(said)
      const what = execs ? (program?.[1] ?? program?.[2] ?? path) : path
      const fix = low
        ? `Let ${seen.service} listen on a port above 1023 (and write that port under \`expose:\`), or write under \`services: ${seen.service}:\` \`sysctls: {net.ipv4.ip_unprivileged_port_start: "0"}\`.`
        : execs
          ? `In the Dockerfile of ${seen.service}, before its USER, write \`RUN chmod 755 ${what ?? '/the/entrypoint'}\`.`
          : user === 'root' || user === '0'
            ? `Give ${seen.service} what it lacks: its capabilities or a read-only file system (\`read_only:\`, \`cap_drop:\`) forbid it; ${path ?? 'the path named'} needs a volume or \`tmpfs:\`.`
            : mayWrite(seen, user, path)
      // A line that names neither file nor port may tell of rights that no user of the system has or lacks.
      const sure = last !== '' && (low || what !== undefined)
      return {
        clause: `${seen.service} runs as ${user} and may not ${low ? `listen on port ${port}` : execs ? `execute ${what ?? 'its program'}` : `use ${path ?? 'what it needs'}`}`,
        fix,
        evidence: [said, `it runs as ${user}`],
        sure,
        ...(!sure && goesOn(seen)),
      }
    },
  },
]
