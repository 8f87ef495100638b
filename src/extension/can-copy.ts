import { existsSync } from 'node:fs'

/** Copies are made through open folders, which takes /proc; elsewhere (macOS) what is mounted is the live folder. */
export const canCopy = existsSync('/proc/self/fd')
