import { createFakeStore } from '../fakes/store.ts'
import { storeContract } from './store.contract.ts'

storeContract('fake', async (setup) => createFakeStore(setup))
