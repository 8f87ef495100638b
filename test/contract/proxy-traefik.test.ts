import { proxyContract } from './proxy.contract.ts'
import { createTraefikWorld } from './proxy-world.ts'

proxyContract('traefik', () => createTraefikWorld())
