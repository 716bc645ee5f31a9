#!/bin/bash
# More incidents than anybody could read: a real Alertmanager, the platform's own limits, and every
# group that fires visible in the end.
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
groups=1000
STACK_MORE="alertmanager 'prod' { urls = {'http://127.0.0.1:$ALERTMANAGER_PORT'} }
receiver 'ops' {
  token = {'$token'}
  chat = 'oc_sandbox_group'
  alertmanager = 'prod'
  mention 'severity=critical' { people = {'ou_sandbox_user'} }
}
receiver 'second' {
  token = {'$token'}
  chat = 'oc_sandbox_group'
}"
stack_start


# post NAME JSON: as a script would, which comes again when it is told to.
post() {
    curl -sS -o "$STACK_DIR/answer" -w '%{http_code}' --retry 30 --retry-delay 1 -H "Authorization: Bearer $token" \
        -H 'Content-Type: application/json' -d "$2" "$STACK_URL/alert/$1" 2>>"$STACK_DIR/curl.log"
}

messages() {
    stack_get /sandbox/messages | jq -c '[.messages[] | select(.from_bot)]'
}

# own: cards of one incident each. digests: cards of many.
own() { messages | jq '[.[] | select(.text | test("^\\[(告警中|已恢复)"))] | length'; }
digests() { messages | jq -r '.[] | select(.text | test("^\\[告警风暴")) | .text'; }

# ticks_to TITLE: what is not told at once is told by the next tick.
ticks_to() {
    "$BUILD/feishuctl" --config "$STACK_CONFIG" tick >"$STACK_DIR/tick" 2>&1
    [ "$(digests | head -n 1)" = "$1" ]
}

# alerts FIRST LAST [END]: that many groups at once.
alerts() {
    jq -nc --argjson first "$1" --argjson last "$2" --arg over "${3:-}" '[range($first; $last + 1) |
        {labels: {alertname: "group\(.)", severity: (if . % 4 == 0 then "critical" else "warning" end)},
         annotations: {summary: "something of group \(.)"}} + (if $over == "" then {} else {endsAt: $over} end)]' |
        curl -fsS -H 'Content-Type: application/json' -d @- "http://127.0.0.1:$ALERTMANAGER_PORT/api/v2/alerts"
}

anew() {
    stack_post /sandbox/reset '{}' >"$STACK_DIR/reset"
    store_clear
}

# Scripts, one after another.
for i in {1..10}; do
    status=$(post ops '{"title":"backup '"$i"'","key":"k'"$i"'"}')
    [ "$status" = 200 ] || break
done
is 'ten in a minute: each has its card' '200 10' "$status $(own)"
is 'no digest' '' "$(digests)"
is 'the eleventh: accepted' 200 "$(post ops '{"title":"backup 11","severity":"critical","key":"k11"}')"
is 'no card of its own' 10 "$(own)"
is 'but a line of a digest' '[告警风暴 1] 严重 1' "$(digests | head -n 1)"
ok 'named' grep -q 'backup 11' <<<"$(digests)"
is 'people are mentioned' 1 "$(messages | jq '[.[] | select(.text | test("风暴"))][0] | tostring | test("ou_sandbox_user") | if . then 1 else 0 end')"
is "another receiver's: on the same digest" '200 [告警风暴 2] 严重 1，警告 1' \
    "$(post second '{"title":"backup 12","key":"k12"}') $(digests | head -n 1)"
before=$(messages | jq -c '.[-1]')
is 'the same again: accepted' 200 "$(post second '{"title":"backup 12","key":"k12"}')"
is 'and nothing is different' "$before" "$(messages | jq -c '.[-1]')"
is 'it resolves in the storm: accepted' 200 "$(post second '{"title":"backup 12","key":"k12","status":"resolved"}')"
is 'the line is gone' '[告警风暴 1] 严重 1' "$(digests | head -n 1)"
is 'it fires anew: a line again' '200 [告警风暴 2] 严重 1，警告 1' \
    "$(post second '{"title":"backup 12","key":"k12"}') $(digests | head -n 1)"

# After the storm: the minute is over when nothing remembers it.
store_forget value rate:incidents:oc_sandbox_group:60000
is 'a change after the storm: accepted' 200 "$(post ops '{"title":"backup 11","severity":"critical","key":"k11","status":"resolved"}')"
is 'a card of its own' 11 "$(own)"
ok 'the digest lists it no more' stack_wait 10 ticks_to '[告警风暴 1] 警告 1'
is 'the last one, too' 200 "$(post second '{"title":"backup 12","key":"k12","status":"resolved"}')"
ok 'the digest is over' stack_wait 10 ticks_to '[告警风暴已结束]'

# A digest whose fate is not known is sent again, and is there once.
anew
for i in {1..10}; do post ops '{"title":"n'"$i"'","key":"k'"$i"'"}' >"$STACK_DIR/status"; done
stack_post /sandbox/fault '{"path":"/open-apis/im/v1/messages","drop":"after"}' >"$STACK_DIR/fault"
is 'cut off after the digest was posted: accepted in the end' 200 "$(post ops '{"title":"n11","key":"k11"}')"
is 'one digest' 1 "$(digests | grep -c '^\[告警风暴')"
anew
for i in {1..10}; do post ops '{"title":"n'"$i"'","key":"k'"$i"'"}' >"$STACK_DIR/status"; done
stack_post /sandbox/fault '{"path":"/open-apis/im/v1/messages","code":230099,"http":400}' >"$STACK_DIR/fault"
is 'refused for its content: accepted in the end' 200 "$(post ops '{"title":"n11","severity":"critical","key":"k11"}')"
is 'the digest mentions nobody then' 0 "$(messages | jq '[.[] | select(.text | test("风暴")) | select(tostring | test("ou_sandbox_user"))] | length')"

# A thousand groups within a second, as Alertmanager tells of them.
anew
if ! alertmanager_is_possible; then
    skip 'a real Alertmanager' 'no folder can be laid over another here'
    finish
    exit
fi
alertmanager_start "$STACK_URL/alert/ops" "$token"
all_visible() {
    messages | jq -r '.[].text' | grep -oE '\bgroup[0-9]+\b' | sort -u >"$STACK_DIR/visible"
    [ "$(wc -l <"$STACK_DIR/visible")" -eq $groups ]
}
mark=$(wc -l <"$STACK_LOG")
# Alertmanager tells of no end where nobody has taken the beginning from it.
all_accepted() {
    [ "$(tail -n "+$((mark + 1))" "$STACK_LOG" | grep -c 'path=/alert/ops status=200')" -ge $groups ]
}
ok "$groups groups at once" alerts 1 $groups
ok "$groups groups: every one is visible" stack_wait 120 all_visible
ok 'and has been accepted' stack_wait 60 all_accepted
is 'ten a minute have their own cards' 0 "$(($(own) % 10))"
own=$(own)
ok 'the others are on a few digests' [ "$(digests | grep -c '^\[告警风暴')" -lt 12 ]
is 'each on one' "$((groups - own))" "$(digests | grep -c '^- group')"
is 'and the platform never had to limit us' 0 "$(stack_get /sandbox/requests | jq '[.requests[] | select(.status == 429 or .code == 230020 or .code == 99991400)] | length')"

# What resolves leaves the digests, which end in green.
all_over() {
    "$BUILD/feishuctl" --config "$STACK_CONFIG" tick >"$STACK_DIR/tick" 2>&1
    [ "$(digests | grep '^\[告警风暴' | sort -u)" = '[告警风暴已结束]' ]
}
ok 'all resolve' alerts 1 $groups "$(date -u +%FT%TZ)"
ok 'the digests end' stack_wait 60 all_over
own_green() {
    [ "$(messages | jq '[.[] | select(.text | startswith("[已恢复]"))] | length')" -ge "$own" ]
}
ok 'their own cards are green' stack_wait 60 own_green
finish
