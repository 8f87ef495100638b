const preface = /^(?:OCI runtime exec failed: )?exec failed: unable to start container process: /

/** What runc says of a program that it could not run, without what it says every time before and after (runc 1.1 under Docker 26.1.5). */
export function withoutRuntimeWords(text: string): string {
  return preface.test(text) ? text.replace(preface, '').replace(/: unknown$/, '') : text
}
