import { type Command, Option } from 'commander'
import { count, examples, revision, run, withJson, withServer } from './arguments.ts'
import { withRequest } from './request-options.ts'

export function addDeploymentCommands(program: Command): void {
  addDeploy(program)
  addPlan(program)
  addSuggest(program)
  addLint(program)
  addLooks(program)
  addLogs(program)
  addChanges(program)
}

function addDeploy(program: Command): void {
  const command = withRequest(program.command('deploy').description('deploy a folder, and wait until it is DEPLOYED or FAILED'))
    .option('--wait', 'wait until it has settled', true)
    .option('--no-wait', 'return as soon as it is accepted')
  withJson(withServer(command), 'print the revision as one JSON document on stdout').action((path, options) =>
    run(import('./deploy.ts').then(({ deploy }) => deploy(path, options))),
  )
  examples(
    command,
    'deploy examples/hello-app',
    'deploy . --name shop --env-file .env.shop -e LOG_LEVEL=debug',
    'deploy . --allow strong_capability',
    'deploy . --no-wait --json',
    'deploy . --server https://torii.example.org:8482',
  )
}

function addPlan(program: Command): void {
  const plan = withRequest(program.command('plan').description('show what a deploy would do; starts and records nothing, and ends as a refused deploy would'))
  withJson(withServer(plan)).action((path, options) => run(import('./plan.ts').then((room) => room.plan(path, options))))
  examples(plan, 'plan examples/hello-app', 'plan . --name shop --env-file .env.shop', 'plan . --json')
}

function addSuggest(program: Command): void {
  const suggest = withRequest(program.command('suggest').description('find a HEALTHCHECK that works in the image, by trying; ends with 5 when nothing does'))
  suggest.argument('[service]', 'only this service')
  withJson(withServer(suggest)).action((path, service, options) => run(import('./suggest.ts').then((room) => room.suggest(path, service, options))))
  examples(suggest, 'suggest examples/hello-app', 'suggest . backend', 'suggest . --json')
}

function addLint(program: Command): void {
  const lint = program
    .command('lint')
    .description('find what would go wrong, before deploying; ends with 3 when there are errors')
    .argument('[path...]', 'folders or Compose files (default: here)')
  lint
    .addOption(new Option('--severity <least>', 'the least that is told, and fixed').choices(['error', 'warning', 'info']).default('warning'))
    .option('--max-warnings <number>', 'more of them are an error', count)
    .option('--fix', 'make the changes that change nothing but the mistake')
    .option('--no-images', 'do not look into images of this machine')
    .option('--sarif', 'print one SARIF 2.1.0 document on stdout')
    .option('--rules', 'list the rules')
    .option('--explain <rule>', 'print the page of a rule')
  withJson(lint).action((paths, options) => run(import('./lint.ts').then((room) => room.lint(paths, options))))
  examples(lint, 'lint', 'lint examples/hello-app --severity info', 'lint . --fix', 'lint . --max-warnings 0 --sarif > torii.sarif', 'lint --explain T205')
}

function addLooks(program: Command): void {
  const ls = program.command('ls').description('list deployments').option('-q, --quiet', 'names only')
  withJson(withServer(ls)).action((options) => run(import('./ls.ts').then((room) => room.ls(options))))
  examples(ls, 'ls', 'ls --json', 'ls --server https://torii.example.org:8482 --token-file ~/torii-token --ca torii-ca.pem')

  const status = program.command('status').description('show how a deployment stands').argument('<name>', 'deployment')
  withJson(withServer(status)).action((name, options) => run(import('./status.ts').then((room) => room.status(name, options))))
  examples(status, 'status hello-app', 'status hello-app --json')

  const explain = program.command('explain').description('say why a deployment failed, and what was seen; or what a reason or a lint rule means')
  explain
    .argument('<name>', 'deployment, reason or lint rule')
    .option('--revision <number>', 'another revision than the newest', revision)
    .option('--bundle <file>', 'write all that was seen into one file, to send to somebody')
  withJson(withServer(explain)).action((name, options) => run(import('./explain.ts').then((room) => room.explain(name, options))))
  examples(
    explain,
    'explain hello-app',
    'explain hello-app --revision 2 --json',
    'explain hello-app --bundle hello-app.json',
    'explain container_unhealthy',
    'explain T205',
  )

  const open = program.command('open').description('open the URL of a deployment').argument('<name>', 'deployment').option('--print', 'only print it')
  withJson(withServer(open)).action((name, options) => run(import('./open.ts').then((room) => room.open(name, options))))
  examples(open, 'open hello-app', 'open hello-app --print')
}

function addLogs(program: Command): void {
  const events = program.command('events').description('show what happened to a deployment').argument('<name>', 'deployment')
  events.option('-f, --follow', 'go on as things happen')
  withJson(withServer(events), 'print JSON: one document, with --follow one a line').action((name, options) =>
    run(import('./events.ts').then((room) => room.events(name, options))),
  )
  examples(events, 'events hello-app', 'events hello-app --follow --json')

  const logs = program.command('logs').description('show what the containers print').argument('<name>', 'deployment').argument('[service]', 'only this service')
  logs.option('-f, --follow', 'go on as they print').option('--tail <lines>', 'last lines of each container', count, 100)
  withJson(withServer(logs), 'print one JSON document a line').action((name, service, options) =>
    run(import('./logs.ts').then((room) => room.logs(name, service, options))),
  )
  examples(logs, 'logs hello-app', 'logs hello-app backend --follow --tail 20')
}

function addChanges(program: Command): void {
  const stop = program.command('stop').description('stop the containers of a deployment').argument('<name>', 'deployment')
  withJson(withServer(stop)).action((name, options) => run(import('./stop.ts').then((room) => room.stop(name, options))))
  examples(stop, 'stop hello-app')

  const start = program.command('start').description('start a stopped deployment and look at it again').argument('<name>', 'deployment')
  withJson(withServer(start)).action((name, options) => run(import('./start.ts').then((room) => room.start(name, options))))
  examples(start, 'start hello-app')

  const rm = program.command('rm').description('remove a deployment').argument('<name>', 'deployment')
  rm.option('--volumes', 'also delete its volumes, with all data in them').option('-y, --yes', 'do not ask')
  withJson(withServer(rm)).action((name, options) => run(import('./rm.ts').then((room) => room.rm(name, options))))
  examples(rm, 'rm hello-app', 'rm hello-app --volumes --yes')
}
