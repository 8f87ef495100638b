import type { Command } from 'commander'
import { port, several } from './arguments.ts'

/** What `deploy` is given, and what only looks ahead too. */
export function withRequest(command: Command): Command {
  return command
    .argument('<path>', 'folder with a Compose file, or the file itself')
    .option('--name <name>', 'name of the deployment (default: kamiwaza.json, the Compose file, the folder)')
    .option('-e, --env <NAME=value>', 'a variable; NAME alone takes it from your environment (repeatable)', several)
    .option('--env-file <file>', 'variables from a file (repeatable)', several)
    .option('--port <port>', 'public port wanted', port)
    .option('--profile <name>', 'a profile of the Compose file (repeatable)', several)
    .option('--allow <rule>', 'a rule of the policy that this deploy may break, as its operator (repeatable)', several)
}
