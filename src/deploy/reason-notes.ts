import type { Reason } from './failure.ts'

/** What the page of a reason says beside the failure table's own words. */
export interface Note {
  /** When it is said, and what is known then. */
  means: string
  /** How to see it with one's own eyes. */
  look: string
  /** Folders of examples/broken that fail with it. */
  examples?: string[]
}

/** One note for each reason: docs/failures/<reason>.md and `torii explain <reason>` print it. */
export const notes = {
  compose_invalid: {
    means:
      'Said at admit, before anything is recorded or pulled; after the pull only for what an image decides, such as `service_healthy` of a service without a check. The words name the place.',
    look: '`torii lint DIR` shows the same with file, line and column, and what else is wrong.',
    examples: ['misspelt-key', 'variable-required', 'healthy-without-check', 'mounted-file-missing'],
  },
  policy_denied: {
    means:
      'The resolved Compose model asks for more of the machine than an extension may have: at admit, nothing is recorded; or after the pull, for what an image asks for.',
    look: '`torii policy check DIR` lists all that was found, `torii policy explain RULE` says why and how an operator allows it, `torii lint DIR` names the line.',
    examples: ['folder-outside', 'engine-socket'],
  },
  upload_refused: {
    means:
      'Said of an archive that was sent to `POST /api/v1/uploads`, at the first thing in it that is no plain file or folder, or beyond a limit; nothing of it is kept. `torii deploy DIR --server URL` says the same of links and names before it sends anything.',
    look: '`tar -tvf ARCHIVE` lists kinds, sizes and names: links are shown as `l` and `h`, and whoever made the archive may leave them out.',
  },
  image_not_found: {
    means: 'The registry, or with `pull_policy: never` this machine, has no image of that name and tag. Nothing has been created.',
    look: '`docker pull IMAGE` on the machine of the engine.',
    examples: ['image-never-built'],
  },
  build_failed: {
    means: 'A step of the Dockerfile ended with an error; the sentence has the words of that step. Nothing has been created.',
    look: '`docker buildx build --progress plain DIR` prints all of it.',
    examples: ['copy-of-ignored-file', 'lockfile-missing'],
  },
  registry_auth: {
    means:
      'The registry knows neither the user that runs Torii nor an anonymous one who may have that image. Many say the same of an image that does not exist.',
    look: '`torii registry ls`, and `docker login REGISTRY` with `docker pull IMAGE` as yourself.',
  },
  registry_rate_limited: {
    means: 'The registry answered that too many images were pulled from here. What has arrived is kept.',
    look: 'The registry’s words in the sentence say how long; a login usually has a higher limit.',
  },
  pull_timeout: {
    means:
      'The pull or the build did not end within TORII_PULL_TIMEOUT (1800 s), or the registry kept the engine waiting too long. Layers that are complete are kept.',
    look: '`torii events NAME` shows how far each image came; a second deployment goes on from there.',
  },
  pull_failed: {
    means:
      'The engine could not pull the image for a reason that is none of the others: the sentence has its words, for example that nobody listens at the registry’s address.',
    look: '`docker pull IMAGE` on the machine of the engine.',
  },
  wrong_architecture: {
    means:
      'The image is made for another kind of processor than this engine’s: it would end at once with "exec format error". Nothing has been created. Where only a file in the image is, that is seen when it ends: `container_exited`.',
    look: '`docker image inspect --format {{.Os}}/{{.Architecture}} IMAGE` against `docker version`; `file PROGRAM` for what was copied into an image.',
  },
  start_failed: {
    means:
      'The engine made the container and could not start it: a command or a user that the image does not have, a device or a mount that is not there. The words are the engine’s.',
    look: '`docker inspect --format {{.State.Error}} CONTAINER`; the container stays for inspection.',
    examples: ['unknown-user', 'command-missing'],
  },
  port_in_use: {
    means: 'The public port wanted belongs to another deployment, or something else on this machine listens on a port that Torii was told to use.',
    look: '`torii ls` for the deployments, `ss -ltnp` for everything else.',
  },
  port_unavailable: {
    means: 'The port is none of TORII_PORTS, was busy when the proxy was made, or all of them are taken. Nothing is recorded.',
    look: '`torii doctor` lists the ports of the proxy.',
  },
  name_conflict: {
    means:
      'Something that Torii did not make has the name that a container, a network or a volume of this deployment needs. Torii never touches what is not its own.',
    look: '`docker inspect NAME` shows whose it is: Torii’s own have labels that begin with `torii.`.',
  },
  network_exhausted: {
    means: 'Every address range of TORII_SUBNET_POOL is in use; each network of a revision needs one.',
    look: '`torii ls` lists what uses them, failed deployments included.',
  },
  disk_full: {
    means: 'The engine, or Torii for its record, found no space left where it had to write. What was there before is untouched.',
    look: '`df -h /var/lib/docker` and `df -h` of the state folder; `docker system df`.',
  },
  container_unhealthy: {
    means:
      'Docker called the container unhealthy: its check failed as many times in a row as `retries` says, outside the start period. It fails the deployment at once, whoever’s turn it is; containers that wait for it are not blamed.',
    look: '`torii explain NAME` shows each attempt with its exit code and output; `docker exec CONTAINER` runs the check by hand.',
    examples: [
      'check-on-wrong-port',
      'bash-check-in-sh',
      'dollar-eaten',
      'slow-start',
      'base-path',
      'unhealthy',
      'database-unhealthy',
      'answer-in-other-words',
      'waits-for-file',
    ],
  },
  health_timeout: {
    means:
      'The container was still neither healthy nor unhealthy when its time was over: 180 s from its turn, or what `x-torii: {gate: {timeout}}` says. The sentence names the setting that made an earlier verdict impossible, where one did.',
    look: '`torii explain NAME` shows the attempts; `torii lint DIR` does the arithmetic before deploying.',
    examples: ['never-healthy'],
  },
  container_exited: {
    means: 'A container that should run ended. The exit code and the last line it printed are in the sentence.',
    look: '`torii logs NAME SERVICE` shows the rest; the container stays for inspection.',
    examples: [
      'module-missing',
      'variable-not-set',
      'daemonizes',
      'permission-denied',
      'windows-line-endings',
      'no-shebang',
      'binary-for-arm',
      'sqlite-folder',
      'hidden-by-mount',
      'dollar-in-list',
      'entrypoint-without-exec',
    ],
  },
  crash_loop: {
    means:
      'Its restart policy started it at least three times, 20 s have passed since the first start, and no run lasted 10 s. An app that only exits until its database is up is not one.',
    look: '`torii logs NAME SERVICE`; its restarts have been disarmed, so it stays as it ended.',
    examples: ['crash-loop'],
  },
  out_of_memory: {
    means:
      'The kernel killed the container for want of memory, and the engine recorded it. The sentence has its limit, or says that the machine’s own memory ran out.',
    look: '`docker inspect --format {{.State.OOMKilled}} CONTAINER`; `docker stats` while it runs.',
    examples: ['memory-limit'],
  },
  container_paused: {
    means: 'Somebody paused a container while it was being deployed: it can become neither healthy nor unhealthy.',
    look: '`docker ps --filter status=paused`.',
  },
  container_gone: {
    means: 'A container that was started is not there any more, or is being removed. Torii did not do it.',
    look: '`docker events --since 10m` tells when it went.',
  },
  dependency_failed: {
    means:
      'A job that others await with `service_completed_successfully` ended with another exit code than 0. The ones that wait were never started and are named as held back, not as failed.',
    look: '`torii logs NAME SERVICE` of the job.',
    examples: ['migration-fails'],
  },
  health_tool_missing: {
    means:
      'Docker’s record of the checks leaves no doubt that the program of the check is not in the image, or that the image has no shell for a check in shell form. However well the app is, this check can never pass. Where nothing that starts could still bring the program, the first attempt is enough; else Docker’s own verdict is waited for.',
    look: '`docker run --rm --entrypoint sh IMAGE -c "command -v curl"`; `torii lint DIR` finds it before deploying (T205).',
    examples: ['curl-missing', 'curl-missing-exec', 'no-shell'],
  },
  health_check_hangs: {
    means: 'Each of the checks that counted ran into its own `timeout`: either it never ends, or what it asks takes longer than it may.',
    look: '`docker exec CONTAINER` with the check and `time` in front of it.',
    examples: ['check-hangs', 'check-timeout-too-short'],
  },
  proxy_unreachable: {
    means:
      'The HTTPS probe did not get as far as this revision’s app: the proxy does not listen, or does not know the route. Nothing is said about the app, for nothing is known.',
    look: '`torii doctor`; `docker logs` of the container `torii-proxy-…`.',
  },
  no_route: {
    means: 'An app must answer over HTTPS, and no service of it has a port to send requests to. Found before anything starts.',
    look: '`ports`, `expose` and the images’ EXPOSE are looked at, in this order.',
    examples: ['no-port'],
  },
  app_refused: {
    means:
      'The proxy answered for the app: nobody takes connections at the container’s address and the routed port. Most often the app listens on 127.0.0.1, or on another port.',
    look: '`docker exec CONTAINER cat /proc/net/tcp` (or `ss -ltn`): 0100007F is 127.0.0.1, 00000000 is every address.',
    examples: ['listens-on-loopback', 'listens-on-ipv6-loopback', 'routed-port-is-another'],
  },
  app_error: {
    means:
      'The app itself answered with 500 or more, or broke its answer off, to the last. A 502 here is the app’s own, for example of a frontend that does not reach its backend.',
    look: '`torii logs NAME SERVICE`: most frameworks print the traceback of a 500.',
    examples: ['server-error', 'upstream-misspelt', 'migrations-never-ran'],
  },
  app_status: {
    means: 'The app itself answered with a status that does not pass, 400 to 499 by default, to the last. Containers, route and TLS are fine.',
    look: '`curl --cacert torii-ca.pem URL`, or the app’s port inside the container.',
    examples: ['not-found', 'unauthorized', 'prefix-unknown', 'redirect-loop'],
  },
  probe_timeout: {
    means: 'The connection to the app was taken, and no answer came, to the last of 60 s (KAMIWAZA_EXTENSION_PROBE_TIMEOUT).',
    look: '`torii explain NAME` shows how far each attempt came and how long it took.',
    examples: ['never-answers'],
  },
  tls_error: {
    means:
      'Something answers at the public address with a certificate that is not of Torii’s authority, is of another name, or has ended; or it speaks no TLS.',
    look: '`openssl s_client -connect HOST:PORT` shows the certificate; `torii ca` prints the authority.',
  },
  engine_unreachable: {
    means: 'Nothing answers at the engine’s address. In the middle of a deployment it is waited for, 60 s in all, before this is said.',
    look: '`docker version`; `systemctl status docker`; DOCKER_HOST.',
  },
  engine_error: {
    means: 'The engine answered a question of Torii’s with an error that says nothing about the extension.',
    look: '`journalctl -u docker`.',
  },
  compose_unusable: {
    means: 'There is no Compose binary, it does not say its version, or it is older than 2.20. Nothing is recorded.',
    look: '`docker compose version`; TORII_COMPOSE names another one.',
  },
  state_unusable: {
    means: 'The record, the token or the state folder itself cannot be read or written, is damaged, or belongs to another control plane.',
    look: '`ls -la` of the state folder (`torii doctor` names it); `torii serve` starts the control plane in the terminal.',
  },
  busy: {
    means: 'A revision of this name is being deployed, started or removed. The one under way goes on; nothing is recorded of the second.',
    look: '`torii status NAME`; `torii rm NAME` calls it off.',
  },
  not_found: {
    means: 'No deployment, revision or service has that name.',
    look: '`torii ls`; `torii status NAME`.',
  },
  cancelled: {
    means: 'Somebody stopped or removed the deployment while it was under way.',
    look: '`torii events NAME`, while there is one.',
  },
  interrupted: {
    means: 'The command was ended by Ctrl-C or SIGTERM. A deployment that was under way goes on in the background.',
    look: '`torii status NAME`.',
  },
  internal: {
    means: 'Something happened that nobody expected. What it was stands in server.log and nowhere else, for it may tell of other deployments.',
    look: '`torii doctor` says where server.log is.',
  },
} as const satisfies Record<Reason, Note>

export function noteOf(reason: Reason): Note {
  return notes[reason]
}
