import { type Case, engineWords, finalLines, isOfEnd } from './case.ts'
import { coveredBy, type Mount, shown } from './mounts.ts'
import { type Found, quote, type Rule } from './rule.ts'
import { servicesOf } from './stores.ts'

/** Node.js 24, Python 3.14, npm 11, uvicorn 0.40, runc 1.1. */
const lacks =
  /Cannot find (?:module|package) '([^']{1,200})'|can't open file '([^']{1,200})'|open '([^']{1,200})\/package\.json'|exec: "(\/[^"]{1,200})": (?:stat|no such file)|exec (\/\S{1,200}): no such file or directory|Could not import module "([\w.]{1,80})"/

const programFolders = /^\/(?:app|srv|code|src|workspace|opt|usr\/src|var\/www)(?:\/|$)/

/** Where it looked: an absolute path by its own words, else of the file that asked for it. */
function placeOf(seen: Case, wanted: string): string | null {
  if (wanted.startsWith('/')) return wanted
  const logs = seen.seen?.logs ?? ''
  return (
    /^- (\/[^\s:]{1,200})/m.exec(logs)?.[1] ?? /imported from (\/\S{1,200})/.exec(logs)?.[1] ?? /\((?:file:\/\/)?(\/[^\s:()]{1,200}):\d/.exec(logs)?.[1] ?? null
  )
}

function overProgram(seen: Case, wanted: string): Mount | null {
  const mounts = (servicesOf(seen).get(seen.service)?.mounts ?? []).filter(({ type }) => type === 'bind' || type === 'volume')
  const place = placeOf(seen, wanted)
  if (place !== null) return coveredBy(mounts, place)
  return mounts.find(({ target }) => programFolders.test(target)) ?? null
}

function besides(service: string, { type, target, readOnly }: Mount, isModule: boolean): string {
  if (type === 'volume') return `, and the volume keeps an old one; what ${service} has to keep belongs in a folder of its own, such as ${target}/data`
  // The engine makes the folder for the inner mount in the outer one, which must be writable for that.
  return isModule && !readOnly ? `; or, to keep it, write \`- ${target}/node_modules\` behind it, which leaves the image’s modules in sight` : ''
}

export const hiddenRules: Rule[] = [
  {
    id: 'hidden-by-mount',
    about: 'a mount that hides what the image has at that place: modules, a build, the program itself',
    find: (seen): Found | null => {
      const { service } = seen
      const line = [...engineWords(seen).split('\n'), ...finalLines(seen)].findLast((each) => lacks.test(each))
      const wanted = lacks
        .exec(line ?? '')
        ?.slice(1)
        .find((each) => each !== undefined)
      const built = servicesOf(seen).get(service)?.built === true
      if (!isOfEnd(seen) || line === undefined || wanted === undefined || !built) return null
      const mount = overProgram(seen, wanted)
      if (mount === null) return null
      const what = shown(seen, mount)
      const sure = placeOf(seen, wanted) !== null
      return {
        clause: `${what}, mounted at ${mount.target}, hides what the image of ${service} has there, and has no ${wanted} itself`,
        fix: `In the Compose file, under \`services: ${service}: volumes:\`, remove the line that mounts ${what} at ${mount.target}: the image has its own copy of the program${besides(service, mount, /^Cannot|Error: Cannot find (?:module|package) '[^./]/.test(line))}.`,
        evidence: [quote(line), `${what} is mounted at ${mount.target}`],
        sure,
        ...(!sure && { tellsApart: `whether the image has it: deploy once without that mount` }),
      }
    },
  },
]
