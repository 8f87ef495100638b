const KiB = 1024
const MiB = 1024 * KiB
const seconds = (n: number) => n * 1000

/** What one caller may ask of the server, times in ms. */
export interface Limits {
  /** Bytes. A request names a folder and some variables. */
  body: number
  /** Bytes of request line and headers together. */
  headers: number
  /** Headers must have come within this (looked at every `check`), then the whole request that is no upload. */
  headersWithin: number
  requestWithin: number
  check: number
  /** An answer that nobody reads for this long is cut off. */
  stalled: number
  /** A connection without a request is kept this long. */
  keepAlive: number
  connections: number
  /** Event and log streams at once. */
  streams: number
  /** Of these, with one and the same token; the state folder's may have all. */
  streamsEach: number
  /** Submits at once: each reads a folder and runs Compose. */
  submits: number
  /** Of these, with one and the same token. */
  submitsEach: number
  /** Deployments that may wait for others to settle; each is a row of the record, and has its subnets. */
  queue: number
  /** Uploads that come at once. */
  uploads: number
  /** Of these, with one and the same token. */
  uploadsEach: number
  /** An upload must have come within this; and so many bytes of it in each `uploadSilence`. */
  uploadWithin: number
  uploadSilence: number
  uploadPace: number
  /** A quiet stream says this often that it is alive. */
  heartbeat: number
  /** Bytes that wait for one reader. It is cut off beyond them: events are asked for again by their number. */
  pendingEvents: number
  /** Lines of a log cannot be asked for again. */
  pendingLogs: number
  /** Events of one answer. */
  page: number
  /** Requests in progress have this long to end when the server closes. */
  closeGrace: number
}

export const defaultLimits: Limits = {
  body: MiB,
  headers: 16 * KiB,
  headersWithin: seconds(10),
  requestWithin: seconds(30),
  check: seconds(2),
  stalled: seconds(60),
  keepAlive: seconds(5),
  connections: 1000,
  streams: 200,
  streamsEach: 50,
  submits: 64,
  submitsEach: 16,
  queue: 256,
  uploads: 4,
  uploadsEach: 2,
  uploadWithin: seconds(1800),
  uploadSilence: seconds(15),
  uploadPace: 64 * KiB,
  heartbeat: seconds(15),
  pendingEvents: MiB,
  pendingLogs: 16 * MiB,
  page: 500,
  closeGrace: seconds(5),
}
