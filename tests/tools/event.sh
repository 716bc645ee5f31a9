# shellcheck shell=bash
# Sourced by tests: events as the platform makes them, with the openssl command, and assertions.

# seal KEY JSON: the body with the JSON encrypted under KEY.
seal() {
    local key iv
    key=$(printf %s "$1" | openssl dgst -sha256 -binary | od -An -vtx1 | tr -d ' \n')
    iv=$(openssl rand -hex 16)
    printf '{"encrypt":"%s"}' "$({
        printf %s "$iv" | unhex
        printf %s "$2" | openssl enc -aes-256-cbc -K "$key" -iv "$iv"
    } | base64 -w0)"
}

# unhex: hexadecimal digits on standard input as bytes.
unhex() {
    local digits byte
    digits=$(cat)
    while [ -n "$digits" ]; do
        byte=${digits:0:2}
        digits=${digits:2}
        printf '%b' "\\x$byte"
    done
}

# signature TIMESTAMP NONCE KEY BODY
signature() {
    printf '%s%s%s%s' "$1" "$2" "$3" "$4" | sha256sum | cut -d' ' -f1
}

# message_event ID TEXT [OVERRIDES]: a private text message of schema 2.0; OVERRIDES is a jq filter.
message_event() {
    jq -cn --arg id "$1" --arg text "$2" --arg now "$(date +%s%3N)" '{schema: "2.0",
        header: {event_id: "ev_\($id)", token: "token-of-tests", create_time: $now,
            event_type: "im.message.receive_v1", tenant_key: "sandbox_tenant", app_id: "cli_tests"},
        event: {sender: {sender_id: {open_id: "ou_sandbox_user"}, sender_type: "user",
                tenant_key: "sandbox_tenant"},
            message: {message_id: $id, create_time: $now, chat_id: "oc_sandbox_p2p", chat_type: "p2p",
                message_type: "text", content: ({text: $text} | tojson)}}}'" | ${3:-.}"
}

passed=0
failed=0

# ok NAME COMMAND…: one test; it passes if the command succeeds.
ok() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n' "$name"
    fi
}

# is NAME EXPECTED ACTUAL
is() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED: %s\n  expected: %s\n  was:      %s\n' "$1" "$2" "$3"
    fi
}

# finish: the closing line; the status says whether all passed.
finish() {
    printf '%d passed, %d failed\n' "$passed" "$failed"
    [ "$failed" -eq 0 ]
}
