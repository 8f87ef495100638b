import { type Case, isOfEnd } from './case.ts'
import { type Found, quote, type Rule } from './rule.ts'
import { saidOf, whetherItGoesOn } from './said.ts'

/** Next.js 16; and what Nuxt, Nest, SvelteKit and TypeScript build into. */
const unbuilt =
  /Could not find a production build in the '([^']{1,100})' directory|Cannot find module '(\/[^']{1,200}\/(?:dist|build|\.output|\.next|\.svelte-kit)\/[^']{1,100})'/
const importOutside = /Cannot use import statement outside a module|Unexpected token 'export'/
const requireInside = /require is not defined in ES module scope|module is not defined in ES module scope/

/** Node.js prints the file before the line that it could not read. */
function fileIn({ seen }: Case): string | null {
  return /^(?:file:\/\/)?(\/[^\s:]{1,200}\.(?:[cm]?[jt]s)):\d+/m.exec(seen?.logs ?? '')?.[1] ?? null
}

const base = (path: string) => path.split('/').at(-1) ?? path

export const nodeProgramRules: Rule[] = [
  {
    id: 'not-built',
    about: 'a program that is started before it was built (Next.js, Nuxt, Nest, TypeScript)',
    find: (seen): Found | null => {
      const said = saidOf(seen, unbuilt)
      const found = unbuilt.exec(said?.line ?? '')
      if (!isOfEnd(seen) || said === null || found === null) return null
      const next = found[1] !== undefined
      return {
        clause: `${seen.service} is started before it was built: ${found[1] ?? found[2]} is not in its image`,
        fix: `In the Dockerfile of ${seen.service}, behind \`COPY . .\` and before its CMD, write \`RUN ${next ? 'npx next build' : 'npm run build'}\`${next ? '' : ' (and see that its output is copied, where it is built in a stage of its own)'}.`,
        evidence: [quote(said.line)],
        sure: said.sure,
        ...(!said.sure && whetherItGoesOn(seen)),
      }
    },
  },
  {
    id: 'module-kind',
    about: 'a file of JavaScript that is taken for the other kind of module: `import` in CommonJS, `require` in an ES module',
    find: (seen): Found | null => {
      const said = saidOf(seen, new RegExp(`${importOutside.source}|${requireInside.source}`))
      if (!isOfEnd(seen) || said === null) return null
      const file = fileIn(seen)
      const isImport = importOutside.test(said.line)
      const own = file === null || /node_modules/.test(file) ? null : file
      const named = own === null ? 'its file' : own
      const fixed = own !== null && /\.[cm][jt]s$/.test(own)
      const other = own === null ? (isImport ? '.mjs' : '.cjs') : base(own).replace(/\.[cm]?([jt]s)$/, isImport ? '.m$1' : '.c$1')
      return {
        clause: isImport
          ? `${named} of ${seen.service} uses \`import\`, and Node.js takes it for CommonJS`
          : `${named} of ${seen.service} uses \`require\`, and Node.js takes it for an ES module`,
        fix: fixed
          ? `Call that file ${other}, and write so in the command of ${seen.service} too.`
          : isImport
            ? `In the package.json of ${seen.service}, write \`"type": "module"\` (and copy package.json into the image); or call that file ${other}, in its command too.`
            : `In the package.json of ${seen.service}, remove \`"type": "module"\`; or call that file ${other}, in its command too.`,
        evidence: [quote(said.line), ...(file === null ? [] : [file])],
        sure: said.sure,
        ...(!said.sure && whetherItGoesOn(seen)),
      }
    },
  },
]
