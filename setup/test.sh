#!/bin/sh
# `npm test`: brings what the tests need, then runs them all, or those that the arguments name (`npm test -- --project unit`).
set -eu
cd "$(dirname "$0")/.."

./torii version >/dev/null
sh setup/engine.sh
sh setup/traefik-image.sh
sh setup/base-images.sh
sh setup/test-tools.sh
exec node_modules/.bin/vitest run "$@"
