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

/** The last line that says something. */
export function lastLineOf(text: string): string {
  return (
    text
      .split('\n')
      .findLast((line) => line.trim() !== '')
      ?.trim() ?? ''
  )
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
