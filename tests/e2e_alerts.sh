#!/bin/bash
# Alerts in, cards out, and what is pressed on them: a real Alertmanager before a real nginx and
# fcgiwrap, the sandbox behind them.
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
STACK_MORE="alertmanager 'prod' { urls = {'http://127.0.0.1:1', 'http://127.0.0.1:$ALERTMANAGER_PORT'} }
receiver 'ops' {
  token = {'$token', 'fedcba9876543210'}
  chat = 'oc_sandbox_group'
  alertmanager = 'prod'
  mention 'severity=critical' { people = {'ou_sandbox_user'} }
  operators = {'ou_sandbox_user'}
}"
STACK_SANDBOX_OPTIONS=(--no-limits)
stack_start
alerts=$STACK_URL/alert/ops

# post NAME [CURL OPTION…]: posts to the receiver; sets status.
post() {
    local name=$1
    shift
    status=$(curl -s -o "$STACK_DIR/answer" -w '%{http_code}' -H "Authorization: Bearer $token" "$@" "$STACK_URL/alert/$name")
}

# The bot's messages in the group as a JSON array.
messages() {
    stack_get /sandbox/messages | jq -c '[.messages[] | select(.from_bot)]'
}

count() {
    messages | jq "$1 | length"
}

anew() {
    stack_post /sandbox/reset '{}' >"$STACK_DIR/reset"
    store_clear
}


# Who may, and what.
post ops -d 'backup of db1 failed'
is 'a text' 200 "$status"
is 'a text: its card' '[告警中 1] backup of db1 failed' "$(messages | jq -r '.[0].text' | head -n 1)"
post ops -d 'backup of db1 failed'
is 'the same again: no second card' 1 "$(count .)"
wrong=$(curl -s -i -d x -H 'Authorization: Bearer 0123456789abcdeF' "$alerts" | grep -v '^Date')
nobody=$(curl -s -i -d x -H "Authorization: Bearer $token" "$STACK_URL/alert/nobody" | grep -v '^Date')
is 'a wrong token and an unknown name: the same bytes' "$wrong" "$nobody"
ok 'a wrong token' grep -q ' 401 ' <<<"$wrong"
curl -s -o "$STACK_DIR/answer" -u "feishu:fedcba9876543210" -d 'by password' "$alerts"
is "Basic's password, the second token" 2 "$(count .)"
for body in '{"a":1}' '{' '[]' ''; do
    post ops -H 'Content-Type: application/json' -d "$body"
    is "refused: \"$body\"" 400 "$status"
done
post ops -X GET
is 'another method' 405 "$status"
post ops/x -d x
is 'a longer path' 404 "$status"
head -c 4194305 /dev/zero | tr '\0' x >"$STACK_DIR/large"
sed -i 's/client_max_body_size .*/client_max_body_size 5m;/' "$STACK_DIR/nginx/server.conf"
stack_nginx_stop
stack_nginx_start
post ops --data-binary "@$STACK_DIR/large"
is 'over 4 MiB' 413 "$status"

# What Feishu says.
anew
stack_post /sandbox/fault '{"path":"/open-apis/im/v1/messages","code":230002,"http":400}' >"$STACK_DIR/fault"
post ops -d 'not in the chat'
is 'refused by the platform: 503' 503 "$status"
ok 'refused: in the log' stack_wait 5 grep -q 'code 230002' "$STACK_LOG"
post ops -d 'not in the chat'
is 'and the next time it is there' "200 1" "$status $(count .)"
anew
post ops -d 'so that the token is known'
stack_post /sandbox/reset '{}' >"$STACK_DIR/reset"
stack_post /sandbox/fault '{"path":"/open-apis/im/v1/messages","drop":"after"}' >"$STACK_DIR/fault"
post ops -d 'cut off'
is 'cut off after it was posted: 503' 503 "$status"
post ops -d 'cut off'
is 'cut off: one card all the same' '200 1' "$status $(count .)"
anew
stack_post /sandbox/fault '{"path":"/open-apis/im/v1/messages","code":230099,"http":400}' >"$STACK_DIR/fault"
post ops -H 'Content-Type: application/json' -d '{"title":"who is ou_x","severity":"critical"}'
is 'refused for its content: a plainer one is there' '200 1' "$status $(count .)"
anew
stack_post /sandbox/fault '{"path":"/open-apis/im/v1/messages","code":99991400,"http":429,"reset_s":3}' >"$STACK_DIR/fault"
post ops -d 'too fast'
is 'a limit of the platform: 503' 503 "$status"

# The real thing, from a group's first alert to its last.
anew
if ! alertmanager_is_possible; then
    skip 'a real Alertmanager' 'no folder can be laid over another here'
    finish
    exit
fi
alertmanager_start "$alerts" "$token"

# fire INSTANCE SEVERITY [OPTION…]
fire() {
    alertmanager_tool alert add DiskFull "instance=$1" "severity=$2" --annotation='summary=Disk almost full' "${@:3}"
}

card() {
    messages | jq -r '[.[] | select(.type == "interactive")][0].text' | head -n 1
}

card_is() {
    [ "$(card)" = "$1" ]
}

fire n1 critical
ok 'it fires: a card' stack_wait 10 card_is '[告警中 1] DiskFull'
fire n2 warning
ok 'it grows: the same card' stack_wait 10 card_is '[告警中 2] DiskFull'
is 'it grows: one card' 1 "$(count '[.[] | select(.type == "interactive")]')"
noted() { [ "$(count '[.[] | select(.text | startswith("新增 1 条"))]')" = 1 ]; }
ok 'it grows: a word in its thread' stack_wait 10 noted
id=$(messages | jq -r '.[0].message_id')

# press TEXT [JQ]: somebody presses the button; prints the toast.
press() {
    stack_post /sandbox/press "$(jq -nc --arg id "$id" --arg text "$1" "{message_id: \$id, text: \$text, confirm: true} ${2:-}")" |
        jq -r '.toast.content // .error // .withheld'
}

stack_post /sandbox/verify "{\"url\":\"$STACK_URL/event\",\"field\":\"both\"}" >"$STACK_DIR/verdict"
is 'a stranger may not' '你没有权限操作' "$(press 认领 '| .user = "ou_other"')"
is 'acknowledge' '已认领' "$(press 认领)"
ok 'acknowledged: on the card' card_is '[已认领 2] DiskFull'
ok 'silence' starts "$(press '静默 1 小时')" 已静默至
is 'the silence is there' 'alertname="DiskFull"' \
    "$(alertmanager_tool silence query -o json | jq -r '.[0].matchers[] | "\(.name)=\"\(.value)\""')"
ok 'silenced: on the card' starts "$(card)" '[已静默至 '
is 'the silence names card and person' true "$(alertmanager_tool silence query -o json |
    jq --arg id "$id" '.[0] | (.comment | contains($id)) and .createdBy == "ou_sandbox_user"')"
is 'end the silence' '已撤销静默' "$(press 撤销静默)"
is 'there is none' 0 "$(alertmanager_tool silence query -o json | jq length)"
kill -STOP "$alertmanager_pid"
toast=$(press '静默 4 小时')
kill -CONT "$alertmanager_pid"
is 'Alertmanager hangs: not confirmed' '尚未确认是否生效，请稍后再点一次' "$toast"
silenced() { [ "$(alertmanager_tool silence query -o json | jq length)" = 1 ]; }
ok 'it was made all the same' stack_wait 10 silenced
ok 'pressed again it is found' starts "$(press '静默 4 小时')" 已静默至
is 'one silence, not two' 1 "$(alertmanager_tool silence query -o json | jq length)"
press 撤销静默 >"$STACK_DIR/toast"
for instance in n1:critical n2:warning; do
    fire "${instance%:*}" "${instance#*:}" --end="$(date -u +%Y-%m-%dT%H:%M:%SZ)"
done
ok 'it is over: green' stack_wait 15 card_is '[已恢复] DiskFull'
over() { [ "$(count '[.[] | select(.text | startswith("已恢复：DiskFull"))]')" = 1 ]; }
ok 'it is over: a word in its thread' stack_wait 10 over
is 'what was pressed is on record' 'acknowledge done,silence-1h done,unsilence done,silence-4h "not confirmed",silence-4h done,unsilence done' \
    "$(sed -n 's/^level=audit .* what=\([^ ]*\) .* result=\(.*\)$/\1 \2/p' "$STACK_LOG" | paste -s -d ,)"
finish
