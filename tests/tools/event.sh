# shellcheck shell=bash disable=SC2154
# Sourced by tests: events as the platform makes them, with the openssl command.

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

# What follows needs stack.sh, and its stack to be up.

# new_message: a message in the sandbox that the bot has no business with; prints its id.
new_message() {
    stack_say "$1" '.mention = false' | jq -r .message_id
}

# cgi FILE [COMMAND…]: the request in FILE, given to the program, under the command; prints the status.
cgi() {
    local body=$1
    shift
    env -i REQUEST_METHOD=POST PATH_INFO=/event REMOTE_ADDR=127.0.0.1 \
        CONTENT_LENGTH="$(stat -c %s "$body")" FEISHU_CONFIG="$STACK_CONFIG" \
        HTTP_X_LARK_REQUEST_TIMESTAMP="$(cat "$body.time")" HTTP_X_LARK_REQUEST_NONCE=n \
        HTTP_X_LARK_SIGNATURE="$(cat "$body.signature")" \
        "$@" "$stack_build/feishu.cgi" <"$body" 2>>"$STACK_DIR/stderr.log" |
        sed -n 's/^Status: \([0-9]*\).*/\1/p'
}

# request FILE MESSAGE TEXT: the platform's request about the message.
request() {
    seal "$STACK_KEY" "$(message_event "$2" "$3" \
        ".header.token = \"$STACK_TOKEN\" | .header.app_id = \"cli_sandbox\"")" >"$1"
    date +%s >"$1.time"
    signature "$(cat "$1.time")" n "$STACK_KEY" "$(cat "$1")" >"$1.signature"
}
