#!/bin/sh
# Makes a container engine answer on this machine: starts the one it has, installs one on Debian and Ubuntu as root.
# Idempotent, and at once when one answers.
set -eu
. "$(dirname "$0")/say.sh"

engine_log=${TORII_ENGINE_LOG:-/var/log/torii-dockerd.log}
socket=/var/run/docker.sock
install_docs=https://docs.docker.com/engine/install/

if command -v curl >/dev/null 2>&1; then
  answers() { curl -fsS --max-time 5 --unix-socket "$socket" http://engine/_ping >/dev/null 2>&1; }
else
  answers() {
    "${TORII_NODE:-node}" -e '
      const ask = require("node:http").get({ socketPath: process.argv[1], path: "/_ping", timeout: 5000 }, (answer) => process.exit(answer.statusCode === 200 ? 0 : 1))
      ask.on("error", () => process.exit(1)).on("timeout", () => process.exit(1))' "$socket"
  }
fi

dockerd_path() { PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin command -v dockerd; }

install_engine() {
  [ "$(id -u)" = 0 ] || die "There is no Docker engine, and only root can install one: run \`sudo sh setup/engine.sh\`, or install Docker by hand ($install_docs), then try again."
  [ -r /etc/os-release ] && . /etc/os-release
  case "${ID:-} ${ID_LIKE:-}" in
    *debian* | *ubuntu*) ;;
    *) die "There is no Docker engine: install Docker with Compose 2.20 or later ($install_docs), then try again." ;;
  esac
  if [ "${VERSION_CODENAME:-}" = bookworm ]; then
    # Debian 12 has Docker 20.10, which knows no start_interval: Debian 13's is taken instead, and nothing else of Debian 13.
    say "Installing Docker and Compose from Debian 13 (about half a minute; log: $log)."
    add_trixie
    apt_install docker.io/trixie docker-cli/trixie containerd/trixie docker-compose/trixie docker-buildx/trixie iptables
  elif [ "${ID:-}" = ubuntu ]; then
    say "Installing Docker and Compose from Ubuntu (about half a minute; log: $log)."
    apt_install docker.io docker-compose-v2 docker-buildx iptables
  else
    say "Installing Docker and Compose from ${PRETTY_NAME:-this distribution} (about half a minute; log: $log)."
    apt_install docker.io docker-cli docker-compose docker-buildx iptables
  fi
}

# Priority 50: nothing is ever taken from it but what is named with /trixie.
add_trixie() {
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || die "This machine's apt names no Debian mirror to install Docker from: install it by hand ($install_docs), then try again."
  printf 'Types: deb\nURIs: %s\nSuites: trixie\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' "$mirror" >/etc/apt/sources.list.d/torii-trixie.sources
  printf 'Package: *\nPin: release n=trixie\nPin-Priority: 50\n' >/etc/apt/preferences.d/torii-trixie
}

start_engine() {
  [ "$(id -u)" = 0 ] || die "The Docker engine does not run (or this user may not use it), and only root can start it: run \`sudo sh setup/engine.sh\`, then try again."
  if [ -d /run/systemd/system ] && systemctl cat docker.service >/dev/null 2>&1; then
    say 'Starting the Docker engine (systemd).'
    quietly systemctl start docker
  else
    say "Starting the Docker engine in the background (log: $engine_log)."
    # 9>&-: the engine must not hold the lock of this script for as long as it lives.
    PATH=/usr/sbin:/usr/bin:/sbin:/bin setsid "$(dockerd_path)" >>"$engine_log" 2>&1 </dev/null 9>&- &
    started=$!
  fi
}

# 60 s: the first start makes the engine's storage, also on a slow disk.
wait_for_engine() {
  for _ in $(seq 1 600); do
    if answers; then return; fi
    if [ -n "${started:-}" ] && ! kill -0 "$started" 2>/dev/null; then die "The Docker engine ended at its start; its words are in $engine_log: $(tail -n 1 "$engine_log")"; fi
    sleep 0.1
  done
  die "The Docker engine did not answer within 60 s; its words are in $engine_log."
}

if answers; then exit 0; fi
alone
if answers; then exit 0; fi
[ -n "$(dockerd_path)" ] || install_engine
# A package's own script may have started it.
answers || start_engine
wait_for_engine
say 'The Docker engine answers.'
