import { inAWorld } from '../scenario.ts'
import { coreScenarios } from './core.ts'

coreScenarios(inAWorld(), /^\d+\./)
