import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { built, checked, web } from '../../../src/lint/rules/samples.ts'
import { saidOf } from './makers.ts'

describe('whom a check asks', () => {
  test.each<[string, string, Sample, string[]]>([
    [
      'wget in alpine',
      'T209',
      built('FROM node:22-alpine', 'HEALTHCHECK CMD wget -q --spider http://localhost:3000/ || exit 1'),
      ['Dockerfile:2:41-2:50 warning web: busybox’s wget tries only the first address of localhost, which may be ::1'],
    ],
    [
      'GNU wget is installed',
      'T209',
      built('FROM node:22-alpine', 'RUN apk add --no-cache wget', 'HEALTHCHECK CMD wget -q --spider http://localhost:3000/ || exit 1'),
      [],
    ],
    [
      'wget where nothing is known',
      'T209',
      web('image: a/b:1', 'healthcheck: {test: "wget -q --spider http://localhost/"}'),
      ['compose.yaml:4:50-4:59 info web: where wget is busybox’s it tries only the first address of localhost, which may be ::1'],
    ],
    ['wget in Debian', 'T209', web('image: python:3.13', 'healthcheck: {test: "wget -q --spider http://localhost/"}'), []],
    ['curl in alpine', 'T209', web('image: a/b:1-alpine', 'healthcheck: {test: "curl -f http://localhost/"}'), []],
    [
      'a variable of the container',
      'T210',
      web('image: a/b:1', 'environment: {PORT: 8000, TOKEN: abc}', 'healthcheck:', '  test: curl -f -H "$TOKEN" http://localhost:${PORT}/'),
      [
        "compose.yaml:6:25-6:31 warning web: Compose puts in the host's TOKEN, not the container's",
        "compose.yaml:6:50-6:57 warning web: Compose puts in the host's PORT, not the container's",
      ],
    ],
    [
      'a variable nobody gives',
      'T210',
      web('image: a/b:1', 'healthcheck: {test: ["CMD-SHELL", "curl -f http://$HOSTNAME:80/"]}'),
      ['compose.yaml:4:55-4:64 warning web: Compose puts in HOSTNAME, which .env and env_defaults do not give'],
    ],
    [
      'a variable with a default',
      'T210',
      web('image: a/b:1', 'environment: {PORT: 8000}', 'healthcheck: {test: "curl -f http://localhost:${PORT:-8000}/"}'),
      [],
    ],
    [
      'a variable of the whole file',
      'T210',
      web('image: a/b:1', 'environment: {DB_USER: "${DB_USER}"}', 'healthcheck: {test: "pg_isready -U ${DB_USER}"}'),
      [],
    ],
    [
      'a variable of .env',
      'T210',
      { 'compose.yaml': web('image: a/b:1', 'environment: {PORT: 8000}', 'healthcheck: {test: "curl -f http://localhost:${PORT}/"}'), '.env': 'PORT=8000\n' },
      [],
    ],
    ['a variable that is required', 'T210', web('image: a/b:1', 'healthcheck: {test: "curl -f http://localhost:${PORT:?set it}/"}'), []],
    ['another host', 'T211', checked('test: curl -f https://example.org/health'), ['compose.yaml:6:29-6:40 warning web: it asks example.org']],
    ['a sibling over TCP', 'T211', checked('test: nc -z db 5432'), ['compose.yaml:6:19-6:21 warning web: it asks db']],
    [
      'its own name',
      'T211',
      web('image: a/b:1', 'container_name: shop', 'healthcheck: {test: "curl -f http://web:80 && curl -f http://shop:80 && curl -f http://[::1]:80"}'),
      [],
    ],
    ['in the network of another', 'T211', web('image: a/b:1', 'network_mode: "service:vpn"', 'healthcheck: {test: "curl -f http://vpn:80"}'), []],
    [
      'another port than declared',
      'T212',
      checked('test: curl -f http://localhost:9000/'),
      ['compose.yaml:6:37-6:42 warning web: it asks port 9000; the service declares 8000'],
    ],
    [
      'the port that the command has',
      'T212',
      web(
        'image: python:3.13',
        'expose: ["8000"]',
        'command: uvicorn main:app --host 0.0.0.0 --port 9000',
        'healthcheck: {test: "curl -f http://localhost:9000/"}',
      ),
      [],
    ],
    [
      'another port than the command has',
      'T212',
      web(
        'image: python:3.13',
        'expose: ["8000"]',
        'command: uvicorn main:app --host 0.0.0.0 --port 8000',
        'healthcheck: {test: "curl -f http://localhost:9000/"}',
      ),
      ['compose.yaml:6:50-6:55 warning web: it asks port 9000; the service declares 8000 and uvicorn listens on 8000'],
    ],
  ])('%s: %s', async (_, rule, sample, expected) => {
    expect(await saidOf(rule, sample)).toEqual(expected)
  })
})
