#!/bin/bash
# Alerts handled by word: a real Alertmanager, nginx and fcgiwrap, the sandbox behind them.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/alertmanager.sh
. tests/tools/alertmanager.sh

token=0123456789abcdef
STACK_MORE="alertmanager 'prod' { urls = {'http://127.0.0.1:$ALERTMANAGER_PORT'} }
receiver 'scripts' {
  token = {'$token'}
  chat = 'oc_sandbox_group'
}
receiver 'ops' {
  token = {'$token'}
  chat = 'oc_sandbox_group'
  alertmanager = 'prod'
  operators = {'ou_sandbox_user'}
}"
STACK_SANDBOX_OPTIONS=(--no-limits --time-scale 20)
stack_start
cat >"$STACK_COMMANDS_DIR/silences" <<'END'
#!/bin/sh
echo a command of the folder
END
chmod 755 "$STACK_COMMANDS_DIR/silences"

# ask TEXT [JQ]: somebody says it; sets answer to the reply, when every delivery is over.
ask() {
    local said event count
    said=$(stack_say "$1" ".mention = true | ${2:-.}")
    event=$(jq -r .event_id <<<"$said")
    message=$(jq -r .message_id <<<"$said")
    count=$(stack_get "/sandbox/deliveries?event_id=$event" | jq '.deliveries | length')
    stack_get "/sandbox/wait?what=deliveries&event_id=$event&state=done&count=$count&timeout_ms=30000" >"$STACK_DIR/wait"
    answer=$(stack_get /sandbox/messages | jq -r --arg id "$message" '[.messages[] | select(.reply_to == $id) | .text] | join("\n--\n")')
}


post() {
    curl -sS -o "$STACK_DIR/answer" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d "$2" "$STACK_URL/alert/$1"
}

cards() {
    stack_get /sandbox/messages | jq -c '[.messages[] | select(.from_bot and .type == "interactive")]'
}

# card N: the text of the Nth card; its message_id.
card() { cards | jq -r ".[$1].text"; }
card_id() { cards | jq -r ".[$1].message_id"; }

# What there is.
ask alerts
is 'nothing' '没有未恢复的告警' "$answer"
post scripts '{"title":"backup failed","key":"backup"}'
post ops '{"title":"disk full","severity":"critical","labels":{"instance":"db1"},"key":"disk"}'
post ops '{"title":"queue long","severity":"critical","status":"resolved","key":"queue"}'
ask 告警
ok 'two' starts "$answer" '未恢复的告警（2 组）：'
ok 'the severe one first' contains "$answer" $'\n1. [严重] disk full，自 '
ok 'then the other' contains "$answer" $'\n2. [警告] backup failed，自 '
ask 'Alerts instance=db1'
ok 'by label' contains "$answer" '（1 组）：'
ask '告警 BACKUP'
ok 'by word' contains "$answer" $'1 组）：\n1. [警告] backup failed'
ask '告警 instance=~'
ok 'by a label that nobody has' contains "$answer" 'backup failed'
ask 'alerts =x'
ok 'what cannot be read' starts "$answer" '用法：告警'

# Who may.
ask 告警 '.user = "ou_other"'
ok 'another person: what all may see' contains "$answer" $'（1 组）：\n1. [警告] backup failed'
ask '认领 1' '.tenant_key = "other"'
ok "another organisation's" contains "$answer" '无法确认你是本企业的成员'
ask alerts '.chat = "p2p"'
ok 'in no chat of a receiver: a command like any other' contains "$answer" alerts
ask 帮助
ok 'they are in the help' contains "$answer" '处理本群的告警'
ask 帮助 '.chat = "p2p"'
lacks() { ! contains "$@"; }
ok "but where they are understood only" lacks "$answer" 处理本群的告警

# Acknowledging.
ask 告警
ask '认领 2'
is 'by number' 已认领 "$answer"
ok 'on the card' contains "$(card 0)" '已认领'
ask '认领 2'
ok 'again: somebody did' starts "$answer" '已被 '
ask '认领 3'
ok 'a number that is none' starts "$answer" '最近的列表里没有 3'
ask 认领
ok 'neither number nor card' starts "$answer" '用法：认领'
ask ack ".reply_to = \"$(card_id 1)\""
is 'in reply to a card' 已认领 "$answer"
ok 'on that card' starts "$(card 1)" '[已认领 1] disk full'
ask ack ".reply_to = \"$message\""
ok 'in the thread of that card' starts "$answer" '已被 '
ask ping
ask ack ".reply_to = \"$message\""
is 'in reply to no card' '所回复的消息不是未恢复告警的卡片' "$answer"
ask 告警
ok 'the list says who' contains "$answer" '，已被 '
ask '认领 1' '.age_s = 600'
ok 'long ago: not done, and said so' contains "$answer" '秒后才送达'

ask '静默 2h' ".reply_to = \"$(card_id 1)\""
is 'alerts that no Alertmanager knows are not silenced there' '本群的告警没有配置 Alertmanager，不能静默' "$answer"

if ! alertmanager_is_possible; then
    skip 'a real Alertmanager' 'no folder can be laid over another here'
    finish
    exit
fi
ask 静默列表
is 'no Alertmanager answers' 'Alertmanager 无响应，静默未生效' "$answer"
alertmanager_start "$STACK_URL/alert/ops" "$token"
ask silences
is 'no silences, and no command of the folder' 没有生效中的静默 "$answer"
alertmanager_tool alert add DiskFull instance=n1 severity=critical
fired() { contains "$(cards | jq -r '.[].text')" '[告警中 1] DiskFull'; }
ok 'it fires' stack_wait 10 fired

silences() { alertmanager_tool silence query -o json | jq -c '[.[] | {matchers: [.matchers[] | "\(.name)\(if .isEqual then "=" else "!" end)\(if .isRegex then "~" else "" end)\(.value)"], createdBy, comment}]'; }
ask '静默 DiskFull instance=~"n.*" 30分钟 正在 扩容' '.repeat = 5'
ok 'silenced' starts "$answer" '已静默至 '
ok 'once, though the event came five times' [ "$(grep -c '^已静默至' <<<"$answer")" = 1 ]
is 'one silence, with its matchers' '["alertname=DiskFull","instance=~n.*"]' "$(silences | jq -c '.[].matchers')"
is 'of the person, with the comment' "$(silences | jq -r '.[0].createdBy') 正在 扩容; Feishu message $message, action $(printf %s "$message" | sha256sum | cut -c1-16)" \
    "ou_sandbox_user $(silences | jq -r '.[0].comment')"
id=$(alertmanager_tool silence query -q)
ask 静默列表
ok 'listed' contains "$answer" "$id"$'\n  alertname="DiskFull" instance=~"n.*"，至 '
ok 'the card says so' contains "$(cards | jq -r '.[].text')" '[已静默至 '
ask "撤销静默 $id"
is 'ended' 已撤销静默 "$answer"
is 'it is no more' '[]' "$(silences)"
ask '撤销静默 00000000-0000-0000-0000-000000000000'
ok 'one that there is not' starts "$answer" '没有这条静默'
ask '撤销静默 ../../x'
ok 'what is no id' starts "$answer" '用法：撤销静默'
for text in 静默 '静默 2h' '静默 a=b' '静默 a=b 400d' '静默 =b 2h'; do
    ask "$text"
    ok "not understood: $text" starts "$answer" '用法：静默'
done
ask '静默 instance=n1 2h' '.user = "ou_other"'
ok 'not an operator where there is an Alertmanager' starts "$answer" '本群的告警没有配置 Alertmanager'
is 'nothing was silenced' '[]' "$(silences)"
disk=$(cards | jq -r '.[] | select(.text | test("DiskFull")) | .message_id')
ask '静默 2h' ".reply_to = \"$disk\""
ok 'in reply to a card: its group' starts "$answer" '已静默至 '
is 'with its matchers' '["alertname=DiskFull"]' "$(silences | jq -c '.[].matchers')"
ok 'at once on the card' contains "$(cards | jq -r '.[].text')" '[已静默至 '
ask '静默 2h' ".reply_to = \"$disk\""
ok 'again: somebody did' starts "$answer" '已被 '

# Alertmanager takes it and does not answer in time.
kill -STOP "$alertmanager_pid"
ask '静默 instance=n7 1h'
kill -CONT "$alertmanager_pid"
is 'not confirmed' 'Alertmanager 没有确认，不知道是否生效。请用“静默列表”查看。' "$answer"
two() { [ "$(silences | jq length)" = 2 ]; }
ok 'it was made all the same' stack_wait 10 two
is 'what was done is on record' 'acknowledge,acknowledge,acknowledge,acknowledge,silence,silence,unsilence,unsilence,silence,silence,silence' \
    "$(sed -n 's/^level=audit .* what=\([^ ]*\) .*$/\1/p' "$STACK_LOG" | paste -s -d ,)"
is 'by whom' 'who=ou_sandbox_user' "$(grep -o 'who=[^ ]*' <<<"$(grep '^level=audit' "$STACK_LOG")" | sort -u)"
finish
