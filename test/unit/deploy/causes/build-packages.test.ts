import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { aCase, type Told } from './a-case.ts'

const run = (command: string, exit: number, lines: string): Told => ({
  reason: 'build_failed',
  check: null,
  detail: `[3/4] RUN ${command}: process "/bin/sh -c ${command}" did not complete successfully: exit code: ${exit}\n${lines}`,
})
const farewell =
  '\nnpm notice\nnpm notice New major version of npm available! 11.21.2 -> 12.2.2\nnpm error A complete log of this run can be found in: /root/.npm/_logs/x-debug-0.log'

// Words of npm 11, pip 25, apt 2.6, apk 2.14, Go 1.24, cargo 1.80, node-gyp 11.
test.each<[string, Told, RegExp, RegExp]>([
  [
    'lockfile-out-of-step',
    run('npm ci', 1, `npm error code EUSAGE\nnpm error The \`npm ci\` command can only install with an existing package-lock.json or${farewell}`),
    /^`npm ci` needs a package-lock\.json, and there is none where it runs/,
    /^In the Dockerfile of web, write `RUN npm install` in place of `RUN npm ci`/,
  ],
  [
    'lockfile-out-of-step',
    run(
      'npm ci --omit=dev',
      1,
      `npm error \`npm ci\` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.${farewell}`,
    ),
    /package\.json and package-lock\.json do not agree/,
    /`RUN npm install --omit=dev` in place of `RUN npm ci --omit=dev`/,
  ],
  [
    'install-failed',
    run('npm install', 1, `npm error code ERESOLVE\nnpm error Found: react@18.2.0\nnpm error   peer react@"^19.0.0" from react-dom@19.0.0${farewell}`),
    /react-dom@19\.0\.0 wants react@\^19\.0\.0, and there is react@18\.2\.0/,
    /`RUN npm install --legacy-peer-deps` in place of `RUN npm install`/,
  ],
  [
    'package-unknown',
    run(
      'npm install',
      1,
      `npm error code E404\nnpm error 404  The requested resource 'expres@^5' could not be found or you do not have permission to access it.${farewell}`,
    ),
    /npm finds no package expres@\^5/,
    /Correct expres@\^5 in the package\.json of web/,
  ],
  [
    'package-unknown',
    run('pip install -r requirements.txt', 1, 'ERROR: No matching distribution found for fastapi==0.1.999\n[notice] A new release of pip is available'),
    /pip finds no fastapi==0\.1\.999 for this Python/,
    /Correct fastapi==0\.1\.999 in the requirements file of web .* write `fastapi` without a version/,
  ],
  [
    'build-offline',
    run(
      'pip install x',
      1,
      "WARNING: Retrying: NewConnectionError(host='packages.example'): Temporary failure in name resolution\nERROR: No matching distribution found for x",
    ),
    /the build does not reach packages\.example/,
    /reach the network/,
  ],
  [
    'package-unknown',
    run('apt-get install -y curl', 100, 'Reading package lists...\nE: Unable to locate package curl'),
    /apt has no lists of packages/,
    /`RUN apt-get update && apt-get install -y curl` in place of/,
  ],
  [
    'package-unknown',
    run('apt-get update && apt-get install -y crul', 100, 'Get:1 http://deb bookworm InRelease\nE: Unable to locate package crul'),
    /apt knows no package crul/,
    /Correct `crul`/,
  ],
  [
    'package-unknown',
    run('apk add crul', 1, 'ERROR: unable to select packages:\n  crul (no such package):\n    required by: world[crul]'),
    /apk knows no package crul/,
    /Alpine/,
  ],
  [
    'package-unknown',
    run('go build', 1, 'main.go:4:2: no required module provides package github.com/a/b; to add it:'),
    /go\.mod and go\.sum do not have github\.com\/a\/b/,
    /go mod tidy/,
  ],
  ['package-unknown', run('cargo build', 101, 'error: no matching package named `serd` found'), /cargo finds no package serd/, /Cargo\.toml/],
  [
    'compiler-missing',
    run('pip install psycopg2==2.9.9', 1, 'Error: pg_config executable not found.\nerror: metadata-generation-failed'),
    /pg_config/,
    /`RUN pip install psycopg2-binary==2\.9\.9` in place of/,
  ],
  [
    'compiler-missing',
    run(
      'pip install uwsgi',
      1,
      '      Exception: you need a C compiler to build uWSGI\n      [end of output]\n  note: This error originates from a subprocess\nerror: legacy-install-failure',
    ),
    /no compiler \(of C\)/,
    /build-essential/,
  ],
  ['compiler-missing', run('pip install -r r.txt', 1, "error: command 'gcc' failed: No such file or directory"), /no compiler \(gcc\)/, /build-essential/],
  [
    'compiler-missing',
    run('npm ci', 1, 'npm error gyp ERR! find Python You need to install the latest version of Python.\nnpm error gyp ERR! not ok'),
    /native module/,
    /build-essential python3/,
  ],
  [
    'install-failed',
    run('curl -LO x', 127, '/bin/sh: 1: curl: not found'),
    /runs curl, which the image does not have at that step/,
    /install curl: `RUN apt-get update/,
  ],
])('%s: what it says and what to write', (id, told, sentence, fix) => {
  const { causes, trouble } = findCauses(aCase(told))

  expect(causes.map((cause) => cause.id)).toEqual([id])
  expect(trouble.detail).toMatch(sentence)
  expect(trouble.detail).not.toMatch(/A complete log|npm notice/)
  expect(trouble.fix).toMatch(fix)
})

test.each([
  ['cp: /src/acc: No such file or directory', /compiler/],
  ['ld: cannot open abc.cc: Permission denied', /compiler/],
])('a file that only sounds like a compiler is none: %s', (line, never) => {
  const { trouble } = findCauses(aCase(run('cp acc /x', 1, line)))

  expect(trouble.detail).not.toMatch(never)
})
