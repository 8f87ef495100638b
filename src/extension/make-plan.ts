import type { Check, CheckFrom, Plan, PlannedService } from '../deploy/plan.ts'
import type { RewriteInput } from '../deploy/ports.ts'
import { checkFrom } from './check.ts'
import type { HeldBack } from './hold-back.ts'
import { hostPorts } from './host-ports.ts'
import { refOfService } from './images.ts'
import type { Model, Service } from './model.ts'
import { orderServices } from './order.ts'
import type { Route } from './route-address.ts'
import type { Prepared } from './study.ts'
import { volumeName } from './volumes.ts'

/** What the heart needs to know of the rewritten model. */
export function planOf(
  model: Model,
  services: Prepared[],
  route: Route | null,
  { ref, source }: RewriteInput,
  heldBackOf: (each: Prepared) => Pick<HeldBack, 'added' | 'taken'>,
): Plan {
  const order = orderServices(
    services.map(({ name, dependsOn }) => ({ name, dependsOn: dependsOn.map((each) => each.service) })),
    source.order,
  )
  const planned = new Map(
    services.map((each) => {
      const { added, taken } = heldBackOf(each)
      return [each.name, { ...planService(each, refOfService(each.name, each.service, ref)), added, taken }]
    }),
  )
  const published = services.flatMap(({ service }) => hostPorts(service, source).map((port) => String(port.published)))
  return {
    services: order.flatMap((name) => planned.get(name) ?? []),
    route: route === null ? null : { service: route.service, port: route.port, address: route.address },
    volumes: Object.keys(model.volumes ?? {}).map((name) => ({ name, engineName: volumeName(ref.deployment, name), writers: writersOf(name, services) })),
    ...(published.length === 0 ? {} : { hostPorts: published }),
  }
}

function planService(each: Prepared, image: string): PlannedService {
  const { name, replicas, dependsOn, awaitedBy, oneshot, restart, hasPort, start, outside, image: facts } = each
  const ran = { image, imageId: facts?.id ?? null }
  const check = start?.check ?? null
  const from = check === null ? null : fromWhere(each, check)
  const checked = { check, checkFrom: from, ...(outside === null ? {} : { outside }), firstProbe: start?.firstProbe ?? null }
  return { name, replicas, dependsOn, awaitedBy, oneshot, ...ran, ...checked, restart, hasPort }
}

/** What differs from the merged settings was changed by us: fast start, and the interval's floor. */
function fromWhere({ service, image, check: merged }: Prepared, ran: Check): CheckFrom {
  const from = checkFrom(service.healthcheck, image?.check ?? null)
  const ours = (Object.keys(from) as (keyof Check)[]).filter((key) => key !== 'test' && merged?.[key] !== ran[key])
  return { ...from, ...Object.fromEntries(ours.map((key) => [key, 'torii'])) }
}

/** Services that mount a named volume and may write it, also through `volumes_from`. */
function writersOf(volume: string, services: Prepared[]): string[] {
  const direct = services.filter(({ service }) => writes(service, volume)).map(({ name }) => name)
  return services.filter(({ name, service }) => direct.includes(name) || inherited(service).some((other) => direct.includes(other))).map(({ name }) => name)
}

function writes(service: Service, volume: string): boolean {
  return (service.volumes ?? []).some((mount) => mount.type === 'volume' && mount.source === volume && mount.read_only !== true)
}

function inherited(service: Service): string[] {
  const from = (service as { volumes_from?: string[] | null }).volumes_from ?? []
  return from.filter((entry) => !entry.endsWith(':ro')).map((entry) => entry.split(':')[0] ?? '')
}
