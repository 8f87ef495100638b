import { Argument, type Command, Option } from 'commander'
import { examples, run, withJson, withServer } from './arguments.ts'

export function addMachineCommands(program: Command): void {
  const up = program.command('up').description('start control plane and proxy in the background')
  withJson(up).action((options) => run(import('./up.ts').then((room) => room.up(options))))
  examples(up, 'up')

  const down = program.command('down').description('stop control plane and proxy; deployments go on')
  withJson(down).action((options) => run(import('./down.ts').then((room) => room.down(options))))
  examples(down, 'down')

  const serve = program.command('serve').description('run the control plane in this terminal').addOption(new Option('--background').hideHelp())
  withJson(serve, 'print its address as JSON on stdout').action((options) => run(import('./serve.ts').then((room) => room.serve(options))))
  examples(serve, 'serve')

  const doctor = program.command('doctor').description('look at everything Torii needs')
  withJson(doctor).action((options) => run(import('./doctor.ts').then((room) => room.doctor(options))))
  examples(doctor, 'doctor', 'doctor --json')

  addRegistry(program)

  const ca = program.command('ca').description('print the certificate authority of the public addresses')
  withJson(ca).action((options) => run(import('./ca.ts').then((room) => room.ca(options))))
  examples(ca, 'ca > torii-ca.pem')

  const version = program.command('version').description('print the version')
  withJson(version).action((options) => run(import('./version.ts').then((room) => room.version(options))))
  examples(version, 'version --json')

  const completion = program
    .command('completion')
    .description('print a completion script')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
  withJson(completion).action((shell, options) => run(import('./completion.ts').then((room) => room.completion(shell, options, program))))
  examples(completion, 'completion bash > /etc/bash_completion.d/torii', 'completion fish > ~/.config/fish/completions/torii.fish')
}

/** Logins for private images. */
function addRegistry(program: Command): void {
  const registry = program.command('registry').description('log in to registries of private images')

  const login = registry.command('login').description('log in; the password is asked for, or read from stdin').argument('<host>', 'HOST or HOST:PORT')
  login.requiredOption('-u, --username <name>', 'user name')
  withJson(withServer(login)).action((host, options) => run(import('./registry.ts').then((room) => room.login(host, options))))
  examples(login, 'registry login registry.example.org --username ci', 'registry login registry.example.org:5000 -u ci --json < token.txt')

  const ls = registry.command('ls').description('list the registries that Torii is logged in to')
  withJson(withServer(ls)).action((options) => run(import('./registry.ts').then((room) => room.ls(options))))
  examples(ls, 'registry ls', 'registry ls --json')

  const logout = registry.command('logout').description('forget a login').argument('<host>', 'HOST or HOST:PORT')
  withJson(withServer(logout)).action((host, options) => run(import('./registry.ts').then((room) => room.logout(host, options))))
  examples(logout, 'registry logout registry.example.org')

  examples(registry, 'registry login registry.example.org --username ci < token.txt', 'registry ls', 'registry logout registry.example.org')
}
