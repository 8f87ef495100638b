import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A secret for each place that one can come from; none is a piece of another. */
export const planted = {
  env: 'env-Vq7-correct-horse',
  envFileOfCall: 'callfile-Xk2-battery-staple',
  envFileByLooks: 'sk1Live4eC39HqLyjWDarjtT1zdp7dc',
  dotenv: 'dotenv-Rz8-trombone-pie',
  envFileOfService: 'svcfile-Lm3-quiet-lantern',
  inCompose: 'literal-Np5-purple/plan+et=',
  secretFile: 'secretfile-Tw9-orange-kettle',
  secretFromVariable: 'secretvar-Hb4-marble-otter',
  config: 'config-Gy6-velvet-anchor',
  buildArg: 'buildarg-Jc1-copper-tulip',
  label: 'label-Fd2-silver-walnut',
  command: 'command-Sx7-golden-pepper',
  check: 'check-Qa3-crimson-badger',
  inUrl: 'inurl-Ke8-frozen-guitar',
  kamiwaza: 'kamiwaza-Uo5-hollow-cactus',
  registry: 'open sesame',
}

/** In every form in which a program may print it. */
export function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64')
  const inHeader = Buffer.from(`user:${secret}`).toString('base64').slice(8, -4)
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64, base64.replace(/=+$/, ''), inHeader])]
}

/** What each container says of everything it knows: as it is, in base64, in a URL, over lines, and cut at a line's end. */
const says = `
all="$$PASSWORD $$DB_PASSWORD $$STRIPE $$SESSION_SECRET $$API_TOKEN $$AWS_SECRET_ACCESS_KEY $$(cat /run/secrets/* /secret_config.txt 2>/dev/null)"
for each in $$all; do
  echo "plain $$each here"
  echo "base64 $$(printf %s "$$each" | base64 | tr -d '\\n')"
  echo "header $$(printf 'user:%s' "$$each" | base64 | tr -d '\\n')"
  echo "json {\\"value\\":\\"$$each\\"}"
  printf 'cut off %s\\n' "$$(printf %s "$$each" | head -c 14)"
  printf 'over\\n%s\\n%s\\nlines\\n' "$$(printf %s "$$each" | head -c 9)" "$$(printf %s "$$each" | tail -c +10)"
done
echo "url $$DATABASE_URL"
echo "told --password $$0"
`

const serves = `
mkdir -p /www/cgi-bin
echo "{\\"status\\":\\"ok\\",\\"checks\\":{\\"db\\":\\"$$PASSWORD $$API_TOKEN\\"},\\"token\\":\\"$$SESSION_SECRET\\"}" > /www/health
printf '#!/bin/sh\\necho "Status: 302 Found"\\necho "Location: https://elsewhere.example/?x=%s"\\necho\\n' "$$API_TOKEN" > /www/cgi-bin/go
printf '#!/bin/sh\\necho "Status: 500 Oops"\\necho\\necho "%s %s"\\n' "$$PASSWORD" "$$AWS_SECRET_ACCESS_KEY" > /www/cgi-bin/bad
chmod +x /www/cgi-bin/*
exec httpd -f -p 8080 -h /www`

const endings: Record<string, { script: string; check?: string; path?: string }> = {
  deploys: { script: `${says}${serves}`, check: 'echo "I am fine with $$PASSWORD and $$API_TOKEN"' },
  exits: { script: `${says}echo "refused for $$API_TOKEN" >&2; exit 3` },
  ill: { script: `${says}exec sleep 1d`, check: 'echo "no luck with $$PASSWORD and $$SESSION_SECRET"; exit 1' },
  answers: { script: `${says}${serves}`, path: '/cgi-bin/bad' },
  'is-refused': { script: serves },
  'is-misspelt': { script: serves },
  'is-not-built': { script: serves },
}

/** Writes an extension that holds all of them, and ends as it is called. Answers its path. */
export async function plantedFolder(below: string, ending: string, base: string): Promise<string> {
  const { script = '', check, path = '/cgi-bin/go' } = endings[ending] ?? {}
  const folder = join(below, `planted-${ending}`)
  await mkdir(folder, { recursive: true })
  const web = {
    build: { context: '.', args: { BUILD_TOKEN: planted.buildArg } },
    stop_signal: 'KILL',
    expose: ['8080'],
    env_file: ['service.env'],
    environment: {
      PASSWORD: '${PASSWORD}',
      DB_PASSWORD: '${DB_PASSWORD}',
      STRIPE: '${STRIPE}',
      SESSION_SECRET: '${SESSION_SECRET}',
      AWS_SECRET_ACCESS_KEY: planted.inCompose,
      DATABASE_URL: `postgres://shop:${planted.inUrl}@db/shop`,
    },
    labels: { 'app.api_key': planted.label },
    secrets: ['from_file', 'from_variable'],
    configs: [{ source: 'secret_config', target: '/secret_config.txt' }],
    command: ['sh', '-c', script, `--password=${planted.command}`],
    ...(check && { healthcheck: { test: ['CMD-SHELL', `${check}; : --password=${planted.check}`], interval: '1s', retries: 2 } }),
    ...(ending === 'is-refused' && { privileged: true, hostname: '${PASSWORD}' }),
    ...(ending === 'is-misspelt' && { ports: ['${PASSWORD}'] }),
  }
  const compose = {
    'x-torii': { probe: { path, timeout: '3s' } },
    services: { web },
    secrets: { from_file: { file: './secret.txt' }, from_variable: { environment: 'OTHER' } },
    configs: { secret_config: { content: planted.config } },
  }
  const run = ending === 'is-not-built' ? 'RUN echo "building with $BUILD_TOKEN and stopping" && exit 7' : 'RUN test -n "$BUILD_TOKEN"'
  await writeFile(join(folder, 'compose.yaml'), JSON.stringify(compose))
  await writeFile(join(folder, 'Dockerfile'), `FROM ${base}\nARG BUILD_TOKEN\n${run}\n`)
  await writeFile(join(folder, 'secret.txt'), `${planted.secretFile}\n`)
  await writeFile(join(folder, 'service.env'), `API_TOKEN=${planted.envFileOfService}\n`)
  await writeFile(join(folder, '.env'), `SESSION_SECRET=${planted.dotenv}\n`)
  await writeFile(join(folder, 'kamiwaza.json'), JSON.stringify({ env_defaults: { LICENSE_KEY: planted.kamiwaza } }))
  await writeFile(join(folder, 'call.env'), `DB_PASSWORD=${planted.envFileOfCall}\nSTRIPE=${planted.envFileByLooks}\nOTHER=${planted.secretFromVariable}\n`)
  return folder
}
