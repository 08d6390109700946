#!/bin/sh
# The files by which the key store works: the key-encryption key, and a secret a service. May run
# again at any time: what is there stays. Without `kek` no personal text can ever be read again, so
# keep a copy of it, apart from every backup of the databases.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets
test -s secrets/kek || echo "$(date +%Y-%m) $(openssl rand -base64 32)" > secrets/kek
for service in cases estates meetings notifications views volunteers; do
    test -s "secrets/$service" || openssl rand -hex 32 > "secrets/$service"
done
chmod 444 secrets/* # read within the containers by a user of theirs; the folder is closed to others
