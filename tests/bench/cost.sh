#!/bin/bash
# What the CGI costs, against programs that do the least for the same: processor time and memory of
# whole processes, run as fcgiwrap runs them. Prints a line for each figure, with tabs: row, what,
# measured, reference, ratio, goal, verdict (met, missed or reported).
#
# BENCH_ROUNDS, BENCH_PROCESSES: rounds that take turns, and processes in each.
# BENCH_KEYS: how many keys the store has when something is claimed.
# BENCH_MEMORY: a file system in memory; one million keys take 6 GB there; empty: none is used.
set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
: "${BENCH_ROUNDS:=15}" "${BENCH_PROCESSES:=40}" "${BENCH_KEYS:=10 1000 100000 1000000}" "${BENCH_MEMORY=/dev/shm}"
bench=$stack_build/bench
memory= # a folder there, or empty

tell() { printf 'cost: %s\n' "$*" >&2; }
fail() {
    tell "$*"
    exit 1
}

# row NUMBER WHAT MEASURED REFERENCE RATIO GOAL [VALUE]: VALUE, or else the ratio, is held against the
# number in the goal; without a goal there is no verdict.
row() {
    local verdict=reported
    if [ "$6" != - ]; then
        verdict=$(awk -v value="${7:-$5}" -v goal="${6//[!0-9.]/}" \
            'BEGIN { print value + 0 <= goal + 0 ? "met" : "missed" }')
    fi
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" "$6" "$verdict"
}

# ms MICROSECONDS, us NANOSECONDS, mib KIB: with their unit.
ms() { awk -v us="$1" 'BEGIN { printf "%.3f ms", us / 1000 }'; }
us() { awk -v ns="$1" 'BEGIN { printf "%.1f us", ns / 1000 }'; }
mib() { awk -v kib="$1" 'BEGIN { printf "%.2f MiB", kib / 1024 }'; }

# inverse RATIO: the other way round.
inverse() { awk -v ratio="$1" 'BEGIN { printf "%.3f", 1 / ratio }'; }

# What follows makes folders for tests/bench/cost.c, in $STACK_DIR.

words() { printf '%s\0' "$@"; }

# program NAME COMMAND…: one that is run without an environment.
program() {
    local folder=$STACK_DIR/cost/$1
    shift
    mkdir -p "$folder"
    words "$@" >"$folder/command"
}

# cgi NAME CONFIGURATION STATUS: the CGI with what nginx and fcgiwrap give it for an event.
cgi() {
    local folder=$STACK_DIR/cost/$1
    program "$1" "$stack_build/feishu.cgi"
    words PATH_INFO=/event "SCRIPT_FILENAME=$stack_build/feishu.cgi" "FEISHU_CONFIG=$2" \
        GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 REQUEST_METHOD=POST QUERY_STRING= \
        'CONTENT_TYPE=application/json; charset=utf-8' REMOTE_ADDR=127.0.0.1 HTTP_PROXY= \
        HTTP_HOST=bot.example.com HTTP_USER_AGENT=bench FCGI_ROLE=RESPONDER >"$folder/environment"
    printf 'Status: %s' "$3" >"$folder/expect"
}

# same NAME FROM: as its input, what the program FROM gets.
same() { ln -s "$STACK_DIR/cost/$2/input" "$STACK_DIR/cost/$1/input"; }

# always NAME: what was sealed for the first process is for all.
always() {
    local folder=$STACK_DIR/cost/$1
    mv "$folder/input-0" "$folder/input" && cat "$folder/environment-0" >>"$folder/environment" &&
        rm "$folder/environment-0"
}

# Costs of the programs, one a line: microseconds, KiB, and their ratios to the first.
declare -a costs
measure() {
    local folders=() name
    for name in "${@:3}"; do
        folders+=("$STACK_DIR/cost/$name")
    done
    mapfile -t costs < <(timeout 300 "$bench/cost" "$1" "$2" "${folders[@]}")
    [ ${#costs[@]} -eq ${#folders[@]} ] || fail "no measurement of ${*:3}"
}

# cost INDEX FIELD
cost() { cut -f "$2" <<<"${costs[$1]}"; }

# events REPEAT TEXT PRIVATE: a text message for each id on standard input, one a line: the text as often,
# in the private chat (true), or in the group without a mention (false).
events() {
    jq -cR --argjson repeat "$1" --arg text "$2" --arg token "$STACK_TOKEN" --arg now "$(date +%s%3N)" \
        --argjson private "$3" '{schema: "2.0",
        header: {event_id: "ev_\(.)", token: $token, create_time: $now,
            event_type: "im.message.receive_v1", tenant_key: "sandbox_tenant", app_id: "cli_sandbox"},
        event: {sender: {sender_id: {open_id: "ou_sandbox_user"}, sender_type: "user",
                tenant_key: "sandbox_tenant"},
            message: {message_id: ., create_time: $now, message_type: "text",
                chat_id: (if $private then "oc_sandbox_p2p" else "oc_sandbox_group" end),
                chat_type: (if $private then "p2p" else "group" end),
                content: ({text: ($text * $repeat)} | tojson)}}}'
}

# Row 1.

challenges() {
    local challenge key=$STACK_KEY
    challenge=$(jq -cn --arg token "$STACK_TOKEN" \
        '{challenge: "ajls384kdjx98XXajls384kdjx98XX", $token, type: "url_verification"}')
    tell 'a challenge'
    STACK_KEY=none stack_configure
    cp -p "$STACK_CONFIG" "$STACK_DIR/plain.conf"
    stack_configure
    cgi plain "$STACK_DIR/plain.conf" 200
    printf %s "$challenge" >"$STACK_DIR/cost/plain/input"
    words "CONTENT_LENGTH=${#challenge}" >>"$STACK_DIR/cost/plain/environment"
    program floor "$bench/floor"
    same floor plain
    cgi sealed "$STACK_CONFIG" 200
    "$bench/seal" "$key" "$STACK_DIR/cost/sealed" unsigned <<<"$challenge" || fail 'no challenge'
    always sealed
    program floor-sealed "$bench/floor" "$key"
    same floor-sealed sealed
    program floor-lean "$bench/floor" "$key" lean
    same floor-lean sealed
    program nothing "$bench/floor" "$key" nothing
    measure "$BENCH_ROUNDS" "$BENCH_PROCESSES" plain floor
    row 1 'url_verification, plain: CPU' "$(ms "$(cost 0 1)")" "$(ms "$(cost 1 1)")" \
        "$(cost 1 3)" '<= 1.25'
    measure "$BENCH_ROUNDS" "$BENCH_PROCESSES" sealed floor-sealed floor-lean nothing
    row 1 'url_verification, encrypted: CPU' "$(ms "$(cost 0 1)")" "$(ms "$(cost 1 1)")" \
        "$(cost 1 3)" '<= 1.25'
    row 1 'the same, against OpenSSL without its configuration' "$(ms "$(cost 0 1)")" \
        "$(ms "$(cost 2 1)")" "$(cost 2 3)" -
    row 1 'the same, against a process that only has the libraries' "$(ms "$(cost 0 1)")" \
        "$(ms "$(cost 3 1)")" "$(cost 3 3)" -
}

# Rows 2 and 3.

replies() {
    jq '[.messages[] | select(.from_bot)] | length' <(stack_get /sandbox/messages)
}

# Messages in the sandbox for as many processes; prints their ids.
messages() {
    local request
    request=$(jq -cn '{text: "ping", chat: "group", mention: false}')
    for ((i = 0; i < $1; i++)); do
        printf 'url = "%s/sandbox/say"\n' "$STACK_SANDBOX"
    done | curl -fsS -m 60 -H 'Content-Type: application/json' -d "$request" -K - >"$STACK_DIR/said" ||
        fail 'nobody can write in the sandbox'
    jq -r .message_id "$STACK_DIR/said"
}

# reply NAME CONFIGURATION FIRST: answers $count of the messages in $STACK_DIR/ids, from FIRST on.
reply() {
    cgi "$1" "$2" 200
    tail -n "+$3" "$STACK_DIR/ids" | head -n "$count" | events 1 ping true |
        "$bench/seal" "$STACK_KEY" "$STACK_DIR/cost/$1" || fail 'no events'
}

# post NAME: curl, which makes $count times the POST of a reply as the CGI does, and nothing else.
post() {
    local folder=$STACK_DIR/cost/$1 token text='pong（距消息发出 10 秒）' number
    token=$(stack_post /open-apis/auth/v3/tenant_access_token/internal \
        '{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}' | jq -r .tenant_access_token)
    program "$1" "$(command -v curl)" -q -sS -f -o /dev/null --cacert "$STACK_DIR/tls.crt" \
        -H "Authorization: Bearer $token" -H 'Content-Type: application/json; charset=utf-8' \
        --data-binary @- "$STACK_SANDBOX/open-apis/im/v1/messages/$(head -n 1 "$STACK_DIR/ids")/reply"
    for ((number = 0; number < count; number++)); do
        printf '{"msg_type":"text","content":"{\\"text\\":\\"%s\\"}","uuid":"%032x"}' \
            "$text" "$number" >"$folder/input-$number"
    done
}

# message: also with a store in memory, since what a disk's file system does at a rename is part of the
# process's time, and depends on what else goes to the disk.
message() {
    local count=$((BENCH_ROUNDS * BENCH_PROCESSES + 1)) names=(post reply) expected
    local certificate=$STACK_DIR/tls.crt
    tell 'a message, answered over TLS'
    stack_make_certificate || fail 'no certificate'
    export CURL_CA_BUNDLE=$certificate
    STACK_URL=http://127.0.0.1:1/ # it is not the sandbox that calls the bot here
    STACK_SANDBOX_OPTIONS=(--no-limits --tls-certificate "$certificate" --tls-key "$STACK_DIR/tls.key")
    STACK_APP="ca = '$certificate'"
    stack_configure
    stack_sandbox_start
    stack_configure
    messages $((2 * count)) >"$STACK_DIR/ids"
    post post
    reply reply "$STACK_CONFIG" 1
    if [ -n "$memory" ]; then
        sed "s,url = 'dir:.*',url = 'dir:$memory/store'," "$STACK_CONFIG" >"$STACK_DIR/memory.conf"
        chmod 600 "$STACK_DIR/memory.conf"
        reply reply-memory "$STACK_DIR/memory.conf" $((count + 1))
        names+=(reply-memory)
    fi
    measure "$BENCH_ROUNDS" "$BENCH_PROCESSES" "${names[@]}"
    expected=$((count * ${#names[@]}))
    [ "$(replies)" -eq $expected ] || fail "$(replies) replies are there, not $expected"
    tell "$expected replies are there: of $count processes each"
    row 2 'a message answered over TLS: CPU' "$(ms "$(cost 1 1)")" "$(ms "$(cost 0 1)")" \
        "$(inverse "$(cost 1 3)")" '<= 1.1'
    [ -z "$memory" ] || row 2 'the same, with the store in memory' "$(ms "$(cost 2 1)")" \
        "$(ms "$(cost 0 1)")" "$(inverse "$(cost 2 3)")" -
    row 3 'a message answered over TLS: peak memory' "$(mib "$(cost 1 2)")" "$(mib "$(cost 0 2)")" \
        "$(inverse "$(cost 1 4)")" '<= 1.1'
    stack_sandbox_stop
}

# Row 8.

payload() {
    jq -cn '[range(500)] as $all | {version: "4", groupKey: "{}:{alertname=\"DiskFull\"}",
        truncatedAlerts: 0, status: "firing", receiver: "feishu",
        groupLabels: {alertname: "DiskFull", cluster: "prod"},
        commonLabels: {alertname: "DiskFull", cluster: "prod", team: "storage"},
        commonAnnotations: {runbook_url: "https://wiki.example.com/disk"},
        externalURL: "http://alertmanager.example.com:9093",
        alerts: [$all[] | . as $i | {status: (if $i % 10 == 0 then "resolved" else "firing" end),
            labels: {alertname: "DiskFull", cluster: "prod", team: "storage",
                instance: "node\($i).example.com:9100", device: "/dev/sd\($i % 8)1",
                mountpoint: "/srv/data\($i % 8)", severity: ["critical", "warning", "info"][$i % 3]},
            annotations: {summary: "Disk almost full on node\($i)",
                description: "/srv/data\($i % 8) on node\($i).example.com has \($i % 10) % left; 磁盘空间不足",
                runbook_url: "https://wiki.example.com/disk"},
            startsAt: "2026-11-23T0\($i % 10):13:20.123Z",
            endsAt: (if $i % 10 == 0 then "2026-11-23T10:14:20Z" else "0001-01-01T00:00:00Z" end),
            generatorURL: "http://prometheus.example.com:9090/graph?g0.expr=disk_free%3C10&g0.tab=1",
            fingerprint: "1a2b3c4d5e6f\(1000 + $i)"}]}'
}

card() {
    local cold warm
    tell 'a card of 500 alerts'
    payload >"$STACK_DIR/payload"
    cold=$(for ((i = 0; i < 201; i++)); do
        "$bench/card" "$STACK_DIR/payload" || break
    done | sort -n | sed -n 101p)
    warm=$("$bench/card" "$STACK_DIR/payload" 101) || fail 'no card'
    [ -n "$cold" ] || fail 'no card'
    row 8 "500 alerts ($(stat -c %s "$STACK_DIR/payload") bytes) to a card: CPU, cold" \
        "$(ms $((cold / 1000)))" - - '<= 5 ms' "$(awk -v ns="$cold" 'BEGIN { print ns / 1e6 }')"
    row 8 'the same, warm' "$(ms $((warm / 1000)))" - - -
}

# Growth.

# body NAME KEY STATUS BYTES: a message in a group that is not for the bot, signed under the key. It is
# a block shorter than that at most.
body() {
    local rest room
    rest=$(echo om_bench | events 1 x false | wc -c)
    room=$((($4 - 14) * 3 / 4 - 32 - rest))
    cgi "$1" "$STACK_CONFIG" "$3"
    echo om_bench | events $((room + 1)) x false |
        "$bench/seal" "$2" "$STACK_DIR/cost/$1" || fail 'no event'
    always "$1"
}

bodies() {
    local bytes names=() index=0
    tell 'bodies that grow'
    for bytes in 1024 10240 102400 1048576; do
        body "ignored-$bytes" "$STACK_KEY" 200 $bytes
        body "refused-$bytes" not-the-key 401 $bytes
        names+=("ignored-$bytes" "refused-$bytes")
    done
    measure "$BENCH_ROUNDS" $(((BENCH_PROCESSES + 3) / 4)) "${names[@]}"
    for name in "${names[@]}"; do
        row growth "body of $(stat -c %s "$STACK_DIR/cost/$name/input") bytes, ${name%-*}: CPU" \
            "$(ms "$(cost $index 1)")" - - -
        index=$((index + 1))
    done
}

keys() {
    local count cpu clean seconds first='' folder=${memory:-$STACK_DIR}/keys
    tell 'a store that grows'
    while IFS=$'\t' read -r count cpu clean seconds; do
        : "${first:=$cpu}"
        tell "$count keys, written in $seconds s"
        row growth "a claim with $count keys in a store under ${folder%/*/*}: CPU" "$(us "$cpu")" \
            "$(us "$first")" "$(awk -v now="$cpu" -v first="$first" 'BEGIN { printf "%.3f", now / first }')" -
        row growth "a step of cleaning with $count keys: CPU" "$(us "$clean")" - - -
    done < <(IFS=' ' && read -ra counts <<<"$BENCH_KEYS" &&
        timeout 240 "$bench/keys" "$folder" "${counts[@]}")
    [ -n "$first" ] || fail 'no claim'
}

finish() {
    [ -z "$memory" ] || rm -rf "$memory"
    stack_stop
}

for name in cost floor seal card keys; do
    [ -x "$bench/$name" ] || fail "$bench/$name is missing: make benches"
done
stack_open
trap finish EXIT
mkdir "$STACK_DIR/cost"
[ ! -w "$BENCH_MEMORY" ] || memory=$(mktemp -d "$BENCH_MEMORY/feishu-bench.XXXXXX") || exit
challenges
card
message
bodies
keys
