#!/bin/sh
# Topics, users and their rights, as the table `access` beside this says. May run again at any time:
# what is there stays, passwords are set anew. It adds rights and takes none away.
#
#   LINLI_KAFKA                   where, as seen from here
#   LINLI_KAFKA_ADMIN_PASSWORD    the administrator's, as in server.properties
#   LINLI_KAFKA_PASSWORD_<USER>   of each user
#   LINLI_REPLICAS                copies of each topic; 3 where there are three brokers
#   KAFKA_BIN                     where Kafka's own programs are
set -eu
access=$(dirname "$0")/access
bin=${KAFKA_BIN:-/opt/kafka/bin}
watermarks=linli.watermarks.v1

umask 077
secret=$(mktemp -d) # passwords go by files: everybody may read what a program was called with
trap 'rm -rf "$secret"' EXIT
cat > "$secret/admin" <<END
security.protocol=SASL_PLAINTEXT
sasl.mechanism=PLAIN
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username="admin" password="$LINLI_KAFKA_ADMIN_PASSWORD";
END

kafka() { # program, its words
    program=$1
    shift
    "$bin/$program.sh" --bootstrap-server "$LINLI_KAFKA" --command-config "$secret/admin" "$@" </dev/null
}

topic() { # name, and --config words
    name=$1
    shift
    kafka kafka-topics --create --if-not-exists --topic "$name" --partitions 16 \
        --replication-factor "${LINLI_REPLICAS:-1}" "$@"
}

topic "$watermarks" --config retention.ms=3600000 --config segment.ms=3600000
while read -r user writes reads; do
    case $user in '' | '#'*) continue ;; esac
    password=$(printenv "LINLI_KAFKA_PASSWORD_$(echo "$user" | tr '[:lower:]' '[:upper:]')")
    printf 'SCRAM-SHA-512=password=%s\n' "$password" > "$secret/user"
    kafka kafka-configs --alter --entity-type users --entity-name "$user" --add-config-file "$secret/user"

    set -- --topic "$watermarks"
    if [ "$writes" != - ]; then
        topic "$writes" --config retention.ms=-1 --config cleanup.policy=delete \
            --config max.message.bytes=4194304
        kafka kafka-acls --add --allow-principal "User:$user" --operation Write \
            --topic "$writes" --topic "$watermarks"
        set -- "$@" --topic "$writes" # a relay looks where its topic ends
    fi
    for name in $reads; do
        if [ "$name" != - ]; then set -- "$@" --topic "$name"; fi
    done
    kafka kafka-acls --add --allow-principal "User:$user" --operation Read "$@"
done < "$access"
echo "granted"
