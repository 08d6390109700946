#!/bin/sh
# The files by which the key store works: the key-encryption key, and a secret a service. May run
# again at any time: what is there stays. Without `keks/kek` no personal text can ever be read again, so
# keep a copy of it no older than a month, apart from every backup of the databases.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets/keks
test ! -s secrets/kek || mv secrets/kek secrets/keks/kek # where it was before it changed by itself
test -s secrets/keks/kek || echo "$(date +%Y-%m) $(openssl rand -base64 32)" > secrets/keks/kek
for service in cases estates meetings notifications views volunteers; do
    test -s "secrets/$service" || openssl rand -hex 32 > "secrets/$service"
done
# Read within the containers, and the key-encryption key changed, by a user of theirs; the folder
# `secrets` itself is closed to others.
find secrets -type f -user "$(id -u)" -exec chmod 444 {} +
chmod 777 secrets/keks
