import { DeployError } from '../deploy/failure.ts'
import type { Check, Condition, ImageFacts, OutsideCheck, PlannedService } from '../deploy/plan.ts'
import type { RevisionRef } from '../deploy/record.ts'
import { mergeCheck } from './check.ts'
import type { FastStart } from './fast-start.ts'
import { refOfService } from './images.ts'
import { type Model, replicasOf, type Service, servicesOf } from './model.ts'
import { outsideCheck } from './own-check.ts'
import { portOf } from './routed.ts'
import { type ServiceSettings, serviceSettings } from './service-settings.ts'

/** Everything that is known of one service once its image is there. */
export interface Studied {
  name: string
  service: Service
  settings: ServiceSettings
  image: ImageFacts | undefined
  replicas: number
  dependsOn: PlannedService['dependsOn']
  awaitedBy: string[]
  oneshot: boolean
  /** Merged and with the interval's floor; null: none, or switched off. */
  check: Check | null
  /** The check is ours, asked from outside. */
  outside: OutsideCheck | null
  restart: PlannedService['restart']
  hasPort: boolean
}

/** With how its check is looked at while it starts; null without a check. */
export interface Prepared extends Studied {
  start: FastStart | null
}

/** A check that runs more often than this costs more than it tells (security.md, default policy). */
const shortestInterval = 1000

/** `imagesMayMiss`: what a missing image could make good is not refused. */
export function studyServices(model: Model, images: Map<string, ImageFacts>, ref: RevisionRef, { imagesMayMiss = false } = {}): Studied[] {
  const dependencies = new Map(servicesOf(model).map(([name, service]) => [name, dependenciesOf(service, model)]))
  const studied = servicesOf(model).map(([name, service]) => study(name, service, images.get(refOfService(name, service, ref)), dependencies))
  const sure = studied.filter(({ image }) => image !== undefined || !imagesMayMiss)
  for (const each of studied) checkAwaited(each, sure)
  return studied
}

function study(name: string, service: Service, image: ImageFacts | undefined, dependencies: Map<string, Studied['dependsOn']>): Studied {
  const settings = serviceSettings(name, service)
  const awaitedBy = [...dependencies]
    .filter(([, list]) => list.some((each) => each.service === name && each.condition === 'service_completed_successfully'))
    .map(([other]) => other)
  const oneshot = settings.oneshot || awaitedBy.length > 0
  const merged = oneshot ? null : mergeCheck(service.healthcheck, image?.check ?? null)
  const servicePort = portOf({ service, settings, exposed: image?.exposed ?? [] })
  const own = merged === null && !oneshot && settings.healthcheck !== null ? outsideCheck({ name, service, servicePort }, settings.healthcheck) : null
  const check = merged ?? own?.check ?? null
  return {
    name,
    service,
    settings,
    image,
    replicas: replicasOf(service),
    dependsOn: dependencies.get(name) ?? [],
    awaitedBy,
    oneshot,
    check: check === null ? null : { ...check, interval: Math.max(check.interval, shortestInterval) },
    outside: own?.outside ?? null,
    restart: restartOf(service),
    hasPort: servicePort !== null,
  }
}

/** Only dependencies that exist in this model. */
function dependenciesOf(service: Service, model: Model): Studied['dependsOn'] {
  return Object.entries(service.depends_on ?? {})
    .filter(([name]) => Object.hasOwn(model.services ?? {}, name))
    .map(([name, dependency]) => ({
      service: name,
      condition: (dependency.condition ?? 'service_started') as Condition,
      required: dependency.required !== false,
    }))
}

function checkAwaited(waiting: Studied, all: Studied[]): void {
  for (const { service: name, condition } of waiting.dependsOn) {
    const awaited = all.find((each) => each.name === name)
    if (condition !== 'service_healthy' || awaited === undefined || awaited.check !== null) continue
    const why = awaited.oneshot ? 'is a one-shot, which is judged by its exit alone' : 'has no health check'
    throw new DeployError('compose_invalid', `${waiting.name} waits for ${name} to be healthy, but ${name} ${why}`, {
      service: name,
      fix: awaited.oneshot
        ? `Let ${waiting.name} wait for \`service_completed_successfully\` of ${name}.`
        : `Add a \`healthcheck:\` to ${name}, or let ${waiting.name} wait for \`service_started\`.`,
    })
  }
}

// Compose takes deploy.restart_policy where `restart` is absent, and calls its "any" always (pkg/compose/create.go, 2.26).
function restartOf(service: Service): PlannedService['restart'] {
  const asked = service.restart ?? ofDeploy(service.deploy?.restart_policy)
  return /^(on-failure(:\d+)?|always|unless-stopped)$/.test(asked) ? asked : 'no'
}

function ofDeploy(policy: { condition?: string; max_attempts?: number } | null | undefined): string {
  const condition = policy?.condition ?? 'no'
  if (condition === 'any') return 'always'
  return condition === 'on-failure' && policy?.max_attempts !== undefined ? `on-failure:${policy.max_attempts}` : condition
}
