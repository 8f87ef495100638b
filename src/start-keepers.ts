import { keepApiKeys } from './api-certificate.ts'
import { keepCertificates } from './certificate-keeper.ts'
import type { Config } from './config.ts'
import type { RealTools } from './create-tools.ts'
import type { ProxyKeeper } from './proxy-keeper.ts'
import type { SecureServer } from './server/secure-server.ts'
import type { RunningUploads } from './uploads/uploads.ts'

interface Kept {
  tools: RealTools
  keeper: ProxyKeeper
  uploads: RunningUploads
  /** null: it listens on loopback alone. */
  secure: SecureServer | null
}

/** What goes on beside deployments for as long as the server runs. Call the result to end it. */
export function startKeepers(config: Config, { tools, keeper, uploads, secure }: Kept): () => void {
  const { engine, routes, clock, log, warm } = tools
  const closing = new AbortController()
  void keeper.keepUp(closing.signal)
  void uploads.keepSwept(closing.signal)
  void keepCertificates(routes, { clock, log }, closing.signal)
  if (secure !== null) void keepApiKeys(config, secure.serve, { clock, log }, closing.signal)
  // What the engine says of its machine never changes and takes it long: the first failure would not have it in time.
  void engine.host(closing.signal).catch(() => {})
  // The proxy is being waited for: the processor has nothing to do.
  warm()
  return () => closing.abort()
}
