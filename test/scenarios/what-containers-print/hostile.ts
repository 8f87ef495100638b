import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A variable of the deployment, one of the Compose file, and a password that nobody declared. */
export const secrets = { PASSWORD: 'correct-horse-battery', API_TOKEN: 'tr0ub4dor-and-three', undeclared: 'staple-of-the-url' }

const esc = '\u001b'
/** Colours, a window title, a link, the clipboard, cursor and screen, an 8-bit CSI, a text turned around, a carriage return, a bell, a page. */
const tricks = [
  `${esc}[31mred${esc}[0m`,
  `${esc}]0;owned${esc}\\`,
  `${esc}]0;owned\u0007`,
  `${esc}]8;;https://evil.example/${esc}\\here${esc}]8;;${esc}\\`,
  `${esc}]52;c;b3duZWQ=\u0007`,
  `${esc}[2J${esc}[1;1H${esc}[?1049h`,
  '\u009b31mred\u009d0;owned\u009c',
  '\u202etxt.exe\u2066\u200f',
  'fine\rowned',
  '\u0007\u0008\u0000\u007f',
  '<script>alert(1)</script>',
].join(' ')

const line = `web ${tricks} said ${'x'.repeat(100)}`
const notUtf8 = Buffer.from([0xff, 0xfe, 0x20, 0xc3, 0x28, 0x20, 0xed, 0xa0, 0x80, 0x0a])

/** What a hostile program prints: the tricks, bytes that are no text, and 100 KB on one line with the tricks in it; then the last line. */
const payload = Buffer.concat([Buffer.from(`${line}\n`), notUtf8, Buffer.from(`${line.repeat(300)}\n`), Buffer.from(`the last: ${line}\n`)])

/** Whatever would steer a terminal, in a text or escaped in JSON that a reader would turn into it again. */
export const steering = /[^\P{Control}\n\t]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\\u00(0[0-8b-f]|1|7f|8|9)|\\u(202[a-e]|206[6-9]|200[ef]|061c)/iu

const says = 'cat /words/payload; echo "as admin:$$PASSWORD with $$API_TOKEN at postgres://shop:staple-of-the-url@db/shop"; cat /words/last'

const service = (more: object) => ({
  web: {
    image: 'busybox:stable',
    stop_signal: 'KILL',
    expose: ['8080'],
    volumes: ['./words:/words:ro'],
    environment: { PASSWORD: '${PASSWORD}', API_TOKEN: secrets.API_TOKEN },
    ...more,
  },
})
const shell = (script: string) => ['sh', '-c', script]
const check = (script: string) => ({ test: ['CMD-SHELL', script], interval: '1s', retries: 2 })
const page = 'mkdir /www; echo hello > /www/index.html; exec httpd -f -p 8080 -h /www'
/** A header that no proxy lets through, and a body of the same. */
const answer = 'printf "HTTP/1.0 404 Not Found\\r\\nX-Said: "; cat /words/line; printf "\\r\\n\\r\\n"; cat /words/payload'

/** Compose files by what is hostile in them. */
export const files: Record<string, object> = {
  exits: { services: service({ command: shell(`${says}; exit 3`) }) },
  ill: { services: service({ command: shell('sleep 1d'), healthcheck: check(`${says}; exit 1`) }) },
  'tells-in-its-check': { services: service({ command: shell(page), healthcheck: check(`${says}; exit 0`) }) },
  talks: { services: service({ command: shell(`${says}; ${page}`) }) },
  answers: { services: service({ command: shell('exec nc -ll -p 8080 -e sh /words/answer') }) },
  'is-not-built': { services: { web: { build: '.', expose: ['8080'] } } },
  'is-not-there': { services: service({ image: 'busybox:stable', command: [`/bin/${tricks.replaceAll('\u0000', '')}`] }) },
  'is-misspelt': { services: service({ [`en${tricks}`]: 1 }) },
}

/** Writes such an extension below a folder. Answers its path. */
export async function hostileFolder(below: string, name: string): Promise<string> {
  const folder = join(below, `hostile-${name}`)
  await mkdir(join(folder, 'words'), { recursive: true })
  await writeFile(join(folder, 'words/payload'), payload)
  await writeFile(join(folder, 'words/line'), tricks)
  await writeFile(join(folder, 'words/answer'), answer)
  await writeFile(join(folder, 'words/last'), `refused ${line}\n`)
  await writeFile(join(folder, 'Dockerfile'), 'FROM busybox:stable\nCOPY words /words\nRUN cat /words/payload; cat /words/last; exit 9\n')
  await writeFile(join(folder, 'compose.yaml'), escaped(JSON.stringify(files[name])))
  return folder
}

/** YAML takes C1 controls only as escapes. */
function escaped(json: string): string {
  return json.replace(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
