import { answerRules } from './answers.ts'
import { appObjectRules } from './app-object.ts'
import { appServerRules } from './app-servers.ts'
import { askedOtherwiseRules } from './asked-otherwise.ts'
import { behindProxyRules } from './behind-proxy.ts'
import { buildPackageRules } from './build-packages.ts'
import { buildRules } from './builds.ts'
import { checkDjangoRules } from './check-django.ts'
import { checkExpectRules } from './check-expects.ts'
import { checkFormRules } from './check-form.ts'
import { checkListenRules } from './check-listen.ts'
import { checkLogRules } from './check-log.ts'
import { checkProgramRules } from './check-program.ts'
import { checkProxiedRules } from './check-proxied.ts'
import { checkScriptRules } from './check-script.ts'
import { checkShellRules } from './check-shell.ts'
import { checkStatusRules } from './check-status.ts'
import { checkTimeRules } from './check-time.ts'
import { checkToHttpsRules } from './check-to-https.ts'
import { checkVariableRules } from './check-variables.ts'
import { checkWaitRules } from './check-waits.ts'
import { checkWordRules } from './check-words.ts'
import { configFileRules } from './config-files.ts'
import { daemonRules } from './daemons.ts'
import { databaseRules } from './database-login.ts'
import { databaseReachRules } from './database-reach.ts'
import { databaseUrlRules } from './database-url.ts'
import { djangoRules } from './django.ts'
import { entrypointRules } from './entrypoint.ts'
import { engineRefusalRules } from './exit-engine.ts'
import { exitHostRules } from './exit-hosts.ts'
import { exitNeedRules } from './exit-needs.ts'
import { exitNpmRules } from './exit-npm.ts'
import { exitPrivilegeRules } from './exit-privileges.ts'
import { exitQuoteRules } from './exit-quotes.ts'
import { exitRootRules } from './exit-root.ts'
import { exitVariableRules } from './exit-variables.ts'
import { exitWordRules } from './exit-words.ts'
import { exitRules } from './exits.ts'
import { hiddenRules } from './hidden.ts'
import { hostRules } from './host.ts'
import { migrationRules } from './migrations.ts'
import { nodeProgramRules } from './node-programs.ts'
import { otherLoopbackRules } from './other-loopback.ts'
import { portTakenRules } from './port-taken.ts'
import { proxyRules } from './proxy.ts'
import { pythonPackageRules } from './python-packages.ts'
import { randomPortRules } from './random-port.ts'
import { redisRules } from './redis-login.ts'
import { redisProtectedRules } from './redis-protected.ts'
import { refusedRules } from './refused.ts'
import type { Rule } from './rule.ts'
import { speakRules } from './speaks.ts'
import { sqliteRules } from './sqlite.ts'
import { startFileRules } from './start-file.ts'
import { startVariableRules } from './start-variables.ts'
import { temporaryFolderRules } from './temporary-folder.ts'
import { unexplainedRules } from './unexplained.ts'
import { upstreamTlsRules } from './upstream-tls.ts'
import { waitingRules } from './waits-in-a-circle.ts'

/** Of those that leave no doubt the first counts, of the others the first is called the likeliest: the special before the general. */
const order = [
  ...['build-file-missing', 'dockerfile-syntax', 'base-image-missing'],
  ...['build-offline', 'lockfile-out-of-step', 'compiler-missing', 'package-unknown', 'install-failed', 'build-step-failed'],
  ...[
    'disk-full',
    'check-single-quotes',
    'check-script-cut',
    'bash-in-sh',
    'no-shell-in-image',
    'check-line-as-program',
    'check-form-in-string',
    'check-script-missing',
    'check-module-missing',
    'check-program-missing',
    'check-may-not-run',
    'check-shell-list',
    'check-operators-in-exec',
    'check-dollar-literal',
    'dollar-eaten',
    'check-variable-unset',
    'check-syntax',
  ],
  ...[
    'wrong-architecture',
    'out-of-memory',
    'heap-exhausted',
    'hidden-by-mount',
    'not-built',
    'module-kind',
    'app-not-there',
    'config-unreadable',
    'command-dollar-literal',
    'command-dollar-eaten',
    'port-variable-empty',
    'start-file-missing',
    'command-single-quotes',
    'command-script-cut',
    'command-not-found',
    'user-unknown',
    'setting-refused',
    'new-privileges-taken',
    'capability-taken',
    'not-as-root',
    'no-temporary-folder',
    'read-only',
    'wrong-user',
    'variable-missing',
    'value-in-quotes',
    'runs-in-background',
    'entrypoint-drops-command',
    'no-foreground-process',
  ],
  ...[
    'url-not-escaped',
    'database-speaks-no-tls',
    'localhost-is-a-socket',
    'alembic-ini-missing',
    'url-scheme-unknown',
    'driver-missing',
    'database-login',
    'redis-login',
    'redis-protected-mode',
    'sqlite-file',
    'not-migrated',
  ],
  ...['asgi-under-wsgi', 'wsgi-under-asgi'],
  ...[
    'entrypoint-runs-another',
    'windows-line-ends',
    'npm-script-missing',
    'package-json-missing',
    'check-through-proxy',
    'host-unknown',
    'other-listens-on-loopback',
  ],
  ...[
    'listens-on-unix-socket',
    'listens-on-random-port',
    'check-asks-other-port',
    'check-localhost-is-ipv6',
    'check-loopback-but-own-address',
    'check-127-but-ipv6-only',
    'check-asks-name-but-loopback',
  ],
  ...[
    'check-sent-to-https',
    'check-path-missing',
    'check-asks-head',
    'check-django-hosts',
    'check-refused-by-status',
    'check-closed-without-answer',
    'check-socket-elsewhere',
    'check-expects-text',
    'check-expects-status',
    'check-fails-by-itself',
    'waits-in-a-circle',
    'nothing-listens',
  ],
  ...['check-file-missing', 'check-process-missing', 'localhost-is-itself', 'dependency-not-ready', 'check-error-in-log'],
  ...['check-cannot-decide-in-time', 'check-hangs', 'check-timeout-too-short', 'flapping', 'slow-start'],
  ...['module-missing', 'extra-missing', 'port-taken-inside', 'one-shot-failed', 'program-error'],
  ...[
    'restarts-meanwhile',
    'one-replica-differs',
    'speaks-https',
    'wrong-service-routed',
    'speaks-no-http',
    'listens-on-loopback',
    'listens-on-other-port',
    'listens-on-ipv6-only',
    'closes-without-answer',
    'nothing-on-port',
  ],
  'listens-on-nothing',
  ...[
    'prefix-kept',
    'base-path',
    'context-path',
    'no-index-page',
    'root-not-found',
    'proxy-sends-own-host',
    'host-not-allowed',
    'django-hosts',
    'proxied-refused',
    'wants-login',
    'every-path-refused',
  ],
  ...['app-status', 'upstream-speaks-no-tls', 'upstream-fails', 'static-not-collected', 'django-silent', 'app-error'],
  ...['certificate', 'proxy-away', 'router-refused', 'app-never-answers', 'redirect-loop'],
  ...['check-unexplained', 'end-unexplained', 'host-disk-short', 'host-memory-short', 'host-crowded'],
]

const known: Rule[] = [
  ...[
    hostRules,
    checkProgramRules,
    checkShellRules,
    exitRules,
    exitNeedRules,
    exitPrivilegeRules,
    exitHostRules,
    exitNpmRules,
    exitVariableRules,
    exitWordRules,
    checkListenRules,
    checkStatusRules,
  ],
  ...[
    checkDjangoRules,
    checkProxiedRules,
    checkToHttpsRules,
    checkWordRules,
    daemonRules,
    exitQuoteRules,
    exitRootRules,
    otherLoopbackRules,
    redisProtectedRules,
    temporaryFolderRules,
  ],
  ...[databaseUrlRules, databaseReachRules, databaseRules, redisRules, sqliteRules, migrationRules, hiddenRules, appServerRules, buildPackageRules],
  ...[appObjectRules, pythonPackageRules, checkLogRules, nodeProgramRules, configFileRules, djangoRules],
  ...[
    buildRules,
    engineRefusalRules,
    checkTimeRules,
    refusedRules,
    speakRules,
    askedOtherwiseRules,
    answerRules,
    proxyRules,
    behindProxyRules,
    upstreamTlsRules,
  ],
  ...[
    checkExpectRules,
    checkFormRules,
    checkScriptRules,
    checkVariableRules,
    checkWaitRules,
    entrypointRules,
    portTakenRules,
    randomPortRules,
    startFileRules,
    startVariableRules,
    unexplainedRules,
    waitingRules,
  ],
].flat()

/** Every cause that is known, each at its place. */
export const causeRules: Rule[] = [...known].sort((a, b) => placeOf(a) - placeOf(b))

/** A rule without a place would change what others say: it is refused when Torii starts, and so in every test. */
function placeOf({ id }: Rule): number {
  const place = order.indexOf(id)
  if (place < 0) throw new Error(`the cause ${id} has no place in the order of causes`)
  return place
}
