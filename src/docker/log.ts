/** What this room needs of pino. */
export interface Log {
  warn(facts: object, message: string): void
}
