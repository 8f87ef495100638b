import { type Case, finalLines, isOfCheck, isOfEnd } from './case.ts'
import { lastMatch, quote, type Rule, write } from './rule.ts'

/** sudo 1.9, sudo-rs and doas say it in these words. */
const noNewPrivileges = /"no new privileges" flag is set|no new privileges.{0,40}prevents? (?:sudo|doas)|sudo: effective uid is not 0, is .{0,80}nosuid/i

/** Each capability that Torii takes, by what programs say without it (coreutils 9, busybox 1.36, iputils, OpenSSH 9). */
const refusals: readonly [capability: string, words: RegExp][] = [
  ['SYS_CHROOT', /\bchroot(?:: can(?:not|'t) change root directory\b|\("[^"]{1,80}"\)).{0,80}: Operation not permitted/],
  ['MKNOD', /\bmknod: .{1,80}: Operation not permitted/],
  ['NET_RAW', /\b(?:ping|arping|traceroute)6?: (?:permission denied \(are you root\?\)|socktype: |socket: (?:Operation not permitted|SOCK_RAW))/],
  ['AUDIT_WRITE', /\blinux_audit_write_entry failed: Operation not permitted/],
]

/** Rules for what Torii itself has taken from a container (extension/hold-back.ts). */
export const exitPrivilegeRules: Rule[] = [
  {
    id: 'new-privileges-taken',
    about: 'a program that wants to become another user by its own file (`sudo`), where Torii lets nobody gain privileges',
    find: (seen) => {
      const line = lastMatch(saidBy(seen), noNewPrivileges)?.input
      if (line === undefined || seen.planned?.taken?.newPrivileges !== true) return null
      return {
        clause: `${seen.service} wants to become another user with sudo or its like, and no container of Torii’s may gain privileges by itself`,
        fix: `Run the program as the user it needs (\`user:\`), or: ${write(seen.service, '', 'security_opt: ["no-new-privileges:false"]')}.`,
        evidence: [quote(line)],
        sure: true,
      }
    },
  },
  {
    id: 'capability-taken',
    about: 'a program that needs one of the capabilities which Torii takes from every container',
    find: (seen) => {
      const lines = saidBy(seen)
      const found = refusals.flatMap(([capability, words]) => {
        const line = lastMatch(lines, words)?.input
        return line !== undefined && seen.planned?.taken?.capabilities.includes(capability) ? [{ capability, line }] : []
      })[0]
      if (found === undefined) return null
      return {
        clause: `${seen.service} needs the capability ${found.capability}, which Torii takes from every container whose file does not ask for it`,
        fix: `${write(seen.service, '', `cap_add: [${found.capability}]`)}${found.capability === 'NET_RAW' ? ', and deploy with `--allow strong_capability`' : ''}.`,
        evidence: [quote(found.line)],
        sure: true,
      }
    },
  },
]

/** The last words of what ended, or of the check that fails. */
function saidBy(seen: Case): string[] {
  if (isOfCheck(seen)) return seen.said.split('\n')
  return isOfEnd(seen) ? finalLines(seen) : []
}
