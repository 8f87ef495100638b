import { build, ownVersion } from '../version.ts'
import { print, printJson } from './output.ts'

export async function version({ json }: { json?: boolean }): Promise<void> {
  const facts = { version: await ownVersion(), build, node: process.versions.node }
  if (json) printJson(facts)
  else print(`torii ${facts.version} (build ${facts.build}, Node ${facts.node})`)
}
