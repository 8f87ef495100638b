import type { PlannedService } from './plan.ts'
import type { Container } from './ports.ts'

/**
 * The services that hold a service back: those whose condition does not hold yet (Compose's `depends_on`). Containers that nothing
 * holds back start at once, the others at the look that finds them free.
 */
export function heldBackBy(planned: PlannedService, plan: PlannedService[], containers: Container[]): string[] {
  return planned.dependsOn
    .filter(({ service, condition }) => {
      const awaited = plan.find((each) => each.name === service)
      const replicas = containers.filter((each) => each.service === service)
      return awaited !== undefined && (replicas.length < awaited.replicas || !replicas.every((each) => holds(condition, each)))
    })
    .map(({ service }) => service)
}

function holds(condition: PlannedService['dependsOn'][number]['condition'], container: Container): boolean {
  switch (condition) {
    case 'service_started':
      return container.startedAt !== null
    case 'service_healthy':
      return container.state === 'running' && container.health?.status === 'healthy'
    case 'service_completed_successfully':
      return container.state === 'exited' && container.exitCode === 0
  }
}
