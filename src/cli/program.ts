import { Command } from 'commander'
import { addAccessCommands } from './access-commands.ts'
import { addDeploymentCommands } from './deployment-commands.ts'
import { addMachineCommands } from './machine-commands.ts'
import { addPolicyCommands } from './policy-commands.ts'

const about = 'Deploys a Docker Compose extension and opens the gate only when every container is healthy and the app answers over HTTPS through the proxy.'

const exitCodes = `
Exit codes: 0 ok, 1 internal, 2 usage, 3 extension invalid or refused, 4 image, 5 container, 6 route or probe,
7 engine, proxy or host, or not allowed by the token, 8 not found or busy, 130 interrupted (the deployment goes on).

Examples:
  torii deploy examples/hello-app
  torii ls
  torii explain hello-app`

/** Every command with its options; what a command does is imported when it is called. */
export function createProgram(): Command {
  const program = new Command('torii')
    .description(about)
    .option('-V, --version', 'print the version, as the command does')
    .addHelpText('after', exitCodes)
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError('(--help shows how)')
  addDeploymentCommands(program)
  addAccessCommands(program)
  addMachineCommands(program)
  addPolicyCommands(program)
  return program
}
