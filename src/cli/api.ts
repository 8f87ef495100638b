import type { PolicyReport } from '../deploy/consent.ts'
import { type Failure, rowOf } from '../deploy/failure.ts'
import type { Forecast } from '../deploy/forecast-view.ts'
import type { Evidence, StoredEvent } from '../deploy/record.ts'
import type { GivenLogin } from '../deploy/registries.ts'
import type { RegistryView } from '../deploy/registry-port.ts'
import type { Suggestion } from '../deploy/suggestion.ts'
import type { AppHealth, ContainerNow, DeploymentView, EventFilter, RevisionView } from '../deploy/view.ts'
import type { DeployRequest, LogLine, Removed, Started } from '../server/contract.ts'
import type { AuditEntry, NewToken, TokenView, TokenWish } from '../server/contract-access.ts'
import type { KeptUpload } from '../server/contract-uploads.ts'
import { CliError } from './cli-error.ts'
import type { Archive, Client } from './client.ts'

export type { Archive } from './client.ts'

/** A folder of the control plane's machine, or an upload. */
export type Asked = DeployRequest

/** The resources of /api/v1 by name. */
export function createApi(client: Client) {
  const of = (name: string) => `/deployments/${encodeURIComponent(name)}`
  return {
    registries: () => client.ask<{ registries: RegistryView[] }>('GET', '/registries'),
    registryLogin: (given: GivenLogin) => client.ask<RegistryView & { checked: boolean }>('POST', '/registries', { body: given, patient: true }),
    registryLogout: (host: string) => client.ask<RegistryView>('DELETE', `/registries/${encodeURIComponent(host)}`),
    system: () => client.ask<Record<string, unknown>>('GET', '/system'),
    makeReady: () => client.ask<Record<string, unknown>>('POST', '/system/ready'),
    submit: (request: Asked, signal?: AbortSignal) => client.ask<RevisionView>('POST', '/deployments', { body: request, signal }),
    forecast: (request: Asked, signal?: AbortSignal) => client.ask<Forecast>('POST', '/forecast', { body: request, signal, patient: true }),
    judge: (request: Asked, signal?: AbortSignal) => client.ask<PolicyReport>('POST', '/policy/check', { body: request, signal, patient: true }),
    suggest: (request: Asked & { service?: string }, signal?: AbortSignal) =>
      client.ask<{ suggestions: Suggestion[] }>('POST', '/suggest', { body: request, signal, patient: true }),
    upload: (archive: Archive, signal: AbortSignal) => client.send<KeptUpload>('/uploads', archive, signal),
    removeUpload: (id: string) => client.ask<{ id: string }>('DELETE', `/uploads/${id}`),
    list: () => client.ask<{ deployments: DeploymentView[] }>('GET', '/deployments'),
    get: (name: string) => client.ask<DeploymentView>('GET', of(name)),
    health: (name: string) => orNull(client.ask<{ health: AppHealth | null }>('GET', `${of(name)}/health`)),
    containers: (name: string) => orNull(client.ask<{ containers: ContainerNow[] }>('GET', `${of(name)}/containers`)),
    remove: (name: string, volumes: boolean, signal?: AbortSignal) => client.ask<Removed>('DELETE', of(name), { query: { volumes }, signal }),
    stop: (name: string, signal?: AbortSignal) => client.ask<DeploymentView>('POST', `${of(name)}/stop`, { signal }),
    start: (name: string, signal?: AbortSignal) => client.ask<Started>('POST', `${of(name)}/start`, { signal, patient: true }),
    revisions: (name: string) => client.ask<{ revisions: RevisionView[] }>('GET', `${of(name)}/revisions`),
    revision: (name: string, revision: number | 'latest', signal?: AbortSignal) =>
      client.ask<RevisionView>('GET', `${of(name)}/revisions/${revision}`, { signal }),
    evidence: (name: string, revision: number | 'latest') => orNull(client.ask<Evidence | null>('GET', `${of(name)}/revisions/${revision}/evidence`)),
    tokens: () => client.ask<{ tokens: TokenView[] }>('GET', '/tokens'),
    createToken: (wish: TokenWish) => client.ask<NewToken>('POST', '/tokens', { body: wish }),
    revokeToken: (which: string) => client.ask<TokenView>('DELETE', `/tokens/${encodeURIComponent(which)}`),
    audit: (filter: { since?: string | undefined; name?: string | undefined; after: number }) =>
      client.ask<{ entries: AuditEntry[] }>('GET', '/audit', { query: filter }),
    events: (filter: EventFilter) => client.ask<{ events: StoredEvent[] }>('GET', '/events', { query: { ...filter, follow: false } }),
    async *follow(filter: EventFilter, signal: AbortSignal, opened?: () => void): AsyncGenerator<StoredEvent> {
      const asked = { query: { ...filter, follow: true }, lastEventId: filter.after, signal }
      for await (const { data } of client.stream('/events', asked, opened)) yield JSON.parse(data) as StoredEvent
    },
    async *logs(name: string, query: { service?: string | undefined; tail: number; follow: boolean }, signal: AbortSignal): AsyncGenerator<LogLine> {
      for await (const { event, data } of client.stream(`${of(name)}/logs`, { query, signal })) {
        if (event === 'end') throwIfCutOff(JSON.parse(data) as { failure: Failure | null })
        else yield JSON.parse(data) as LogLine
      }
    },
  }
}

export type Api = ReturnType<typeof createApi>

/** Lines are missing where the log did not end by itself. */
function throwIfCutOff({ failure }: { failure: Failure | null }): void {
  if (failure) throw new CliError(`The log was cut off: ${failure.sentence}`, { reason: failure.reason, exit: rowOf(failure.reason).exit, fix: failure.fix })
}

/** A revision that has not settled has no evidence yet. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof CliError && error.reason === 'not_found') return null
    throw error
  }
}
