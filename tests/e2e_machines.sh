#!/bin/bash
# One bot on two machines: each has nginx, fcgiwrap and a state folder of its own; they share a real
# Redis that makes everything durable, and stand behind one nginx that deals requests out in turn.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
STACK_BACKEND=redis
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/store.sh
. tests/tools/store.sh
# shellcheck source=tests/tools/alertmanager.sh
. tests/tools/alertmanager.sh

token=0123456789abcdef
STACK_MORE="alertmanager 'prod' { urls = {'http://127.0.0.1:$ALERTMANAGER_PORT'} }
receiver 'ops' { token = {'$token'} chat = 'oc_sandbox_group' alertmanager = 'prod' }"
STACK_SANDBOX_OPTIONS=(--no-limits --time-scale 60)
stack_start
runs=$STACK_DIR/runs
: >"$runs"
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "$FEISHU_MESSAGE_ID" >>%s\necho ran\n' "$runs" >"$STACK_COMMANDS_DIR/mark"
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "$FEISHU_MESSAGE_ID" >>%s\nread line <%s\necho released\n' "$runs" "$STACK_DIR/gate" \
    >"$STACK_COMMANDS_DIR/wait"
chmod 755 "$STACK_COMMANDS_DIR"/*
mkfifo "$STACK_DIR/gate"

# The second machine: the same bot, with its own nginx, host and folder for locks.
second=$STACK_DIR/second
mkdir "$second" "$second/nginx"
mkdir -m 700 "$second/state"
second_config() {
    sed "s,state = '[^']*',state = '$second/state'," "$STACK_CONFIG" >"$second/feishu.conf"
    chmod 600 "$second/feishu.conf"
}
second_config
second_port=$(stack_free_port)
balancer_port=$(stack_free_port)
first_port=${STACK_URL#*127.0.0.1:}
first_port=${first_port%%/*}
sed -e "s,127.0.0.1:$first_port,127.0.0.1:$second_port," -e "s,$STACK_CONFIG,$second/feishu.conf," \
    -e "s,$STACK_DIR/cgi.socket,$second/cgi.socket,g" "$STACK_DIR/nginx/server.conf" >"$second/nginx/server.conf"
cp "$STACK_DIR/nginx/nginx.conf" "$second/nginx/nginx.conf"
mkdir "$STACK_DIR/balancer"
{
    sed '/include server.conf;/,$d' "$STACK_DIR/nginx/nginx.conf"
    cat <<END
    upstream machines { server 127.0.0.1:$first_port; server 127.0.0.1:$second_port; }
    server {
        listen 127.0.0.1:$balancer_port;
        location / { proxy_pass http://machines; proxy_next_upstream off; client_max_body_size 5m; }
    }
}
END
} >"$STACK_DIR/balancer/nginx.conf"

# run NAME COMMAND…: in the background, in a group of its own that ends with the script.
groups=()
run() {
    setsid "${@:2}" </dev/null >>"$STACK_DIR/$1.log" 2>&1 &
    groups+=($!)
}
finish_all() {
    local group
    alertmanager_stop
    for group in "${groups[@]}"; do
        stack_end "$group"
    done
    stack_stop
}
trap finish_all EXIT
run second env -i "$stack_fcgiwrap" -c 8 -s "unix:$second/cgi.socket" -p "$stack_build/feishu.cgi"
run second-nginx "$stack_nginx" -p "$second/nginx/" -c nginx.conf -e "$STACK_DIR/second-nginx.log"
run balancer "$stack_nginx" -p "$STACK_DIR/balancer/" -c nginx.conf -e "$STACK_DIR/balancer.log"
answers() {
    curl -fsS -m 5 -o "$STACK_DIR/healthz" "$1/healthz" 2>"$STACK_DIR/curl.log"
}
ok 'the second machine answers' stack_wait 10 answers "http://127.0.0.1:$second_port/feishu"
STACK_URL=http://127.0.0.1:$balancer_port/feishu
ok 'the balancer answers' stack_wait 10 answers "$STACK_URL"
# The platform delivers to the balancer from now on.
stack_sandbox_stop
stack_sandbox_start
alertmanager_start "$STACK_URL/alert/ops" "$token"

# served: how many events each machine has answered.
served() {
    grep -c 'path=/event' "$1"
}

# settled TEXT [JQ]: somebody says it; waits until all its deliveries are over; sets event, message.
settled() {
    local said count
    said=$(stack_say "$1" "${2:-.}")
    event=$(jq -r .event_id <<<"$said")
    message=$(jq -r .message_id <<<"$said")
    count=$(stack_get "/sandbox/deliveries?event_id=$event" | jq '.deliveries | length')
    stack_get "/sandbox/wait?what=deliveries&event_id=$event&state=done&count=$count&timeout_ms=30000" >"$STACK_DIR/wait"
}

replies() {
    stack_get /sandbox/messages | jq -c --arg id "$message" '[.messages[] | select(.reply_to == $id)]'
}

has_replies() {
    [ "$(replies | jq length)" = "$1" ]
}

is 'feishuctl check: the store' pass "$("$stack_build/feishuctl" check --offline --json --config "$STACK_CONFIG" 2>"$STACK_DIR/errors" |
    jq -r '.steps[] | select(.name == "store") | .status')"

# Both at once.
settled '@bot ping' '.repeat = 200'
is '200 deliveries of one message to both: one reply' 1 "$(replies | jq length)"
is 'and one POST' 1 "$(replies | jq '[.[].posts] | add')"
ok 'the first had its part' test "$(served "$STACK_LOG")" -gt 50
ok 'the second too' test "$(served "$STACK_DIR/second.log")" -gt 50
settled '@bot mark' '.repeat = 200'
ok '200 deliveries of one command to both: a reply' stack_wait 20 has_replies 1
is 'one reply' 1 "$(replies | jq length)"
is 'one run' "$message" "$(<"$runs")"

# A command that runs on one of them, and longer than its sign of life lasts without renewal.
settled '@bot wait'
ok 'it runs: people are told' stack_wait 20 has_replies 1
lease=feishu:value:life:message:$message
renewed() {
    local left
    left=$(stack_redis PTTL "$lease")
    [ "$left" -gt "$least" ] && return
    least=$left
    return 1
}
least=$(stack_redis PTTL "$lease")
ok 'its runner renews its sign of life' stack_wait 20 renewed
least=$(stack_redis PTTL "$lease")
ok 'again and again' stack_wait 20 renewed
settled '@bot ping'
curl -fsS -o "$STACK_DIR/healthz" "http://127.0.0.1:$second_port/feishu/healthz"
is 'nobody took it for interrupted' 2 "$(wc -l <"$runs")"
echo go >"$STACK_DIR/gate"
finished() {
    stack_get /sandbox/messages | grep -q released
}
ok 'its result is posted' stack_wait 20 finished
is 'then nothing of it is left' '' "$(store_members)"
ok 'nor a sign of life' test "$(stack_redis EXISTS "$lease")" = 0

# The machine on which a command runs is gone: the other one tells.
settled '@bot wait'
ok 'it runs' stack_wait 20 has_replies 1
stack_kill_runners() {
    pkill -KILL -f '^feishu-runner'
}
stack_kill_runners
interrupted() {
    curl -fsS -o "$STACK_DIR/healthz" "$STACK_URL/healthz"
    replies | grep -q 被中断
}
ok 'its runner is killed: people are told' stack_wait 40 interrupted
is 'once' 1 "$(replies | jq '[.[] | select(.text | contains("被中断"))] | length')"
is 'it is not run again' 1 "$(grep -cx -- "$message" "$runs")"

# A button on both at once.
alertmanager_tool alert add DiskFull instance=n1 severity=critical
cards() {
    stack_get /sandbox/messages | jq -c '[.messages[] | select(.type == "interactive")]'
}
has_card() {
    [ "$(cards | jq length)" = 1 ]
}
ok 'an alert: a card' stack_wait 20 has_card
id=$(cards | jq -r '.[0].message_id')
stack_post /sandbox/verify "{\"url\":\"$STACK_URL/event\",\"field\":\"both\"}" >"$STACK_DIR/verdict"
for i in 1 2 3 4; do
    stack_post /sandbox/press "{\"message_id\":\"$id\",\"text\":\"静默 1 小时\",\"confirm\":true}" >"$STACK_DIR/press.$i" &
    presses[i]=$!
done
wait "${presses[@]}"
silences() {
    alertmanager_tool silence query -o json | jq length
}
ok 'a button pressed on both at once: a silence' stack_wait 10 test "$(silences)" = 1
is 'one silence' 1 "$(silences)"

# Redis is killed under load, and started again, three times. A fourth delivery comes after 65 seconds.
: >"$runs"
stack_post /sandbox/reset '{}' >"$STACK_DIR/reset"
load() {
    local i
    for ((i = 0; i < 600; i++)); do
        [ "$i" -lt 60 ] || [ ! -e "$STACK_DIR/enough" ] || break
        stack_say "@bot $([ $((i % 2)) = 0 ] && echo mark || echo ping)" '.mention = true' | jq -r .message_id
    done >"$STACK_DIR/said"
}
load &
loading=$!
some_ran() {
    [ "$(wc -l <"$runs")" -ge 5 ]
}
ok 'commands run' stack_wait 20 some_ran
refused() {
    cat "$STACK_LOG" "$STACK_DIR/second.log" | grep -c 'is worked on without the store: Redis at '
}
without_store() {
    [ "$(refused)" -ge $((before + 5)) ]
}
for round in first second third; do
    before=$(refused)
    kill -KILL -- "-$stack_redis_pid"
    wait "$stack_redis_pid" 2>/dev/null
    ok "killed a $round time: messages are answered without the store" stack_wait 20 without_store
    stack_redis_start
done
: >"$STACK_DIR/enough"
wait $loading
unanswered() {
    stack_get /sandbox/messages | jq -r '[.messages[].reply_to] as $answered | $ARGS.positional[] | select(IN($answered[]) | not)' \
        --args "$@"
}
all_answered() {
    mapfile -t said <"$STACK_DIR/said"
    curl -fsS -o "$STACK_DIR/healthz" "$STACK_URL/healthz"
    [ -z "$(unanswered "${said[@]}")" ]
}
stack_wait 120 all_answered
is 'and started again: nothing is lost' '' "$(unanswered "${said[@]}")"
is 'no command is run twice' '' "$(sort "$runs" | uniq -d)"
is 'nobody is answered twice' '' "$(stack_get /sandbox/messages |
    jq -r '[.messages[] | select(.reply_to != null and (.text | test("pong|ran"))) | .reply_to] | group_by(.)[] | select(length > 1)[0]')"
finish
