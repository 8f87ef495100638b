import { expect, test } from 'vitest'
import { explainRefusal, profilesIn } from '../../../src/extension/compose-refusal.ts'

const text = `services:
  web:
    image: nginx
    depends_on: [bd]
    ports: "80"
    profiles: [dev]
  db: {image: postgres, volumes: ["dta:/x"]}
volumes: {data: {}}
`

test.each([
  ['service "web" depends on undefined service "bd"', /^compose\.yaml: line 4: .*did you mean "db"\?$/, undefined],
  ['service "db" depends on undefined service "web"', /: web is behind the profile "dev", which is off$/, /^Enable it with `--profile dev`, or/],
  ['service "db" refers to undefined volume dta: invalid compose project', /line 7: .*did you mean "data"/, undefined],
  ['validating x: services.web.ports must be a list', /line 5: /, undefined],
  ['validating x: services.web.ports must be a array', /line 5: /, undefined],
  ["'services[web].profiles' invalid", /line 6: /, undefined],
  ['error while interpolating services.web.ports: failed to cast to expected type', /line 5: /, undefined],
  [
    'validating /srv/app/compose.yaml: services.web.depends_on.db.condition services.web.depends_on.db.condition must be one of the following: "a"',
    /^services\.web\.depends_on\.db\.condition must be one of the following: "a"$/,
    /`torii lint \/srv\/app` shows where/,
  ],
  ['line 6: nonsense', /^line 6: nonsense$/, undefined],
  ['nonsense', /^nonsense$/, /`torii lint \/srv\/app` shows where/],
  ['required variable API_KEY is missing a value: set API_KEY', /set API_KEY$/, /`-e API_KEY=…`.*\.env/],
])('%s', (detail, told, fix) => {
  const refusal = explainRefusal(detail, { file: 'compose.yaml', folder: '/srv/app', text })

  expect(refusal.detail).toMatch(told)
  if (fix === undefined) expect(refusal.fix).toBeUndefined()
  else expect(refusal.fix).toMatch(fix)
})

test('the profiles of a file', () => {
  expect(profilesIn(text)).toEqual(['dev'])
  expect(profilesIn('{')).toEqual([])
})
