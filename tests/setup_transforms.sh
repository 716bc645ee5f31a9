#!/bin/bash
# The transforms that are installed: what each monitoring system sends becomes one card, which turns
# green. What is made of a payload is in tests/data/alert, and has golden cards.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh

token=0123456789abcdef
stack_open
names='n9e zabbix tencent aliyun'
for name in $names; do
    STACK_MORE+="receiver '$name' {
  token = {'$token'}
  chat = 'oc_sandbox_group'
  transform = '$STACK_DIR/transforms.d/$name'
  mention 'severity=critical' { people = {'ou_sandbox_user'} }
}
"
done
STACK_SANDBOX_OPTIONS=(--no-limits)
mkdir -m 755 "$STACK_DIR/transforms.d"
cp setup/transforms.d/* "$STACK_DIR/transforms.d"
chmod 755 "$STACK_DIR" "$STACK_DIR"/transforms.d/*
stack_start

# post NAME STATE: what the system sends; prints the status.
post() {
    curl -s --retry 30 --retry-delay 1 -o "$STACK_DIR/answer" -w '%{http_code}' -H "Authorization: Bearer $token" -H "Content-Type: ${3:-application/json}" \
        --data-binary @"tests/data/transforms/$1-$2" "$STACK_URL/alert/$1"
}

cards() { stack_get /sandbox/messages | jq -c '[.messages[] | select(.from_bot and .type == "interactive")]'; }
# Without the entities that keep text from acting.
shows() { [[ $(cards | jq -r '.[-1].content | gsub("&#(?<code>[0-9]+);"; [.code | tonumber] | implode)') == *"$1"* ]]; }

declare -A titles=([n9e]='机器磁盘使用率超过 90%' [zabbix]='High CPU utilization (over 90% for 5m) · web-01'
    [tencent]='生产环境 CVM · CPU 利用率' [aliyun]='ECS CPU 使用率 · web-01')
declare -A colours=([n9e]=red [zabbix]=red [tencent]=orange [aliyun]=red)
declare -A types=([aliyun]=application/x-www-form-urlencoded)
declare -A parts=([n9e]='value: 93.2|请清理 /data|db-01|基础架构|https://wiki.example.com/disk'
    [zabbix]='Current utilization: 97.1 %|performance|10.0.0.11|https://zabbix.example.com/tr_events.php'
    [tencent]='100% (|ins-o9p3rg3m|qce/cvm' [aliyun]='= 95.5|i-bp1abc|cn-hangzhou')
count=0
for name in $names; do
    is "$name: what is made of it" "$(jq -S . "tests/data/alert/$name.json")" \
        "$("setup/transforms.d/$name" <"tests/data/transforms/$name-firing" | jq -S .)"
    "$BUILD/feishuctl" --config "$STACK_CONFIG" preview "tests/data/transforms/$name-firing" --receiver "$name" >"$STACK_DIR/card" 2>"$STACK_DIR/err"
    is "$name: a card within the rules" 0 "$?"
    is "$name: accepted" 200 "$(post "$name" firing "${types[$name]:-}")"
    count=$((count + 1))
    is "$name: a card" "$count" "$(cards | jq length)"
    is "$name: its title" "[告警中 1] ${titles[$name]}" "$(cards | jq -r '.[-1].text' | head -n 1)"
    is "$name: its colour" "${colours[$name]}" "$(cards | jq -r '.[-1].content | fromjson | .header.template')"
    IFS='|' read -ra expected <<<"${parts[$name]}"
    for part in "${expected[@]}"; do
        ok "$name: $part" shows "$part"
    done
    is "$name: it is over" 200 "$(post "$name" resolved "${types[$name]:-}")"
    is "$name: the same card, green" "$count green [已恢复] ${titles[$name]}" \
        "$(cards | jq length) $(cards | jq -r '.[-1] | (.content | fromjson | .header.template) + " " + (.text | split("\n")[0])')"
    for body in '' '{' '[]' '{}' 'x=y' '{"alertName":{}}' '"text"'; do
        status=$(curl -s -o "$STACK_DIR/answer" -w '%{http_code}' -H "Authorization: Bearer $token" -d "$body" "$STACK_URL/alert/$name")
        is "$name: not its own: $body" 400 "$status"
    done
done
is 'nothing came of what was not theirs' "$count" "$(cards | jq length)"

# What the vendors' pages show besides.
aliyun() { setup/transforms.d/aliyun <<<"$1"; }
is 'aliyun: JSON, dimensions as JSON' '{"instanceId":"i-1"}' \
    "$(aliyun '{"alertName":"a","alertState":"ALERT","dimensions":"[{\"userId\":\"1\",\"instanceId\":\"i-1\"}]"}' | jq -c .labels)"
is 'aliyun: bytes that are no UTF-8' 'a?b' "$(aliyun 'alertName=a%ffb' | jq -r .title)"
is 'n9e: several events' 'disk (2) firing critical' \
    "$(setup/transforms.d/n9e <<<'{"events":[{"rule_name":"disk","severity":3,"is_recovered":true},{"rule_name":"disk","severity":1}]}' | jq -r '.title + " " + .status + " " + .severity')"
is 'tencent: an event' '生产 · 主机重启' \
    "$(setup/transforms.d/tencent <<<'{"alarmStatus":1,"alarmType":"event","alarmPolicyInfo":{"policyName":"生产","conditions":{"eventName":"reboot","eventShowName":"主机重启"}}}' | jq -r .title)"
is 'zabbix: what it could not resolve is left out' '{"title":"x","text":"","severity":"warning","status":"firing","labels":{},"url":"","key":"zabbix:"}' \
    "$(setup/transforms.d/zabbix <<<'{"event_name":"x","host":"{HOST.NAME}","opdata":"*UNKNOWN*"}' | jq -c .)"
finish
