import { Type } from 'typebox'
import { DeployError } from '../deploy/failure.ts'
import type { LoginCheck } from '../deploy/registries.ts'
import { asHost } from '../registry-host.ts'
import { cleanText } from '../text/clean.ts'
import { Registries, RegistryLogin, RegistryRequest, RegistryView } from './contract-registries.ts'
import { demands } from './demands.ts'
import { describes } from './operation.ts'
import type { App, Tools } from './parts.ts'
import { Refusal } from './refusal.ts'
import { refTo } from './schema.ts'

const params = Type.Object({ host: Type.String({ description: 'the host of a registry' }) })

/** Whoever asks here may change what everybody's images are pulled with. */
export function addRegistries(app: App, { registries, submits }: Tools): void {
  const list = describes('registries', 'The registries that Torii is logged in to; never what with.', { 200: refTo(Registries) })
  app.get('/registries', { schema: list, ...demands('admin') }, async () => ({ registries: await registries.list() }))

  const summary = 'Logs in to a registry: checked with it first, kept encrypted, used for pulls and builds.'
  const login = describes('registryLogin', summary, { 200: refTo(RegistryLogin) }, { body: refTo(RegistryRequest) })
  app.post('/registries', { schema: login, ...demands('admin', 'registry login') }, async ({ body, about }) => {
    const host = hostOf(body.host)
    about.detail = `${host} as ${body.username}`
    const { check, view } = await submits.run(() => registries.login({ ...body, host }))
    if (view === null) throw refusalOf(host, check)
    return { ...view, checked: check.is === 'accepted' }
  })

  const logout = describes('registryLogout', 'Forgets the login of a registry.', { 200: refTo(RegistryView) }, { params })
  app.delete('/registries/:host', { schema: logout, ...demands('admin', 'registry logout') }, async ({ params, about }) => {
    const host = hostOf(params.host)
    about.detail = host
    const before = (await registries.list()).find((each) => each.host === host)
    if (before === undefined || !(await registries.logout(host))) throw notFound(host)
    return before
  })
}

function hostOf(text: string): string {
  const host = asHost(text)
  if (host !== null) return host
  throw new Refusal('registry_invalid', { sentence: `"${cleanText(text, { max: 80 })}" is not the host of a registry.` })
}

function refusalOf(host: string, check: LoginCheck): Refusal {
  const words = 'words' in check ? check.words : ''
  if (check.is === 'refused') return new Refusal('registry_refuses', { sentence: `${host} does not accept this login (${words}).` })
  return new Refusal('registry_unreachable', { sentence: `${host} could not be asked whether it accepts this login (${words}).` })
}

function notFound(host: string): DeployError {
  return new DeployError('not_found', `Torii is not logged in to ${host}`, { fix: '`torii registry ls` lists where it is.' })
}
