import type { Reason } from '../deploy/failure.ts'

/** One row of the table of refusals. */
interface Row {
  status: 400 | 401 | 403 | 404 | 405 | 408 | 409 | 413 | 414 | 415 | 422 | 429 | 431 | 502 | 503
  /** The deployments' own reason where it says the same: callers know those. */
  reason?: Reason
  sentence: string
  fix: string
  /** Headers of the answer, lower case. */
  headers?: Record<string, string>
}

const seeDocument = '/openapi.json says what may be asked.'

/** Every way a request is refused before a deployment is looked at; what deployments are refused for stands in failure.ts. */
const refusals = {
  unauthorized: {
    status: 401,
    sentence: 'This needs a token of the control plane.',
    fix: 'Send `Authorization: Bearer` with one of `torii token create`, or with what stands in the file `token` of the state folder.',
    headers: { 'www-authenticate': 'Bearer' },
  },
  token_expired: {
    status: 401,
    sentence: 'This token has expired.',
    fix: 'Ask whoever administers this control plane for another: `torii token create NAME --scope …` there.',
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  },
  token_revoked: {
    status: 401,
    sentence: 'This token has been revoked.',
    fix: 'Ask whoever administers this control plane for another: `torii token create NAME --scope …` there.',
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  },
  too_many_attempts: {
    status: 429,
    sentence: 'Too many tokens from this address were no good.',
    fix: 'Send one that is: it is accepted at once.',
  },
  scope_missing: {
    status: 403,
    sentence: 'This needs a token with another scope.',
    fix: 'Ask whoever administers this control plane for one: `torii token create NAME --scope …` there.',
  },
  name_not_allowed: {
    status: 403,
    sentence: 'This token may not name a deployment so.',
    fix: 'Give it another name, or have a token made with `--names` that match it.',
  },
  folder_of_the_server: {
    status: 403,
    sentence: 'A folder of the control plane’s own machine can be deployed only with the scope admin.',
    fix: 'Send the extension itself: `torii deploy --server` does.',
  },
  operators_word: {
    status: 403,
    sentence: 'Only a token with the scope admin may allow what the policy asks about or denies.',
    fix: 'Leave `allow` and `consent` out, or let the operator deploy it.',
  },
  token_exists: { status: 409, sentence: 'A token has that name already.', fix: 'Revoke that one, or choose another name.' },
  no_such_token: { status: 404, reason: 'not_found', sentence: 'There is no such token.', fix: '`torii token ls` lists them.' },
  foreign_host: {
    status: 403,
    sentence: 'The control plane does not answer under this name.',
    fix: 'Ask it under localhost or 127.0.0.1 and its own port, or have the name that you ask under added to TORII_API_HOSTS on its machine.',
  },
  foreign_origin: {
    status: 403,
    sentence: 'The control plane does not answer to pages of others.',
    fix: 'Ask it from its own address, or from a program.',
  },
  no_such_address: { status: 404, reason: 'not_found', sentence: 'There is nothing at this address.', fix: seeDocument },
  method_not_allowed: { status: 405, sentence: 'This address does not take that method.', fix: seeDocument },
  no_evidence: {
    status: 404,
    reason: 'not_found',
    sentence: 'There is no evidence yet: it is kept when a revision settles.',
    fix: 'Wait until it has settled (`torii status`).',
  },
  registry_invalid: { status: 400, sentence: 'This is not the host of a registry.', fix: 'Name it as images do: HOST or HOST:PORT, without a path.' },
  registry_refuses: {
    status: 422,
    reason: 'registry_auth',
    sentence: 'The registry does not accept this login.',
    fix: 'Check the user name and the password: many registries take an access token in place of the password. Nothing was kept.',
  },
  registry_unreachable: {
    status: 502,
    reason: 'pull_failed',
    sentence: 'The registry could not be asked.',
    fix: 'Check its name, and the network of the machine that the container engine runs on. Nothing was kept.',
  },
  request_invalid: { status: 400, sentence: 'The request cannot be understood.', fix: seeDocument },
  json_invalid: { status: 400, sentence: 'The body is not JSON as it should be.', fix: seeDocument },
  address_invalid: { status: 400, sentence: 'The address cannot be understood.', fix: 'Encode it as a URL.' },
  address_too_long: { status: 414, sentence: 'The address is too long.', fix: seeDocument },
  body_too_large: { status: 413, sentence: 'The body is too large.', fix: 'Send at most 1 MiB: values that are larger belong into files of the extension.' },
  media_type: { status: 415, sentence: 'The body must be JSON.', fix: 'Send `Content-Type: application/json`.' },
  tar_expected: { status: 415, sentence: 'The body must be an uncompressed tar archive.', fix: 'Send it with `Content-Type: application/x-tar`.' },
  headers_too_large: { status: 431, sentence: 'The headers or the address are too large.', fix: 'Send fewer of them.' },
  request_timeout: { status: 408, sentence: 'The request did not arrive in time.', fix: 'Send it again.' },
  too_many_submits: {
    status: 429,
    reason: 'busy',
    sentence: 'Too many deployments are being submitted at once.',
    fix: 'Try again in some seconds.',
    headers: { 'retry-after': '5' },
  },
  queue_full: {
    status: 429,
    reason: 'busy',
    sentence: 'Too many deployments wait already.',
    fix: 'Try again when some have settled; `torii ls` shows them.',
    headers: { 'retry-after': '60' },
  },
  too_many_uploads: {
    status: 429,
    reason: 'busy',
    sentence: 'Too many uploads are coming at once.',
    fix: 'Try again in some seconds.',
    headers: { 'retry-after': '5' },
  },
  too_many_streams: {
    status: 503,
    reason: 'busy',
    sentence: 'Too many callers follow events or logs at once.',
    fix: 'End some of them, or try again later.',
    headers: { 'retry-after': '15' },
  },
  // Not one of the deployments' reasons: callers take it for a server that is not there, and come back.
  stopping: {
    status: 503,
    sentence: 'The control plane is being stopped.',
    fix: '`torii up` starts it again.',
    headers: { 'retry-after': '1', connection: 'close' },
  },
  not_ready: { status: 503, sentence: 'The control plane is not ready yet.', fix: 'Try again in a second; `torii doctor` shows what is missing.' },
} as const satisfies Record<string, Row>

export type RefusalName = keyof typeof refusals

/** Thrown where a request is refused; answered in one place. */
export class Refusal extends Error {
  readonly row: Omit<Row, 'reason'> & { reason: Reason | RefusalName }

  constructor(name: RefusalName, { sentence, headers }: Partial<Pick<Row, 'sentence' | 'headers'>> = {}) {
    super(name)
    this.name = 'Refusal'
    const row: Row = refusals[name]
    this.row = { ...row, reason: row.reason ?? name, sentence: sentence ?? row.sentence, headers: { ...row.headers, ...headers } }
  }
}
