#!/bin/sh
# The first start makes the cluster in the volume; later ones find it there.
set -eu

cluster=/var/lib/postgresql/data/15

make_cluster() {
    : "${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD}"
    # Made aside and then renamed: a start that was cut off leaves no half cluster.
    rm -rf "$cluster.new"
    initdb --pgdata="$cluster.new" --locale=C.UTF-8 --auth-local=peer --auth-host=scram-sha-256
    echo "host hello hello all scram-sha-256" >> "$cluster.new/pg_hba.conf"
    password=$(printf %s "$POSTGRES_PASSWORD" | sed "s/'/''/g")
    postgres --single -j -D "$cluster.new" postgres > /dev/null <<SQL
CREATE ROLE hello LOGIN PASSWORD '$password';

CREATE DATABASE hello OWNER hello;
SQL
    mv "$cluster.new" "$cluster"
}

[ -d "$cluster" ] || make_cluster
unset POSTGRES_PASSWORD
exec postgres -D "$cluster" -c listen_addresses='*'
