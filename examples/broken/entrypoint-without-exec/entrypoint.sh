#!/bin/sh
set -e
echo "settings written"
