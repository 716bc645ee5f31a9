# shellcheck shell=bash disable=SC2154
# What tests do to the store behind the program's back, whatever keeps it. To be sourced after
# stack.sh; its stack is to be up.
#
#   store_clear               empties it
#   store_forget KIND KEY     removes the "value" or the "claim" of the key
#   store_read KEY            prints the value
#   store_over KEY            prints when the value is over, in milliseconds since the epoch
#   store_members             prints the members of all indexes
#   store_print               prints all that is in it
#   store_edit KEY SED        changes the value as the script of sed says
#   store_damage KEY          leaves of the value what cannot be read

store_file() {
    find "$STACK_DIR/store" -name "$(printf %s "$2" | sha256sum | cut -c 1-64).$1" -o -name "$2.$1"
}

store_clear() {
    case $STACK_BACKEND in
    folder) rm -rf "${STACK_DIR:?}/store"/* ;;
    redis) stack_redis FLUSHALL >"$STACK_DIR/redis.answer" ;;
    esac
}

store_forget() {
    case $STACK_BACKEND in
    folder) store_file "$1" "$2" | xargs -r rm -f ;;
    redis) stack_redis DEL "feishu:$1:$2" >"$STACK_DIR/redis.answer" ;;
    esac
}

store_read() {
    local file
    case $STACK_BACKEND in
    folder)
        file=$(store_file value "$1")
        [ -z "$file" ] || tail -n +2 "$file" | tr '\0' '\n' | tail -n +2
        ;;
    redis) stack_redis --raw GET "feishu:value:$1" ;;
    esac
}

store_over() {
    case $STACK_BACKEND in
    folder) head -n 1 "$(store_file value "$1")" | cut -d' ' -f2 ;;
    redis) stack_redis PEXPIRETIME "feishu:value:$1" ;;
    esac
}

store_members() {
    local key
    case $STACK_BACKEND in
    folder) find "$STACK_DIR/store" -name '*.member' ;;
    redis)
        stack_redis --scan --pattern 'feishu:index:*' | while read -r key; do
            stack_redis ZRANGE "$key" 0 -1
        done
        ;;
    esac
}

store_print() {
    local key
    case $STACK_BACKEND in
    folder) find "$STACK_DIR/store" -type f -exec cat {} + | tr '\0' '\n' ;;
    redis)
        stack_redis --scan --pattern 'feishu:value:*' | while read -r key; do
            stack_redis --raw GET "$key"
        done
        ;;
    esac
}

# A file begins with the digest of what follows.
store_edit() {
    local file
    case $STACK_BACKEND in
    folder)
        file=$(store_file value "$1")
        LC_ALL=C sed "1s/^.\{64\}//; $2" "$file" >"$STACK_DIR/edited"
        { sha256sum <"$STACK_DIR/edited" | head -c 64 && cat "$STACK_DIR/edited"; } >"$file"
        ;;
    redis)
        stack_redis --raw GET "feishu:value:$1" | head -c -1 | sed "$2" |
            stack_redis -X value SET "feishu:value:$1" value KEEPTTL >"$STACK_DIR/redis.answer"
        ;;
    esac
}

store_damage() {
    case $STACK_BACKEND in
    folder) truncate -s 100 "$(store_file value "$1")" ;;
    redis) store_edit "$1" 's/^\(.\{20\}\).*/\1/' ;;
    esac
}
