#!/bin/bash
# Alerts in hard times: a store that is lost, cards that are deleted or too old, two that tell the
# same, kill -9 at every system call that matters, a platform that limits the rate, and a real
# Alertmanager that is restarted, killed, stopped, and doubled.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/store.sh
. tests/tools/store.sh
# shellcheck source=tests/tools/alertmanager.sh
. tests/tools/alertmanager.sh

token=0123456789abcdef
STACK_MORE="alertmanager 'prod' { urls = {'http://127.0.0.1:$ALERTMANAGER_PORT'} }
receiver 'ops' {
  token = {'$token'}
  chat = 'oc_sandbox_group'
  alertmanager = 'prod'
  mention 'severity=critical' { people = {'ou_nobody'} }
  operators = {'ou_sandbox_user'}
}"
STACK_SANDBOX_OPTIONS=(--no-limits)
# The shortest lease there is, since the killed leave theirs behind.
stack_open
STACK_STORE='lease = 3'
stack_start
alerts=$STACK_URL/alert/ops

# payload NAME COUNT: an Alertmanager's, of the group NAME with so many alerts.
payload() {
    jq -nc --arg name "$1" --argjson count "$2" '{version: "4", groupKey: "{}:{alertname=\"\($name)\"}",
        groupLabels: {alertname: $name}, externalURL: "http://am.example.com",
        alerts: [range($count) | {status: "firing", labels: {alertname: $name, instance: "n\(.)", severity: "critical"},
            annotations: {}, startsAt: "2023-11-14T22:13:20Z", fingerprint: "\($name)\(.)"}]}'
}

# So many groups are no storm here: what counts them is forgotten.
calm() {
    store_forget value rate:incidents:oc_sandbox_group:60000
}

# post NAME COUNT: prints the status; the answer's head is in $STACK_DIR/head.
post() {
    calm
    payload "$1" "$2" | curl -s -m 20 -o "$STACK_DIR/answer" -D "$STACK_DIR/head" -w '%{http_code}' \
        -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d @- "$alerts"
}

# told NAME COUNT: whether it is taken.
told() { [ "$(post "$@")" = 200 ]; }

# heard NAME COUNT: whether there is an answer but that it is too fast, which the bridge sees to by
# itself; in status.
heard() {
    status=$(post "$@")
    ! grep -iqx $'retry-after: 1\r' "$STACK_DIR/head"
}

# tell NAME COUNT: prints the status.
tell() {
    stack_wait 20 heard "$@"
    echo "$status"
}

# cards NAME: the cards of the group, as JSON objects.
cards() {
    stack_get /sandbox/messages | jq -c --arg name "$1" '.messages[] | select(.type == "interactive") |
        .title = (.content | fromjson.header.title.content) | select(.title | endswith("] \($name)"))'
}

# titles NAME: of its cards that are still there.
titles() {
    cards "$1" | jq -r 'select(.recalled | not).title' | paste -s -d ,
}

titles_are() { [ "$(titles "$1")" = "$2" ]; }

# updates ID: how often the message was to be updated.
updates() {
    stack_get /sandbox/requests |
        jq --arg id "$1" '[.requests[] | select(.method == "PATCH" and (.path | endswith($id)))] | length'
}

# patches NAME: how often the group's cards were to be updated, each.
patches() {
    cards "$1" | jq -r .message_id | while read -r id; do updates "$id"; done | paste -s -d ,
}

fault() {
    stack_post /sandbox/fault "$1" >"$STACK_DIR/fault"
}

# record NAME: the key of the incident of the group.
record() {
    printf 'incident:ops:%s' "$(printf '{}:{alertname="%s"}' "$1" | sha256sum | cut -c 1-64)"
}

# words NAME: what the threads of its cards were told.
words() {
    stack_get /sandbox/messages | jq -r --arg name "$1" '.messages[] | select(.type == "text" and (.text | contains("：\($name)（"))).text' |
        paste -s -d ,
}

# Alerts that began at the same moment, and join one after the other.
is 'one after the other' 200,200,200 "$(tell Join 1),$(tell Join 2),$(tell Join 3)"
is 'one after the other: a word for each that joins' \
    '新增 1 条：Join（现有 2 条告警中）,新增 1 条：Join（现有 3 条告警中）' "$(words Join)"

# The store is lost.
is 'a group' 200 "$(tell Lost 1)"
store_clear
is 'the store is emptied: taken' 200 "$(tell Lost 2)"
is 'emptied: a new card' '[告警中 1] Lost,[告警中 2] Lost' "$(titles Lost)"
is 'emptied: and it goes on' 200 "$(tell Lost 3)"
is 'emptied: on the new card' '[告警中 1] Lost,[告警中 3] Lost' "$(titles Lost)"
if [ "$STACK_BACKEND" = folder ]; then
    rm -rf "$STACK_DIR/store"
    is 'the folder itself is gone: taken' 200 "$(tell Lost 4)"
    is 'gone: a new card' '[告警中 1] Lost,[告警中 3] Lost,[告警中 4] Lost' "$(titles Lost)"
    rm -rf "$STACK_DIR/store"
    : >"$STACK_DIR/store"
    is 'a file in its place: taken' 200 "$(tell Lost 5)"
    rm "$STACK_DIR/store"
    mkdir -m 700 "$STACK_DIR/store"
else
    stack_redis_stop
    is 'Redis is gone: taken' 200 "$(tell Lost 5)"
    stack_redis_start
fi
is 'no store: a new card' '[告警中 5] Lost' "$(titles Lost | sed 's/.*,//')"
ok 'no store: in the log' grep -q 'posted without a record' "$STACK_LOG"
tell Torn 1 >"$STACK_DIR/status"
store_damage "$(record Torn)"
is 'a record is damaged: taken' 200 "$(tell Torn 2)"
is 'damaged: a new card' '[告警中 1] Torn,[告警中 2] Torn' "$(titles Torn)"

# The card is deleted, or too old.
tell Gone 1 >"$STACK_DIR/status"
access=$(stack_post /open-apis/auth/v3/tenant_access_token/internal \
    '{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}' | jq -r .tenant_access_token)
curl -fsS -o "$STACK_DIR/recall" -X DELETE -H "Authorization: Bearer $access" \
    "$STACK_SANDBOX/open-apis/im/v1/messages/$(cards Gone | jq -r .message_id)"
is 'the card is deleted' '' "$(titles Gone)"
is 'deleted: taken' 200 "$(tell Gone 2)"
is 'deleted: a new card' '[告警中 2] Gone' "$(titles Gone)"
is 'deleted: it goes on' '200 [告警中 3] Gone' "$(tell Gone 3) $(titles Gone)"

# age NAME: its card was posted long ago.
age() {
    store_edit "$(record "$1")" 's/"posted_ms":[0-9]*/"posted_ms":1700000000000/'
}
tell Aged 1 >"$STACK_DIR/status"
age Aged
fault '{"path":"/open-apis/im/v1/messages","method":"POST","code":230020,"http":400}'
is 'over 14 days: later' 503 "$(tell Aged 2)"
is 'over 14 days: taken' 200 "$(tell Aged 2)"
is 'over 14 days: a new card' '[告警中 1] Aged,[告警中 2] Aged' "$(titles Aged)"
is 'over 14 days: no PATCH, of neither' 0,0 "$(patches Aged)"

# The card is changed, and its thread cannot be told of it yet.
tell Thread 1 >"$STACK_DIR/status"
fault "{\"path\":\"/open-apis/im/v1/messages/$(cards Thread | jq -r .message_id)/reply\",\"method\":\"POST\",\"code\":230020,\"http\":400}"
is 'the thread cannot be told: later' 503 "$(tell Thread 2)"
is 'the thread: taken' 200 "$(tell Thread 2)"
is 'the thread: is told' '新增 1 条：Thread（现有 2 条告警中）' "$(words Thread)"
is 'the thread: the card was changed once' 1 "$(patches Thread)"

# Whom the platform does not know. What was sent within the last second leaves room for two more.
store_forget value rate:chat:oc_sandbox_group:1000
fault '{"path":"/open-apis/im/v1/messages","method":"POST","code":230099,"http":400}'
is 'an unknown person: taken' 200 "$(tell Who 1)"
is 'an unknown person: the card' '[告警中 1] Who' "$(titles Who)"
is 'an unknown person: is left out' 0 "$(cards Who | grep -c '<at id')"
fault '{"path":"/open-apis/im/v1/messages","method":"PATCH","code":230099,"http":400}'
is 'an unknown person, again: updated' '200 [告警中 2] Who' "$(tell Who 2) $(titles Who)"

# Many tell the same at the same moment.
pids=()
for ((i = 0; i < 12; i++)); do
    stack_wait 20 told Rush 3 &
    pids+=($!)
done
wait "${pids[@]}"
is 'twelve at once: one card, posted once' '[告警中 3] Rush 1' "$(titles Rush) $(cards Rush | jq .posts)"
is 'twelve at once: no PATCH' 0 "$(patches Rush)"

# The platform limits the rate.
for fault in '"code":99991400,"http":429,"reset_s":3' '"code":230020,"http":400' '"code":11232,"http":400'; do
    fault "{\"path\":\"/open-apis/im/v1/messages\",$fault}"
    is "a limit ($fault): later" 503 "$(tell "Limit${fault:7:5}" 1)"
    ok "a limit ($fault): when" grep -iq '^retry-after: [1-9]' "$STACK_DIR/head"
    is "a limit ($fault): lifted" '200 1' "$(tell "Limit${fault:7:5}" 1) $(cards "Limit${fault:7:5}" | wc -l)"
done

# kill -9 at every system call that matters.
# strace counts the calls of each name for themselves.
calls='openat renameat rename unlinkat mkdirat fsync fdatasync flock write sendto sendmsg connect'

# killed_at CALL N NAME COUNT: tells it to a process that is killed at its n-th such call; whether it
# was. The bridge keeps to the platform's rates by itself: what was sent is forgotten, and where it
# has to wait all the same it is told again.
killed_at() {
    local body=$STACK_DIR/body size
    payload "$3" "$4" >"$body"
    size=$(stat -c %s "$body")
    while :; do
        calm
        store_forget value rate:chat:oc_sandbox_group:1000
        env -i REQUEST_METHOD=POST PATH_INFO=/alert/ops REMOTE_ADDR=127.0.0.1 \
            CONTENT_TYPE=application/json CONTENT_LENGTH="$size" \
            HTTP_AUTHORIZATION="Bearer $token" FEISHU_CONFIG="$STACK_CONFIG" \
            strace -qq -o "$STACK_DIR/trace" -e trace="$1" -e inject="$1:signal=KILL:when=$2" \
            "$stack_build/feishu.cgi" <"$body" 2>>"$STACK_DIR/stderr.log" |
            sed -n 's/^Status: \([0-9]*\).*/\1/p' >"$STACK_DIR/status"
        [ "$(<"$STACK_DIR/status")" = 503 ] || break
    done
    grep -q '+++ killed by SIGKILL' "$STACK_DIR/trace"
}

# kill_everywhere KIND COUNT: tells of a group for each call, with so many alerts; sets number.
kill_everywhere() {
    local call nth
    number=0
    for call in $calls; do
        for ((nth = 1; nth < 100; nth++)); do
            number=$((number + 1))
            killed_at "$call" $nth "$1$number" "$2" || break
        done
    done
    echo "killed at each of $number calls: $1 with $2"
    ok "$1: killed at every call" test $number -gt 50
}

# ends KIND COUNT NUMBER: they are told again; prints what their cards are, each once.
ends() {
    local i
    for ((i = 1; i <= $3; i++)); do
        stack_wait 20 told "$1$i" "$2" || echo "not taken: $1$i"
        titles "$1$i" | sed "s/$1$i/$1/"
    done | sort | uniq -c | tr -s ' \n' ' '
}

if strace -o /dev/null true 2>/dev/null; then
    kill_everywhere Group 1
    opened=$number
    is 'killed when it opens: one card each, which then shows what joined' " $number [告警中 2] Group " "$(ends Group 2 "$number")"
    all=$(stack_get /sandbox/messages | jq -c '[.messages[] | select(.type == "interactive" and (.text | contains("] Group")))]')
    ok 'killed when it opens: some were sent twice, with the same uuid' \
        test "$(jq '[.[] | select(.posts > 1)] | length' <<<"$all")" -gt 0
    is 'killed when it opens: these were updated, and once' 1 \
        "$(jq -r '.[] | select(.posts > 1).message_id' <<<"$all" | while read -r id; do updates "$id"; done | sort -u)"
    kill_everywhere Group 3
    is 'killed when it grows: one card each' " $number [告警中 3] Group " "$(ends Group 3 "$number")"
    # The last groups of the longer row were told of once only.
    is 'killed when it grows: one word in the thread of each' " $((number < opened ? number : opened)) 1 " \
        "$(stack_get /sandbox/messages | jq -r '.messages[] | select(.text | test("：Group.*（现有 3 条告警中）")).text' |
            sort | uniq -c | awk '{ print $1 }' | sort | uniq -c | tr -s ' \n' ' ')"
else
    skip 'kill -9 everywhere' 'strace may not trace here'
fi

if ! alertmanager_is_possible; then
    skip 'a real Alertmanager' 'no folder can be laid over another here'
    finish
    exit
fi
stack_post /sandbox/verify "{\"url\":\"$STACK_URL/event\",\"field\":\"both\"}" >"$STACK_DIR/verdict"
alertmanager_start "$alerts" "$token"
since=$(date -u +%Y-%m-%dT%H:%M:%SZ)

# fire NAME INSTANCE: as Prometheus does.
fire() {
    calm
    alertmanager_tool alert add "$1" "instance=$2" severity=critical --start="$since"
}

# press NAME TEXT: somebody presses the button on the group's card; prints the toast.
press() {
    stack_post /sandbox/press "$(jq -nc --arg id "$(cards "$1" | tail -n 1 | jq -r .message_id)" --arg text "$2" \
        '{message_id: $id, text: $text, confirm: true}')" | jq -r '.toast.content // .error // .withheld'
}

# Stopped, and started again.
fire Disk n1
ok 'it fires: a card' stack_wait 10 titles_are Disk '[告警中 1] Disk'
alertmanager_stop
is 'Alertmanager is stopped: the button says so' 'Alertmanager 无响应，静默未生效' "$(press Disk '静默 1 小时')"
is 'stopped: the card is as it was' '[告警中 1] Disk' "$(titles Disk)"
is 'stopped: who takes it on does so' 已认领 "$(press Disk 认领)"
alertmanager_start
fire Disk n1
fire Disk n2
ok 'started again: the same card' stack_wait 10 titles_are Disk '[已认领 2] Disk'
kill -KILL "$alertmanager_pid"
wait "$alertmanager_pid" 2>/dev/null
rm -rf "$STACK_DIR/alertmanager"
alertmanager_start
fire Disk n3
ok 'killed, and all forgotten: the same card' stack_wait 10 titles_are Disk '[已认领 3] Disk'
ok 'killed: it can be silenced' starts "$(press Disk '静默 1 小时')" 已静默至

# The platform says no for a while; Alertmanager comes again.
for fault in '"code":99991400,"http":429,"reset_s":1' '"code":230020,"http":400'; do
    name=Slow${fault:7:5}
    fault "{\"path\":\"/open-apis/im/v1/messages\",\"count\":3,$fault}"
    fire "$name" n1
    ok "a limit, and Alertmanager ($fault): the card, at last" stack_wait 30 titles_are "$name" "[告警中 1] $name"
    is "a limit, and Alertmanager ($fault): sent once" 1 "$(cards "$name" | jq .posts)"
done

# Two of them, that do not know of each other.
alertmanager_second() {
    local port=$ALERTMANAGER_PORT first=$alertmanager_pid
    cp -r "$STACK_DIR/alertmanager" "$STACK_DIR/first"
    ALERTMANAGER_PORT=$(stack_free_port)
    alertmanager_start
    second_pid=$alertmanager_pid second_port=$ALERTMANAGER_PORT
    alertmanager_pid=$first ALERTMANAGER_PORT=$port
}
alertmanager_second
trap 'kill "$second_pid"; alertmanager_stop; stack_stop' EXIT
both() {
    fire "$@"
    ALERTMANAGER_PORT=$second_port fire "$@"
}
both Pair n1
ok 'two Alertmanagers: one card' stack_wait 10 titles_are Pair '[告警中 1] Pair'
both Pair n2
ok 'two Alertmanagers: it grows' stack_wait 10 titles_are Pair '[告警中 2] Pair'
finish
