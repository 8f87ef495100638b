import type { Service } from '../../extension/model.ts'

/** tcp container ports of `ports` and `expose`, in their order. */
export function declaredPorts({ ports, expose }: Service): number[] {
  const published = (ports ?? []).filter((port) => (port.protocol ?? 'tcp') === 'tcp').map((port) => Number(port.target))
  const exposed = (expose ?? []).map((each) => Number(/^(\d+)(-\d+)?(\/tcp)?$/.exec(String(each))?.[1]))
  return [...published, ...exposed].filter((port) => Number.isInteger(port) && port > 0)
}
