import { expect, test } from 'vitest'
import { fitToKeep } from '../../../src/deploy/fit-to-keep.ts'
import { namedSecrets } from '../../../src/text/secret-variables.ts'
import { aSource } from './makers.ts'

const source = aSource({
  env: { TOKEN: 'of-the-env-12345' },
  metadata: { one: { api_key: 'of-one-12345' }, other: { api_key: 'of-other-12345' } },
})
const resolved = `services:
  web: {environment: {TOKEN: of-the-web-12345}}
  db: {environment: {TOKEN: of-the-db-12345}}
`

test.each(['of-the-env-12345', 'of-the-web-12345', 'of-the-db-12345', 'of-one-12345', 'of-other-12345', 'of-the-image-12345'])(
  'one name has many values, and all are hidden: %s',
  (value) => {
    const text = fitToKeep(`said ${value}`, { source, resolved }, { secrets: namedSecrets({ TOKEN: 'of-the-image-12345' }) })

    expect(text).toMatch(/^said <(TOKEN|secret in kamiwaza\.json, api_key)>$/)
  },
)
