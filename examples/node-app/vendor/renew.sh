#!/bin/sh
# For those who work on Torii: packs torii/health as it is in this checkout, for the example to install.
set -eu
cd "$(dirname "$0")/../../.."

export PATH="$PWD/node_modules/.bin:$PATH"
node setup/bundle-health.ts
rm -f examples/node-app/vendor/torii-*.tgz
tarball=$(npm pack --silent ./dist/health --pack-destination examples/node-app/vendor)
cd examples/node-app
npm install --silent --package-lock-only --no-audit --no-fund "./vendor/$tarball"
