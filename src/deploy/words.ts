/** ms as a clause says them: "0.05 s", "0.1 s", "12 s", "690 s". */
export function secondsOf(ms: number): string {
  if (ms >= 9_950 || ms % 1000 === 0) return `${Math.round(ms / 1000)} s`
  return `${(ms / 1000).toFixed(ms < 100 ? 2 : 1)} s`
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** "a", "a and b", "a, b and c". */
export function listed(names: string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** "a waits", "a and b wait". */
export function theyWait(names: string[]): string {
  return `${listed(names)} ${names.length === 1 ? 'waits' : 'wait'}`
}

/**
 * What programs print behind the line that says what it was: Node.js 24, npm 11, yarn 1, pnpm, Rust, SQLAlchemy, uvicorn, gunicorn; rulers, brackets
 * and bare links (the entrypoint of postgres ends with one); hints and usage behind an error; headers of an HTTP answer, tags of a page.
 */
const farewells = [
  /^[-=*_~#.\s]+$|^\s*[[\]({})]+[;,]?$|^\s*Exiting with (?:error |exit )?code \d+\.?$|^\s*https?:\/\/\S+$/,
  /^Node\.js v\d|^node:internal|^node:\w+:\d+$|^\s+throw er;|^\s+\^$|^Emitted 'error' event on|^-+ Native stack trace -+$|^\s*\d+: 0x[0-9a-f]+ |^Require stack:|^- \/|^note: run with `RUST_BACKTRACE|^\s+at |^\s+(?:errno|code|syscall|path|address|port|hostname|requireStack|length|severity|detail|hint|position|internalPosition|internalQuery|where|schema|table|column|dataType|constraint|file|line|routine|sqlState|sqlMessage|sql|clientVersion|meta): /,
  /^npm (?:error|ERR!|notice|warn|WARN)(?:\s*$|\s{2,}|\s(?:code|errno|path|syscall|command|workspace|location|A complete log|To see a list|Did you mean|Lifecycle script|enoent\s*$|enoent This is related|[\w-]+@\S+ \w+:))/,
  /^error Command failed with exit code|^info Visit https:|ELIFECYCLE|^Traceback \(most/,
  /^\(Background on this error at: |^\s*Is the server running on (?:that )?(?:host|the host)/,
  /^(?:[\w./-]{1,80}: )?hint:|^\S{1,80}: use -|^(?:Try|Run|See) ['"`\u2018].{0,200}(?:--help|-h\b)|^[Uu]sage: |^For more (?:information|details)/i,
  /^The server must be started under an unprivileged user ID|^possible system security compromise|^more information on how to properly start/,
  /^(?:date|allow|age|vary|etag|via|server|connection|keep-alive|content-[a-z-]+|transfer-encoding|last-modified|cache-control|set-cookie|x-[a-z-]+|accept-ranges|strict-transport-security|referrer-policy|cross-origin-[a-z-]+): [^{}]{0,200}$/,
  /^\s*(?:<\/?[a-zA-Z!][^<>]{0,200}>\s*)+$/,
  /Application startup failed\. Exiting|Worker failed to boot|Worker \(pid:\d+\) exited|\[INFO\] (?:Worker exiting|Control socket|Shutting down)|Shutting down: Master/,
]

export function isFarewell(line: string): boolean {
  const start = line.slice(0, 500)
  return start.trim() === '' || farewells.some((pattern) => pattern.test(start))
}

/** A request that was answered well, or that came from outside of the container: Torii's own questions are among them. */
const access =
  /"(?:GET|HEAD|POST) \S{1,500} HTTP\/[\d.]{1,3}" (?:[123]\d\d\b|\d{3}.{0,100}torii-)|^(?:INFO:\s+)?(?!127\.)(?:\d{1,3}\.){3}\d{1,3}\b.{0,100}"(?:GET|HEAD) |\btorii-(?:evidence|probe|health)\b/

/** The last line that says something; what is set in belongs to the one before. */
export function lastLineOf(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const telling = lines.filter((line) => !isFarewell(line) && !access.test(line.slice(0, 800)))
  return (telling.findLast((line) => !/^(?:\t| {4})/.test(line)) ?? telling.at(-1) ?? lines.at(-1) ?? '').trim()
}

/** What a killed container's memory limit says; bytes, 0: none. */
export function limitOf(memoryLimit: number): string {
  return memoryLimit > 0 ? `its limit is ${memoryOf(memoryLimit)}` : 'it has no limit of its own, so the host’s memory ran out'
}

/** Bytes as a memory limit is written: "64 MiB". */
export function memoryOf(bytes: number): string {
  const mebibytes = bytes / 1024 ** 2
  return mebibytes >= 1 ? `${Number(mebibytes.toFixed(1))} MiB` : `${bytes} bytes`
}
