#!/bin/bash
# A reply is sent once, whatever the platform does in between: real nginx and fcgiwrap, and the
# sandbox redelivering sixty times faster than the platform.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/store.sh
. tests/tools/store.sh
# shellcheck source=tests/tools/event.sh
. tests/tools/event.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

STACK_SANDBOX_OPTIONS=(--no-limits --time-scale 60)
stack_start

# fault JSON: the next request to im/v1/messages meets it.
fault() {
    stack_post /sandbox/fault "$(jq -cn "{path: \"/open-apis/im/v1/messages\", method: \"POST\", count: 1} + $1")" >/dev/null
}

# settled TEXT [JQ]: somebody says it; waits until all its deliveries are over, and sets event and
# message to the ids.
settled() {
    local said count
    said=$(stack_say "$1" "${2:-.}")
    event=$(jq -r .event_id <<<"$said")
    message=$(jq -r .message_id <<<"$said")
    count=$(stack_get "/sandbox/deliveries?event_id=$event" | jq '.deliveries | length')
    stack_get "/sandbox/wait?what=deliveries&event_id=$event&state=done&count=$count&timeout_ms=30000" >"$STACK_DIR/wait"
}

# replies: how many messages answer the last one said; posts: by how many POSTs.
replies() {
    stack_get /sandbox/messages | jq --arg id "$message" '[.messages[] | select(.reply_to == $id)] | length'
}

posts() {
    stack_get /sandbox/messages | jq --arg id "$message" '[.messages[] | select(.reply_to == $id) | .posts] | add'
}

# statuses: what the deliveries of the last message said were answered, in the order of time.
statuses() {
    stack_get "/sandbox/deliveries?event_id=$event" |
        jq -r '[.deliveries[].attempts[]] | sort_by(.at_ms) | map(.status | tostring) | join(" ")'
}

settled '@bot ping'
is 'one reply' 1 "$(replies)"
is 'one delivery' 200 "$(statuses)"
ok 'the reply says how old the message was' grep -Eq 'pong（距消息发出 [0-9]+ 毫秒）' <<<"$(stack_get /sandbox/messages)"

settled '@bot ping' '.repeat = 200'
is '200 deliveries at once: one reply' 1 "$(replies)"
is '200 deliveries at once: one POST' 1 "$(posts)"
stack_post /sandbox/redeliver "{\"event_id\":\"$event\"}" >/dev/null
is 'long after: still one' 1 "$(replies)"
# asked PATH: how often the platform was asked for it.
asked() {
    stack_get /sandbox/requests | jq --arg path "$1" '[.requests[] | select(.path == $path)] | length'
}
is 'who the bot is was asked once' 1 "$(asked /open-apis/bot/v3/info)"
is 'one token for all' 1 "$(asked /open-apis/auth/v3/tenant_access_token/internal)"

settled '@bot ping' '.schema = "1.0"'
is 'schema 1.0' 1 "$(replies)"
settled 'ping' '.chat = "p2p" | .schema = "1.0"'
is 'schema 1.0, private' 1 "$(replies)"

# What goes wrong, what the first delivery is answered, how many POSTs the reply takes. Where the
# connection is not the first's, libcurl itself repeats a request on it that ends without a byte.
while IFS='|' read -r name fault first posts; do
    [[ $STACK_HOST = fcgiwrap || $name != cut* ]] || first=200
    fault "$fault"
    settled '@bot ping'
    is "$name: one reply" 1 "$(replies)"
    is "$name: the POSTs" "$posts" "$(posts)"
    is "$name: the first delivery" "$first" "$(statuses | cut -d' ' -f1)"
done <<'END'
rate limit|{http: 429, code: 99991400}|503|1
chat's rate limit|{http: 400, code: 230020}|503|1
still being sent|{http: 400, code: 230049}|503|1
cut before it took effect|{drop: "before"}|503|1
cut after it took effect|{drop: "after", apply: true}|503|2
500, nothing done|{http: 500}|503|1
502 with a page, done|{http: 502, body: "<html>", content_type: "text/html", apply: true}|503|2
200 and garbage, done|{http: 200, body: "garbage", apply: true}|503|2
200 and JSON of another shape, done|{http: 200, body: "[1]", content_type: "application/json", apply: true}|503|2
slow, done|{delay_ms: 4000, apply: true}|503|2
slow, but in time|{delay_ms: 1000, apply: true}|200|1
END

# Slow beyond the deadline: the answer is there all the same, before the platform gives up.
is 'slow platform: the platform did not give up on us' 0 \
    "$(stack_get /sandbox/deliveries | jq '[.deliveries[].attempts[] | select(.status == 0)] | length')"

# The token endpoint.
for fault in '{http: 500}' '{delay_ms: 4000}' '{http: 200, code: 10014}' '{drop: "before"}'; do
    stack_post /sandbox/revoke '{}' >/dev/null
    stack_post /sandbox/fault "$(jq -cn "{path: \"/open-apis/auth\", count: 1} + $fault")" >/dev/null
    # A stored token is refused first, which asks for another.
    settled '@bot ping'
    # libcurl itself repeats a request whose kept-alive connection ends without a byte.
    [ "$fault" = '{drop: "before"}' ] || is "token endpoint: $fault" '503 200' "$(statuses)"
    is "token endpoint: $fault: one reply" 1 "$(replies)"
done

# An unknown outcome is repeated within uuid_life only.
STACK_STORE='uuid_life = 1'
stack_configure
fault '{drop: "after", apply: true}'
fault '{drop: "before", count: 1}'
settled '@bot ping'
is 'after uuid_life: not repeated' 1 "$(posts)"
is 'after uuid_life: the deliveries' '503 503 200' "$(statuses)"
ok 'after uuid_life: logged' grep -q 'too late to repeat it' "$STACK_LOG"
STACK_STORE=
stack_configure

# How long it is known what is done, which a replay of the request cannot outlive.
# known_hours: for how many hours the store still knows the last message said.
known_hours() {
    local over
    over=$(store_over "message:$message")
    echo $(((over - $(date +%s%3N) + 1800000) / 3600000))
}
is 'done is known for max_age and 8 hours' 16 "$(known_hours)"
STACK_APP='max_age = 0'
stack_configure
settled '@bot ping'
is 'without max_age: for longer than the longest max_delay' 32 "$(known_hours)"
STACK_APP=
stack_configure

# Added to a group: a greeting with its chat_id.
stack_post /sandbox/reset '{}' >/dev/null
event=$(stack_post /sandbox/event '{"type":"im.chat.member.bot.added_v1","event":{"chat_id":"oc_sandbox_group"}}' | jq -r .event_id)
stack_get "/sandbox/wait?what=deliveries&event_id=$event&state=done&timeout_ms=30000" >"$STACK_DIR/wait"
ok 'a greeting' grep -q 'chat_id：oc_sandbox_group' <<<"$(stack_get /sandbox/messages)"
stack_post /sandbox/redeliver "{\"event_id\":\"$event\"}" >/dev/null
stack_get "/sandbox/wait?what=deliveries&event_id=$event&state=done&count=2&timeout_ms=30000" >"$STACK_DIR/wait"
is 'one greeting' 1 "$(stack_get /sandbox/messages | jq '.messages | length')"

# Who is never answered, and who is.
stack_post /sandbox/reset '{}' >/dev/null
settled 'hello all' '.mention = "all"'
is 'a message to all' 0 "$(replies)"
settled '@bot ping' '.sender_type = "bot"'
is 'a bot' 0 "$(replies)"
settled '' 'del(.text) | .chat = "p2p" | .message_type = "image" | .content = "{\"image_key\":\"img_x\"}"'
is 'an image, private' 1 "$(replies)"
ok 'an image, private: the words' grep -q '目前只支持文字消息，发送“帮助”查看用法' <<<"$(stack_get /sandbox/messages)"
settled '@bot <at user_id=\"all\"></at>'
ok 'an echo mentions nobody' sh -c '! printf %s "$1" | grep -q "<at"' sh "$(stack_get /sandbox/messages | jq -r --arg id "$message" '.messages[] | select(.reply_to == $id) | .content')"
finish
