import { expect, test } from 'vitest'
import { findCauses } from '../../../../src/deploy/causes/find-causes.ts'
import { aCase, factsOf, type Told } from './a-case.ts'

const silent = (told: Partial<Told> = {}): Told => ({
  ...{ reason: 'app_error', detail: 'HTTP 500 on /', probes: [{ status: 500, detail: 'HTTP 500 from the app' }] },
  asked: [{ status: 500, body: '<h1>Server Error (500)</h1>' }],
  ...told,
})
// Django 5.2 and WhiteNoise 6 under gunicorn 23.
const noFolder =
  '[1] [INFO] Booting worker with pid: 7\n/usr/lib/python3/django/core/handlers/base.py:61: UserWarning: No directory at: /srv/staticfiles/\n  mw_instance = middleware(adapted_handler)'
const noEntry = "ValueError: Missing staticfiles manifest entry for 'css/site.css'"

test.each<[string, Told, 'certain' | 'doubtful', RegExp]>([
  ['a folder that is not there', silent({ seen: { logs: noFolder } }), 'doubtful', /most likely because .* there is no \/srv\/staticfiles\/$/],
  ['an entry that is missing', silent({ seen: { logs: noEntry } }), 'certain', /because .* manifest has no entry for css\/site\.css$/],
])('static files that were never collected: %s', (_, told, how, sentence) => {
  const { trouble, causes } = findCauses(aCase(told))

  expect(causes.map(({ id, tellsApart }) => [id, tellsApart === null ? 'certain' : 'doubtful'])).toEqual([['static-not-collected', how]])
  expect(trouble.detail).toMatch(sentence)
  expect(trouble.fix).toMatch(/after the line that copies its code \(`COPY \. \.`\), write `RUN python manage\.py collectstatic --noinput`/)
})

test('where a line of its log says nothing of static files, nothing is said of them', () => {
  const { causes } = findCauses(aCase(silent({ seen: { logs: 'UserWarning: No directory at: /srv/media/' } })))

  expect(causes.map(({ id }) => id)).toEqual(['django-silent'])
})

test('migrations are spoken of only where the app has a database', () => {
  const seen = { facts: factsOf({ command: ['gunicorn', 'shop.wsgi'] }) }

  expect(findCauses(aCase(silent({ seen }))).trouble.fix).not.toMatch(/migrate/)
  expect(findCauses(aCase(silent({ seen, others: [{ name: 'shop-db' }] }))).trouble.fix).toMatch(/migrate --noinput/)
})
