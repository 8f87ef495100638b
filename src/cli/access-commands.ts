import { type Command, Option } from 'commander'
import { scopes } from '../deploy/access.ts'
import { deploymentName, examples, run, several, span, spanOrNever, withJson, withServer } from './arguments.ts'

export function addAccessCommands(program: Command): void {
  addToken(program)
  addAudit(program)
}

function addToken(program: Command): void {
  const token = program.command('token').description('make, list and revoke tokens of the control plane')
  examples(token, "token create ci --scope deploy --names 'team-a-*' --expires 90d", 'token ls', 'token revoke ci')

  const create = token.command('create').description('make a token, and print it once').argument('<name>', 'what it is called')
  create
    .addOption(new Option('--scope <scope>', 'read looks, deploy also changes, admin may do everything').choices(scopes).makeOptionMandatory())
    .option('--names <pattern>', 'only deployments of such a name, for example team-a-* (repeatable)', several)
    .addOption(new Option('--expires <time>', 'for example 12h, 30d or never').argParser(spanOrNever).default(spanOrNever('90d'), '90d'))
    .option('--out <file>', 'write it into this new file, for its owner alone, instead of printing it')
  withJson(withServer(create)).action((name, options) => run(import('./token.ts').then((room) => room.createToken(name, options))))
  examples(
    create,
    "token create ci --scope deploy --names 'team-a-*' --expires 90d",
    'token create dashboard --scope read --expires never',
    'token create ci --scope deploy --out ~/torii-token',
  )

  const ls = token.command('ls').description('list tokens; never what they are').option('--all', 'also those that were revoked')
  withJson(withServer(ls)).action((options) => run(import('./token.ts').then((room) => room.listTokens(options))))
  examples(ls, 'token ls', 'token ls --all --json')

  const revoke = token.command('revoke').description('make a token good for nothing, at once').argument('<token>', 'its name or id')
  withJson(withServer(revoke)).action((which, options) => run(import('./token.ts').then((room) => room.revokeToken(which, options))))
  examples(revoke, 'token revoke ci')
}

function addAudit(program: Command): void {
  const audit = program.command('audit').description('show who did what: deployments changed, tokens made, attempts refused')
  audit
    .option('--since <time>', 'for example 30m, 1h or 7d (default: 24h; with --export: everything)', span)
    .option('--name <deployment>', 'only about this deployment', deploymentName)
    .option('--export <file>', 'write it into a file, one JSON document a line')
  withJson(withServer(audit)).action((options) => run(import('./audit.ts').then((room) => room.audit(options))))
  examples(audit, 'audit --since 1h', 'audit --name hello-app --json', 'audit --export audit.jsonl')
}
