import { Type } from 'typebox'
import { stamp } from './contract-facts.ts'
import { named, refTo } from './schema.ts'

export const RegistryRequest = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 300, description: 'the host of a registry, with its port where it has one' }),
    username: Type.String({ minLength: 1, maxLength: 255, pattern: '^[^\\u0000-\\u001f\\u007f:]+$', description: 'a user name without a colon' }),
    password: Type.String({ minLength: 1, maxLength: 8192, description: 'a password or an access token' }),
  },
  { $id: 'RegistryRequest', additionalProperties: false, description: 'an object with `host`, `username` and `password`' },
)

const view = { host: Type.String(), username: Type.String(), createdAt: stamp }

export const RegistryView = named('RegistryView', view)
export const Registries = named('Registries', { registries: Type.Array(refTo(RegistryView)) })
export const RegistryLogin = named('RegistryLogin', {
  ...view,
  checked: Type.Boolean({ description: 'false: the registry lets anybody in, so whether the login is right could not be told' }),
})
