import { createServer, type Server } from 'node:net'

/** Ports and addresses that no other world of this machine has, held for as long as its process lives. */
export interface Slot {
  apiPort: number
  proxyApiPort: number
  httpsPort: number
  ports: { first: number; last: number }
  /** 32 networks of a deployment's usual size. */
  subnetPool: string
  /** For a registry, and for what stands in front of it. */
  spare: [number, number, number]
  free(): Promise<void>
}

/** Below the ports that the kernel hands out by itself, and above those of the contract tests. */
const firstPort = 30_200
const width = 24
/** Of 10.214.0.0/16: the default pool is 10.213.0.0/16. */
const count = 64

/** The first port of a slot is its lock: the kernel gives it back however its holder ends. A slot somebody uses a port of is passed over. */
export async function aSlot(): Promise<Slot> {
  const begin = process.pid % count
  for (let turn = 0; turn < count; turn++) {
    const number = (begin + turn) % count
    const slot = await taken(number)
    if (slot !== null) return slot
  }
  throw new Error('all slots are taken')
}

async function taken(number: number): Promise<Slot | null> {
  const first = firstPort + number * width
  const lock = await listening(first)
  if (lock === null) return null
  const others = await Promise.all(Array.from({ length: width - 1 }, (_, i) => listening(first + 1 + i)))
  await Promise.all(others.filter((server) => server !== null).map(closed))
  if (others.includes(null)) {
    await closed(lock)
    return null
  }
  return {
    apiPort: first + 1,
    proxyApiPort: first + 2,
    httpsPort: first + 3,
    ports: { first: first + 7, last: first + 22 },
    subnetPool: `10.214.${number * 4}.0/22`,
    spare: [first + 4, first + 5, first + 6],
    free: () => closed(lock),
  }
}

/** null: somebody else has it. */
function listening(port: number): Promise<Server | null> {
  const { promise, resolve } = Promise.withResolvers<Server | null>()
  const server = createServer((socket) => socket.destroy())
  server.once('error', () => resolve(null))
  server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve(server))
  return promise
}

function closed(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  return promise
}
