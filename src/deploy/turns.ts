import type { Plan, PlannedService } from './plan.ts'
import type { Container } from './ports.ts'

/** One container's turn at the gate. */
export interface Turn {
  planned: PlannedService
  /** 1-based. */
  replica: number
}

/** Everyone's turn, in gate order: depends_on, then file order, replicas one by one (readings 8 and 16). */
export function turnsOf({ services }: Plan): Turn[] {
  return services.flatMap((planned) => Array.from({ length: planned.replicas }, (_, at) => ({ planned, replica: at + 1 })))
}

export function nameOf({ planned, replica }: Turn): string {
  return `${planned.name}/${replica}`
}

export function isOf({ planned, replica }: Turn, container: Container): boolean {
  return container.service === planned.name && container.replica === replica
}
