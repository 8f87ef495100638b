import { expect, test } from 'vitest'
import { onlyNetwork } from '../../../src/extension/only-network.ts'
import { parseComposeFile } from '../../../src/extension/parse-compose.ts'

const of = (text: string) => onlyNetwork(parseComposeFile(text, 'compose.yaml'))
const many = (count: number) => `services:\n${Array.from({ length: count }, (_, at) => `  s${at}: {image: x}\n`).join('')}`

test.each([
  ['one service', 'services: {a: {image: x}}', 27],
  ['fourteen fit a /27', many(14), 27],
  ['fifteen do not', many(15), 26],
])('the file tells: %s', (_, text, size) => {
  expect(of(text)).toBe(size)
})

test.each([
  ['networks of its own', 'services: {a: {image: x}}\nnetworks: {back: {}}'],
  ['a service that names its networks', 'services: {a: {image: x, networks: [default]}}'],
  ['the host’s network', 'services: {a: {image: x, network_mode: host}}'],
  ['replicas', 'services: {a: {image: x, deploy: {replicas: 20}}}'],
  ['scale', 'services: {a: {image: x, scale: 20}}'],
  ['profiles', 'services: {a: {image: x, profiles: [dev]}}'],
  ['another file', 'include: [b.yaml]\nservices: {a: {image: x}}'],
  ['another file’s service', 'services: {a: {extends: {file: b.yaml, service: a}}}'],
])('only Compose can tell: %s', (_, text) => {
  expect(of(text)).toBeNull()
})
