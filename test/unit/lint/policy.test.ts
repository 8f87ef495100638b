import { describe, expect, test } from 'vitest'
import type { Sample } from '../../../src/lint/rule.ts'
import { web } from '../../../src/lint/rules/samples.ts'
import { saidOf } from './makers.ts'

describe('what a deployment refuses or leaves out', () => {
  test.each<[string, string, Sample, string[]]>([
    [
      'privilege',
      'T401',
      web('image: a/b:1', 'privileged: true', 'network_mode: host', 'pid: host'),
      [
        'compose.yaml:4:5-4:15 error web: privileged: true: a privileged container owns the host',
        'compose.yaml:5:5-5:17 error web: network_mode: host: it takes down the wall between the container and the host',
        'compose.yaml:6:5-6:8 error web: pid: host: it takes down the wall between the container and the host',
      ],
    ],
    [
      'files of the host',
      'T402',
      web(
        'image: a/b:1',
        'volumes:',
        '  - /var/run/docker.sock:/var/run/docker.sock:ro',
        '  - ./site:/srv',
        '  - ../x:/x',
        '  - ~/.ssh:/root/.ssh',
        '  - ${DATA}/a:/a',
        '  - {type: bind, source: /etc, target: /e}',
      ),
      [
        'compose.yaml:5:9-5:53 error web: volumes: /var/run/docker.sock:/var/run/docker.sock:ro: whoever talks to the engine owns the host, also through a read-only mount',
        'compose.yaml:7:9-7:16 error web: volumes: ../x:/x: it lies outside the extension’s folder',
        'compose.yaml:8:9-8:26 error web: volumes: ~/.ssh:/root/.ssh: it lies outside the extension’s folder',
        'compose.yaml:10:9-10:47 error web: volumes: {type: bind, source: /etc, target: /e}: it lies outside the extension’s folder',
      ],
    ],
    [
      'a mount that a variable decides, and files of secrets and configs',
      'T402',
      {
        'compose.yaml': `${web('image: a/b:1', 'volumes: ["${DATA}:/data"]')}secrets:\n  inside: {file: a/token}\n  outside: {file: ../token}\nconfigs:\n  host: {file: /etc/passwd}\n`,
        '.env': 'DATA=/srv/data\n',
        'a/token': 'x',
      },
      [
        'compose.yaml:4:15-4:30 error web: volumes: "${DATA}:/data": it lies outside the extension’s folder',
        'compose.yaml:7:13-7:17 error secrets.outside: file: ../token: it lies outside the extension’s folder',
        'compose.yaml:9:10-9:14 error configs.host: file: /etc/passwd: it lies outside the extension’s folder',
      ],
    ],
    [
      'kernel',
      'T403',
      web('image: a/b:1', 'cap_add: [NET_BIND_SERVICE, ALL]', 'security_opt: ["seccomp:unconfined"]'),
      [
        'compose.yaml:4:33-4:36 error web: cap_add: ALL: it reaches the host’s kernel',
        'compose.yaml:5:20-5:40 error web: security_opt: seccomp:unconfined: it weakens the engine’s own protection',
      ],
    ],
    [
      'others',
      'T404',
      `${web('image: a/b:1', 'runtime: nvidia', 'networks: [x]')}networks:\n  x:\n    external: true\nvolumes:\n  v: {driver: nfs}\n`,
      [
        'compose.yaml:4:5-4:12 error web: runtime: nvidia: it chooses another runtime than the engine’s own',
        'compose.yaml:8:5-8:13 error networks.x: external: true: it joins a network that belongs to somebody else',
        'compose.yaml:10:7-10:13 error volumes.v: driver: nfs: other drivers reach places that no rule sees',
      ],
    ],
    [
      'consent',
      'T405',
      web('image: a/b:1', 'cap_add:', '  - NET_ADMIN', 'devices: [/dev/kvm]'),
      [
        'compose.yaml:5:9-5:18 error web: cap_add: NET_ADMIN: it is stronger than what containers have by default',
        'compose.yaml:6:15-6:23 error web: devices: /dev/kvm: graphics, tunnels, FUSE and KVM are devices of the host',
      ],
    ],
    [
      'consent for what stands below deploy',
      'T405',
      web('image: a/b:1', 'deploy:', '  resources:', '    reservations:', '      devices: [{capabilities: [gpu]}]'),
      ['compose.yaml:7:11-7:18 error web: devices: it takes devices of the host'],
    ],
    [
      'impossible',
      'T406',
      `${web('image: "a b"', 'volumes: ["data:relative"]')}volumes: {data: }\n`,
      ['compose.yaml:4:15-4:30 error web: volumes: target relative: it is no absolute path; Compose takes a volume’s name of one letter for a drive'],
    ],
    [
      'host ports',
      'T411',
      web('image: a/b:1', 'ports:', '  - 8080:80', '  - "127.0.0.1:${PORT}:81"', '  - "82"', '  - {target: 83, published: 8083}'),
      [
        'compose.yaml:5:9-5:16 info web: host port 8080 for 80: ports of the host are not published; the container’s port is kept for routing',
        'compose.yaml:6:9-6:31 info web: host port 127.0.0.1:${PORT} for 81: ports of the host are not published; the container’s port is kept for routing',
        'compose.yaml:8:9-8:38 info web: host port 8083 for 83: ports of the host are not published; the container’s port is kept for routing',
      ],
    ],
    [
      'container_name',
      'T412',
      web('image: a/b:1', 'container_name: shop'),
      ['compose.yaml:4:5-4:19 info web: container_name: shop: names of containers are Torii’s; siblings still find it by that name'],
    ],
    [
      'labels',
      'T413',
      web('image: a/b:1', 'labels:', '  traefik.enable: true', '  team: shop'),
      ['compose.yaml:5:7-5:21 warning web: label traefik.enable: these labels belong to the proxy, to Compose or to Torii, so they are left out'],
    ],
    [
      'labels in a list',
      'T413',
      web('image: a/b:1', 'labels: ["a=b", "traefik.http.routers.x.rule=Host(`a`)"]'),
      ['compose.yaml:4:21-4:60 warning web: label traefik.http.routers.x.rule: these labels belong to the proxy, to Compose or to Torii, so they are left out'],
    ],
    [
      'many labels are told once',
      'T413',
      web('image: a/b:1', 'labels: {traefik.enable: true, traefik.http.routers.a.rule: x, traefik.http.routers.a.tls: true}'),
      ['compose.yaml:4:14-4:28 warning web: label traefik.enable and 2 more: these labels belong to the proxy, to Compose or to Torii, so they are left out'],
    ],
    [
      'left out',
      'T414',
      `${web('image: a/b:1', 'network_mode: bridge')}networks:\n  n:\n    name: own\n`,
      [
        'compose.yaml:4:5-4:17 info web: network_mode: bridge: the engine’s default bridge is shared with everything on the host, so the deployment’s own network is used',
        'compose.yaml:7:5-7:9 info networks.n: name: own: it would join a network of that name, so the deployment’s own name is used',
      ],
    ],
    ['a file that the schema refuses is not judged', 'T401', web('image: a/b:1', 'privileged: true', 'nonsense: 1'), []],
  ])('%s: %s', async (_, rule, sample, expected) => {
    expect(await saidOf(rule, sample)).toEqual(expected)
  })
})
