#!/bin/sh
set -e
echo preparing
exec python -u /srv/main.py
