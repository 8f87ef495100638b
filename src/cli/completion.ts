import type { Command } from 'commander'
import { print, printJson } from './output.ts'

export type Shell = 'bash' | 'zsh' | 'fish'

export async function completion(shell: Shell, { json }: { json?: boolean }, program: Command): Promise<void> {
  const script = completionScript(shell, program)
  if (json) printJson({ shell, script })
  else print(script)
}

interface Completed {
  name: string
  about: string
  options: { flag: string; about: string }[]
  /** Takes the name of a deployment first. */
  named: boolean
  /** Commands of its own. */
  words: string[]
}

/** The script for a shell, made of the commands themselves: it cannot forget one. */
export function completionScript(shell: Shell, program: Command): string {
  const commands = program.commands.map(completed)
  return { bash, zsh, fish }[shell](commands)
}

function completed(command: Command): Completed {
  const all = [command, ...command.commands].flatMap(({ options }) => options)
  const visible = all.filter(({ hidden, long }, at) => !hidden && all.findIndex((each) => each.long === long) === at)
  const options = visible.flatMap(({ long, description }) => (long ? [{ flag: long, about: description }] : []))
  const [first] = command.registeredArguments
  return { name: command.name(), about: command.description(), options, named: first?.name() === 'name', words: command.commands.map((each) => each.name()) }
}

function bash(commands: Completed[]): string {
  const named = commands.filter((command) => command.named).map(({ name }) => name)
  return `# bash completion of torii
_torii() {
  local word="\${COMP_WORDS[COMP_CWORD]}" command="\${COMP_WORDS[1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$word"))
    return
  fi
  if [[ "$word" == -* ]]; then
    case "$command" in
${commands.map(({ name, options }) => `      ${name}) COMPREPLY=($(compgen -W "${[...options.map(({ flag }) => flag), '--help'].join(' ')}" -- "$word")) ;;`).join('\n')}
    esac
    return
  fi
  case "$command" in
    ${named.join('|')}) COMPREPLY=($(compgen -W "$(torii ls --quiet 2>/dev/null)" -- "$word")) ;;
${commands
  .filter(({ words }) => words.length > 0)
  .map(({ name, words }) => `    ${name}) COMPREPLY=($([ "$COMP_CWORD" -gt 2 ] && compgen -f -- "$word" || compgen -W "${words.join(' ')}" -- "$word")) ;;`)
  .join('\n')}
    completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -- "$word")) ;;
  esac
}
complete -o filenames -F _torii torii`
}

function zsh(commands: Completed[]): string {
  const named = commands.filter((command) => command.named).map(({ name }) => name)
  return `#compdef torii
# zsh completion of torii
_torii() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${commands.map(({ name, about }) => `      '${name}:${quoted(about)}'`).join('\n')}
    )
    _describe command commands
    return
  fi
  if [[ $words[CURRENT] == -* ]]; then
    case $words[2] in
${commands.map(({ name, options }) => `      ${name}) compadd -- ${[...options.map(({ flag }) => flag), '--help'].join(' ')} ;;`).join('\n')}
    esac
    return
  fi
  case $words[2] in
    ${named.join('|')}) compadd -- \${(f)"$(torii ls --quiet 2>/dev/null)"} ;;
${commands
  .filter(({ words }) => words.length > 0)
  .map(({ name, words }) => `    ${name}) compadd -- ${words.join(' ')} ;;`)
  .join('\n')}
    completion) compadd -- bash zsh fish ;;
    *) _files ;;
  esac
}
compdef _torii torii`
}

function fish(commands: Completed[]): string {
  const on = (name: string) => `complete -c torii -n '__fish_seen_subcommand_from ${name}'`
  const lines = commands.flatMap(({ name, about, options, named, words }) => [
    `complete -c torii -f -n __fish_use_subcommand -a ${name} -d '${quoted(about)}'`,
    ...options.map(({ flag, about: what }) => `${on(name)} -l ${flag.slice(2)} -d '${quoted(what)}'`),
    ...(words.length > 0 ? [`${on(name)} -f -a '${words.join(' ')}'`] : []),
    ...(named ? [`${on(name)} -f -a '(torii ls --quiet 2>/dev/null)'`] : []),
  ])
  return ['# fish completion of torii', ...lines, `${on('completion')} -f -a 'bash zsh fish'`].join('\n')
}

/** Inside single quotes of any of the three; our own texts have none. */
function quoted(text: string): string {
  return text.replaceAll("'", '’')
}
