import { type FailedRun, failedRun } from './builds.ts'
import type { Case } from './case.ts'
import { type Found, quote, type Rule } from './rule.ts'

/** What a line of an installer says, and what to do about it. */
interface Row {
  words: RegExp
  clause(found: RegExpExecArray, step: FailedRun): string
  fix(found: RegExpExecArray, seen: Case, step: FailedRun): string
}

const inDockerfile = ({ service }: Case) => `in the Dockerfile of ${service}`
const instead = ({ run }: FailedRun, seen: Case, from: string | RegExp, to: string) =>
  `${inDockerfile(seen).replace(/^i/, 'I')}, write \`${quote(run.replace(from, to), 200)}\` in place of \`${quote(run, 200)}\``

/** npm 11, yarn 1, pnpm 10. */
const lockfile: Row[] = [
  {
    words: /The `?npm ci`? command can only install with an existing package-lock\.json/,
    clause: () => '`npm ci` needs a package-lock.json, and there is none where it runs',
    fix: (_, seen, step) =>
      `${instead(step, seen, /\bnpm ci\b/g, 'npm install')}; or run \`npm install\` in the folder of ${seen.service}, keep the package-lock.json that it writes (not in .dockerignore) and copy it: \`COPY package*.json ./\`.`,
  },
  {
    words:
      /`?npm ci`? can only install packages when your package\.json and package-lock\.json|(?:Missing|Invalid): \S{1,100}.{0,60} (?:from lock file|does not satisfy) ?\S{0,100}/,
    clause: () => 'package.json and package-lock.json do not agree, and `npm ci` installs only when they do',
    fix: (_, seen, step) =>
      `Run \`npm install\` in the folder of ${seen.service} and keep the package-lock.json that it writes; or: ${instead(step, seen, /\bnpm ci\b/g, 'npm install').replace(/^I/, 'i')}.`,
  },
  {
    words: /ERR_PNPM_(?:OUTDATED_LOCKFILE|NO_LOCKFILE)|Your lockfile needs to be updated|lockfile would have been modified/,
    clause: () => 'the lockfile does not agree with package.json',
    fix: (_, seen) =>
      `Install once in the folder of ${seen.service} (\`pnpm install\`, \`yarn install\`) and keep the lockfile that this writes, not in .dockerignore.`,
  },
]

/** npm 11, pip 25, apt 2.6, Go 1.24, cargo 1.80, apk 2.14. */
const unknown: Row[] = [
  {
    words:
      /npm (?:error|ERR!) 404 +(?:The requested resource )?'([^'\s]{1,100})'|npm (?:error|ERR!) 404 +(\S{1,100}) is not in this registry|No matching version found for (\S{1,100}[^.\s])/,
    clause: (found) => `npm finds no package ${named(found)}`,
    fix: (found, seen) =>
      `Correct ${named(found)} in the package.json of ${seen.service} to a name and version that exist (\`npm view NAME versions\`); a private package needs a login.`,
  },
  {
    words: /No matching distribution found for ([^\s(]{1,100})/,
    clause: (found) => `pip finds no ${found[1]} for this Python`,
    fix: (found, seen, { run }) =>
      `${/-r\s/.test(run) ? `Correct ${found[1]} in the requirements file` : `Correct ${found[1]} in \`${quote(run, 120)}\``} of ${seen.service} to a version that exists (\`pip index versions ${bare(found[1] ?? '')}\`), or write \`${bare(found[1] ?? '')}\` without a version; a version that asks for a newer Python needs another \`FROM\`.`,
  },
  {
    words: /^(?:E: )?(?:Unable to locate package|Package '?) ?(\S{1,80}?)(?:'? has no installation candidate)?$/,
    clause: (found, { run, lines }) =>
      lacksUpdate(run, lines) ? `apt has no lists of packages when it is asked for ${found[1]}` : `apt knows no package ${found[1]}`,
    fix: (found, seen, step) =>
      lacksUpdate(step.run, step.lines)
        ? `${instead(step, seen, /^RUN /, 'RUN apt-get update && ')}.`
        : `Correct \`${found[1]}\` in \`${quote(step.run, 120)}\` ${inDockerfile(seen)} to a package of that Debian (\`apt-cache search\`).`,
  },
  {
    words: /^\s*(\S{1,80}) \(no such package\)|unable to select packages:\s*(\S{1,80})/,
    clause: (found) => `apk knows no package ${named(found)}`,
    fix: (found, seen, { run }) => `Correct \`${named(found)}\` in \`${quote(run, 120)}\` ${inDockerfile(seen)} to a package that Alpine has (\`apk search\`).`,
  },
  {
    words:
      /no required module provides package (\S{1,120}?);|cannot find module providing package (\S{1,120}?)[:;\s]|missing go\.sum entry for (?:module providing package |go\.mod file; to add it:)?(\S{0,120})/,
    clause: (found) => `go.mod and go.sum do not have ${named(found) || 'every module that the program imports'}`,
    fix: (_, seen) => `Run \`go mod tidy\` in the folder of ${seen.service}, and copy both go.mod and go.sum before the build.`,
  },
  {
    words: /no matching package named `([^`]{1,80})` found|failed to select a version for the requirement `([^`]{1,80})`/,
    clause: (found) => `cargo finds no package ${named(found)}`,
    fix: (found, seen) => `Correct ${named(found)} in the Cargo.toml of ${seen.service} to a name and version that exist.`,
  },
]

/** Tools that compile what has no ready-made build, by the package of Debian that brings them. */
const tools: Row[] = [
  {
    words: /pg_config executable not found/,
    clause: () => 'psycopg2 is compiled here, and PostgreSQL’s headers (pg_config) are not in the image',
    fix: (_, seen, step) =>
      /\bpsycopg2\b(?!-)/.test(step.run)
        ? `${instead(step, seen, /\bpsycopg2\b(?!-)/, 'psycopg2-binary')}.`
        : `Write \`psycopg2-binary\` in place of \`psycopg2\` in the requirements file of ${seen.service}; or ${inDockerfile(seen)}, before that line, \`RUN apt-get update && apt-get install -y --no-install-recommends gcc libpq-dev\`.`,
  },
  {
    words: /mysql_config.{0,20}not found|Can not find valid pkg-config name/,
    clause: () => 'mysqlclient is compiled here, and the headers of MySQL are not in the image',
    fix: (_, seen) =>
      `${inDockerfile(seen).replace(/^i/, 'I')}, before that line, write \`RUN apt-get update && apt-get install -y --no-install-recommends gcc pkg-config default-libmysqlclient-dev\`.`,
  },
  {
    words:
      /(?<![\w/.-])(x86_64-linux-gnu-gcc|aarch64-linux-gnu-gcc|gcc|g\+\+|cc|c\+\+|clang)'?(?:'? failed: No such file or directory|: No such file or directory|.{0,5}command not found|: not found)/,
    clause: (found) => `a package is compiled here, and its image has no compiler (${found[1]})`,
    fix: (_, seen) => `${compilers(seen)}; or take a version of that package that has a ready-made build.`,
  },
  {
    words: /(?:you need a|[Nn]o acceptable|could not find a|requires a) (?:working )?(C(?:\+\+)?) compiler/,
    clause: (found) => `a package is compiled here, and its image has no compiler (of ${found[1]})`,
    fix: (_, seen) => `${compilers(seen)}; or take a version of that package that has a ready-made build.`,
  },
  {
    words: /gyp ERR! find Python|Could not find any Python installation|gyp ERR! not ok|not found: make\b/,
    clause: () => 'a native module of Node.js is compiled here, and its image lacks python3, make and a compiler',
    fix: (_, seen) => `${compilers(seen)}; or take the image of Node.js without \`-slim\`, which has them.`,
  },
  {
    words: /linker `cc` not found/,
    clause: () => 'cargo needs a linker (cc), which its image does not have',
    fix: (_, seen) => `${compilers(seen)}.`,
  },
]

/** Whose name was looked for in vain. */
const hostIn = (line: string) => /(?:resolving '?|resolve host:? |ENOTFOUND |EAI_AGAIN |lookup |host=')([\w-]{1,60}(?:\.[\w-]{1,60})+)/.exec(line)?.[1] ?? null

/** Installers go on without a network, and then find nothing. */
const offline: Row[] = [
  {
    words:
      /Temporary failure (?:in name resolution|resolving)|EAI_AGAIN|Could not resolve host|getaddrinfo ENOTFOUND (\S{1,100})|NewConnectionError|dial tcp: lookup/,
    clause: (found) => `the build does not reach ${hostIn(found.input) ?? 'the network'}`,
    fix: (_, seen, { run }) =>
      `See that builds on this machine reach the network (\`docker build\` of the same folder), and deploy again; what it runs is \`${quote(run, 120)}\` of ${seen.service}.`,
  },
]

const others: Row[] = [
  {
    words: /npm (?:error|ERR!) code ERESOLVE|ERESOLVE (?:unable to resolve|could not resolve)/,
    clause: (_, { lines }) => `npm cannot reconcile the versions in package.json${peer(lines)}`,
    fix: (_, seen, step) =>
      `Write versions that fit each other in the package.json of ${seen.service}${peer(step.lines).replace(/^: /, ' (')}${peer(step.lines) === '' ? '' : ')'}; or let npm go on in spite of it: ${instead(step, seen, /\bnpm (ci|install|i)\b/, 'npm $1 --legacy-peer-deps').replace(/^I/, 'i')}.`,
  },
  {
    words:
      /^\S*sh: (?:line )?(?:\d+: )?(tsc|vite|next|nest|webpack|rollup|esbuild|tsup|ng|nuxt|astro|react-scripts|vue-cli-service|svelte-kit|turbo|prisma|tailwindcss): (?:command )?not found\s*$/,
    clause: (found, { run }) => `\`${quote(run, 80)}\` runs ${found[1]}, which stands under devDependencies and was not installed`,
    fix: (found, seen, { run }) =>
      `${inDockerfile(seen).replace(/^i/, 'I')}, install devDependencies before \`${quote(run, 80)}\`: \`npm ci\` or \`npm install\` without \`--omit=dev\`, \`--production\` and \`NODE_ENV=production\`; or put ${found[1] === 'tsc' ? 'typescript' : found[1]} under "dependencies" in package.json.`,
  },
  {
    words: /^\S*sh: (?:line )?(?:\d+: )?([\w.+-]{1,60}): (?:command )?not found\s*$/,
    clause: (found, { run }) => `\`${quote(run, 80)}\` runs ${found[1]}, which the image does not have at that step`,
    fix: (found, seen, { run }) =>
      `${inDockerfile(seen).replace(/^i/, 'I')}, before \`${quote(run, 80)}\`, install ${found[1]}${isDebianTool(found[1] ?? '') ? `: \`RUN apt-get update && apt-get install -y --no-install-recommends ${found[1]}\`` : ''}; or do without it there.`,
  },
]

const isDebianTool = (name: string) => /^(?:curl|wget|git|make|gcc|g\+\+|unzip|zip|bash|jq|patch|file|xz|rsync)$/.test(name)
const named = (found: RegExpExecArray) => found.slice(1).find((each) => each !== undefined) ?? ''
const bare = (requirement: string) => requirement.split(/[=<>~!;[]/, 1)[0] ?? ''

function compilers(seen: Case): string {
  return `${inDockerfile(seen).replace(/^i/, 'I')}, before that line, write \`RUN apt-get update && apt-get install -y --no-install-recommends build-essential python3\` (Alpine: \`RUN apk add build-base python3\`)`
}

/** In the same RUN or in one before it: an image that brings no lists has none. */
function lacksUpdate(run: string, lines: string[]): boolean {
  return /apt(?:-get)? (?:-\S+ )*install/.test(run) && !/apt(?:-get)? (?:-\S+ )*update/.test(run) && !lines.some((line) => /^(?:Get|Hit|Ign):\d/.test(line))
}

/** npm names what was found and what wants something else. */
function peer(lines: string[]): string {
  const found = lines.map((line) => /Found: (\S{1,80})/.exec(line)?.[1]).find((each) => each !== undefined)
  const wanted = lines.map((line) => /\bpeer (\S{1,60}@"[^"]{1,60}") from (\S{1,80})/.exec(line)).find((each) => each !== null)
  return found === undefined || wanted == null ? '' : `: ${wanted[2]} wants ${wanted[1]?.replaceAll('"', '')}, and there is ${found}`
}

function ruleOf(id: string, about: string, rows: Row[]): Rule {
  return { id, about, find: (seen) => foundIn(seen, rows) }
}

function foundIn(seen: Case, rows: Row[]): Found | null {
  const step = failedRun(seen)
  if (step === null) return null
  for (const row of rows) {
    const line = step.lines.find((each) => row.words.test(each))
    const found = line === undefined ? null : row.words.exec(line)
    if (line === undefined || found === null) continue
    return {
      clause: row.clause(found, step),
      short: `\`${quote(step.run, 120)}\` ended with exit code ${step.exit}: ${quote(line, 160)}`,
      fix: row.fix(found, seen, step),
      evidence: [quote(line), `it ran: ${quote(step.run)}`],
      sure: true,
    }
  }
  return null
}

/** Rules for a RUN that installs something and fails. */
export const buildPackageRules: Rule[] = [
  ruleOf('build-offline', 'a build that does not reach the network', offline),
  ruleOf('lockfile-out-of-step', 'a build that installs by a lockfile which is not there or does not fit', lockfile),
  ruleOf('package-unknown', 'a build that wants a package or version which does not exist', unknown),
  ruleOf('compiler-missing', 'a build that compiles a package without the tools to do so', tools),
  ruleOf('install-failed', 'a build whose installer says why it failed: versions that do not fit, a tool that is not there', others),
]
