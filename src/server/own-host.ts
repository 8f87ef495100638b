/** Whether a `Host` header is one of ours: a loopback name or address with our port, or one the operator named. */
export function createOwnHost(port: number, others: readonly string[] = []): (host: string | undefined) => boolean {
  const named = new Set(others.map((host) => host.toLowerCase()))
  return (host = '') => {
    const text = host.toLowerCase()
    return named.has(text) || isLoopback(text, port)
  }
}

function isLoopback(host: string, port: number): boolean {
  const [, name, at] = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d{1,5}))?$/.exec(host) ?? []
  return name !== undefined && Number(at ?? 80) === port
}
