#!/bin/sh
set -e
echo "settings written"
exec "$@"
