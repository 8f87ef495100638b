import { type Command, Option } from 'commander'
import { profiles } from '../deploy/consent.ts'
import { examples, run, withJson, withServer } from './arguments.ts'
import { withRequest } from './request-options.ts'

/** `torii policy show|check|explain`. */
export function addPolicyCommands(program: Command): void {
  const policy = program.command('policy').description('what an extension may ask for: show the rules, check a folder, explain a rule')

  const show = policy.command('show').description('list every rule with what it decides')
  show.addOption(new Option('--profile <profile>', 'of this profile (default: as TORII_POLICY says)').choices([...profiles]))
  withJson(show).action((options) => run(import('./policy.ts').then((room) => room.show(options))))
  examples(show, 'policy show', 'policy show --profile strict --json')

  const check = withRequest(policy.command('check').description('say everything the policy finds in a folder; ends with 3 when a deploy would be refused'))
  check.addOption(new Option('--as <profile>', 'judge by this profile (default: the one in force)').choices([...profiles]))
  withJson(withServer(check)).action((path, options) => run(import('./policy.ts').then((room) => room.check(path, options))))
  examples(check, 'policy check examples/hello-app', 'policy check . --as strict', 'policy check . --allow strong_capability --json')

  const explain = policy.command('explain').description('say why a rule is there, what is safer, and how to allow it').argument('<rule>', 'name of a rule')
  withJson(explain).action((rule, options) => run(import('./policy.ts').then((room) => room.explain(rule, options))))
  examples(explain, 'policy explain engine_socket', 'policy explain host-ports --json')

  examples(policy, 'policy show --profile strict', 'policy check .', 'policy explain privileged')
}
