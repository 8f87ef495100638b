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
import { manyProcessesRules } from './many-processes.ts'
import { migrationRules } from './migrations.ts'
import { nodeProgramRules } from './node-programs.ts'
import { order } from './order.ts'
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
    manyProcessesRules,
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
