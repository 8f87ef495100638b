import { rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { realClock } from '../../src/clock.ts'
import { openStore } from '../../src/store/store.ts'
import { aCheck, aDeployment, aRevision, refusal, web } from './store-makers.ts'

/** A process of its own with a store: to be killed, or to run out of disk. Says what it did line by line on stdout. */
const [, , does, folder = ''] = process.argv
const file = join(folder, 'torii.db')
const open = () => openStore({ file, pool: '10.213.0.0/16', clock: realClock })
const say = (what: unknown) => writeSync(1, `${JSON.stringify(what)}\n`)

/** Each line is said when its write has resolved. */
async function writeOn(): Promise<void> {
  process.umask(0)
  const store = await open()
  const revision = aRevision({ deployment: 'steady' })
  await store.admit(aDeployment({ id: 'steady', name: 'steady' }), revision, [])
  say('open')
  for (let number = 1; ; number++) {
    const id = `deployment-${number}`
    await store.tell(revision, { type: 'notice', text: String(number) })
    say(['told', number])
    await store.attempt(revision, web, aCheck(number))
    say(['tried', number])
    await store.keep(revision, { begun: { probe: number } })
    say(['kept', number])
    await store.admit(aDeployment({ id, name: id }), aRevision({ deployment: id }), [])
    await store.move(aRevision({ deployment: id }), 'FAILED')
    say(['moved', number])
  }
}

/** Writes until the disk is full, makes room, and goes on. */
async function fill(): Promise<void> {
  const ballast = join(folder, 'ballast')
  writeFileSync(ballast, Buffer.alloc(300_000))
  const store = await open()
  const revision = aRevision()
  await store.admit(aDeployment(), revision, [])
  const heard: number[] = []
  store.follow(({ id }) => heard.push(id))

  const tell = () => refusal(store.tell(revision, { type: 'notice', text: 'x'.repeat(5000) }))
  let why = await tell()
  while (why === 'Error: it was not refused') why = await tell()
  const moving = await refusal(store.move(revision, 'FAILED'))
  const whenFull = [(await store.revision(revision))?.state, (await store.events({})).length - 1 === heard.length]

  rmSync(ballast)
  await store.move(revision, 'PULLING_IMAGES')
  await store.close()
  const again = await open()
  const events = await again.events({ after: 1 })
  say({ why, moving, whenFull, state: (await again.revision(revision))?.state, same: JSON.stringify(events.map(({ id }) => id)) === JSON.stringify(heard) })
}

await (does === 'fill' ? fill() : writeOn())
