#!/bin/bash
# Workers that stay: what is theirs alone, beside what e2e_otherwise.sh proves of them.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
STACK_HOST=persistent
STACK_WORKERS=1
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/event.sh
. tests/tools/event.sh

STACK_SANDBOX_OPTIONS=(--no-limits --time-scale 60)
# The shortest lease there is, since the killed leave theirs behind.
stack_open
STACK_STORE='lease = 3'
stack_start

worker() {
    pgrep -f -x "$stack_build/feishu.cgi" -s "$stack_host_pid" | head -n 1
}

# post FILE [CURL OPTION…]: the request in FILE; prints the status.
post() {
    curl -s -m 10 -o "$STACK_DIR/answer" -w '%{http_code}' -H 'Content-Type: application/json' \
        --data-binary "@$1" "${@:2}" "$STACK_URL/event"
}

# signed FILE: the same with its signature.
signed() {
    post "$1" -H "X-Lark-Request-Timestamp: $(<"$1.time")" -H 'X-Lark-Request-Nonce: n' \
        -H "X-Lark-Signature: $(<"$1.signature")"
}

healthy() {
    curl -s -m 10 -o "$STACK_DIR/answer" -w '%{http_code}' "$STACK_URL/healthz"
}

is_healthy() {
    [ "$(healthy)" = 200 ]
}

answered_by_another() {
    is_healthy && [ -n "$(worker)" ] && [ "$(worker)" != "$first" ]
}

is 'feishuctl check: the worker is seen' "a single worker waits" "$("$stack_build/feishuctl" check --offline --json \
    --config "$STACK_CONFIG" --socket "$STACK_DIR/cgi.socket" 2>"$STACK_DIR/errors" |
    jq -r '.steps[] | select(.name == "workers").detail' | grep -o '^a single worker waits')"

# sockets PROCESS: those it has.
sockets() {
    find "/proc/$1/fd" -lname 'socket:*' -printf '%l\n' | sort -u
}

# platform_connection PROCESS: the inode of its connection to the platform.
platform_connection() {
    sockets "$1" | tr -dc '0-9\n' | while read -r inode; do
        awk -v inode="$inode" -v port=":$(printf %04X "${STACK_SANDBOX##*:}")" \
            '$10 == inode && substr($3, length($3) - 4) == port { print inode }' /proc/net/tcp
    done
}

# -- nothing of one request is in the next
request "$STACK_DIR/one" "$(new_message one)" ping
first=$(worker)
is 'signed' 200 "$(signed "$STACK_DIR/one")"
is 'the same without the headers, right after it' 401 "$(post "$STACK_DIR/one")"
printf '{' >"$STACK_DIR/brace"
is 'another body' 401 "$(post "$STACK_DIR/brace")"
: >"$STACK_DIR/empty"
is 'and none' 401 "$(post "$STACK_DIR/empty")"
# What was changed a moment ago is read again each time.
is_old() { [ "$EPOCHSECONDS" -gt $(($(stat -c %Y "$STACK_CONFIG") + 2)) ]; }
ok 'the configuration is old enough' stack_wait 10 is_old
request "$STACK_DIR/two" "$(new_message two)" ping
is 'one reply' 200 "$(signed "$STACK_DIR/two")"
connection=$(platform_connection "$first")
for ((i = 0; i < 20; i++)); do
    request "$STACK_DIR/$i" "$(new_message "$i")" ping
    status=$(signed "$STACK_DIR/$i")
    [ "$status" = 200 ] || break
done
is 'one after the other' 200 "$status"
is 'by one and the same worker' "$first" "$(worker)"
ok 'it keeps its connection to the platform' test -n "$connection"
is 'and uses no other' "$connection" "$(platform_connection "$first")"
is 'each has its own line in the log' "$(grep -c 'path=/event' "$STACK_LOG")" \
    "$(grep -o 'id=[0-9a-f]\{16\}.*path=/event' "$STACK_LOG" | cut -c 1-19 | sort -u | wc -l)"
is 'one token for all' 1 "$(stack_get /sandbox/requests |
    jq '[.requests[] | select(.path | endswith("tenant_access_token/internal"))] | length')"

# -- the configuration
cp "$STACK_CONFIG" "$STACK_DIR/good.conf"
echo 'app {' >"$STACK_CONFIG"
is 'a configuration that does not parse' 500 "$(healthy)"
is 'nor for an event' 500 "$(signed "$STACK_DIR/one")"
cat "$STACK_DIR/good.conf" >"$STACK_CONFIG"
is 'mended: at once' 200 "$(healthy)"
sed -i 's/sandbox-key/another-key/' "$STACK_CONFIG"
is 'another key: at once' 401 "$(signed "$STACK_DIR/one")"
chmod 666 "$STACK_CONFIG"
is 'others may write it: refused' 500 "$(healthy)"
chmod 600 "$STACK_CONFIG"
cat "$STACK_DIR/good.conf" >"$STACK_CONFIG"
is 'as before' 200 "$(signed "$STACK_DIR/one")"
is 'all of that by the same worker' "$first" "$(worker)"

# -- a command does not hold its worker, and leaves nothing behind
mkfifo "$STACK_DIR/gate"
printf '#!/bin/sh\nread line <%s\necho released\n' "$STACK_DIR/gate" >"$STACK_COMMANDS_DIR/wait"
chmod 755 "$STACK_COMMANDS_DIR/wait"
stack_say '@bot wait' >"$STACK_DIR/said"
runs() { pgrep -f '^feishu-runner' >"$STACK_DIR/runner"; }
ok 'a command runs' stack_wait 10 runs
ok 'and the only worker serves' stack_wait 10 is_healthy
is 'its runner has no socket of the worker' '' \
    "$({ sockets "$first"; sockets "$(head -n 1 "$STACK_DIR/runner")"; } | sort | uniq -d)"
echo go >"$STACK_DIR/gate"
is_over() { ! runs; }
ok 'it ends' stack_wait 10 is_over
no_children() { ! pgrep -P "$(worker)" >"$STACK_DIR/children"; }
ok 'no child is left, not even a dead one' stack_wait 10 no_children
ok 'its result is there' grep -q released <<<"$(stack_get /sandbox/messages)"

# -- the end of a worker
kill -KILL "$first"
ok 'killed: another one answers' stack_wait 10 answered_by_another
first=$(worker)
stack_post /sandbox/fault '{"path":"/open-apis/im/v1/messages","count":1,"delay_ms":1500,"apply":true}' >"$STACK_DIR/fault"
request "$STACK_DIR/slow" "$(new_message slow)" ping
idle=$(sockets "$first" | wc -l)
signed "$STACK_DIR/slow" >"$STACK_DIR/slow.status" &
slow=$!
# It has the request once it has the web server's connection.
connected() {
    [ "$(sockets "$first" | wc -l)" -gt "$idle" ]
}
ok 'it has the request' stack_wait 10 connected
kill -TERM "$first"
wait $slow
is 'told to end, it first ends what it does' 200 "$(<"$STACK_DIR/slow.status")"
ok 'and then itself' stack_wait 10 answered_by_another

# Killed in the middle: the platform comes again, and one reply is there.
first=$(worker)
stack_post /sandbox/app "{\"request_url\":\"$STACK_URL/event\"}" >"$STACK_DIR/app"
stack_post /sandbox/fault '{"path":"/open-apis/im/v1/messages","count":1,"delay_ms":1500,"apply":true}' >"$STACK_DIR/fault"
idle=$(sockets "$first" | wc -l)
said=$(stack_say '@bot ping')
ok 'it has another request' stack_wait 10 connected
kill -KILL "$first"
ok 'killed in the middle: another one answers' stack_wait 10 answered_by_another
event=$(jq -r .event_id <<<"$said")
stack_get "/sandbox/wait?what=deliveries&event_id=$event&state=done&count=1&timeout_ms=30000" >"$STACK_DIR/wait"
is 'killed in the middle: delivered again' '502 200' "$(stack_get "/sandbox/deliveries?event_id=$event" |
    jq -r '[.deliveries[].attempts[].status] | "\(first) \(last)"')"
is 'killed in the middle: one reply' 1 "$(stack_get /sandbox/messages |
    jq --arg id "$(jq -r .message_id <<<"$said")" '[.messages[] | select(.reply_to == $id)] | length')"

# What multiwatch, when it is told to end, tells its workers is SIGUSR1.
worker >"$STACK_DIR/last"
kill -TERM "$stack_host_pid"
ended() {
    [ -z "$(worker)" ]
}
ok 'there was a worker' test -s "$STACK_DIR/last"
ok 'the supervisor is told to end: its idle workers end at once' stack_wait 5 ended

# -- where it does not listen
status=0
"$stack_spawn" -n -a 127.0.0.1 -p "$(stack_free_port)" -- "$stack_build/feishu.cgi" </dev/null >"$STACK_DIR/tcp" 2>&1 || status=$?
is 'on a network it does not serve' 78 "$status"
ok 'and says why' grep -q 'only a unix socket is served' "$STACK_DIR/tcp"
finish
