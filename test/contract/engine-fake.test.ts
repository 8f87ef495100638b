import { createFakeClock } from '../fakes/clock.ts'
import { createFakeEngine } from '../fakes/engine.ts'
import { engineContract, scripts } from './engine.contract.ts'

engineContract('fake', async () => {
  const clock = createFakeClock()
  const image = 'busybox:stable'
  const refused = 'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused'
  const engine = createFakeEngine({ clock, services: scripts, images: { [image]: { local: true }, '127.0.0.1:1/no/such:image': { pullFails: refused } } })
  return { engine, image, instance: 'fake', passes: () => clock.sleep(50) }
})
