#!/bin/bash
# The whole life of an incident: a real Prometheus measures, a real Alertmanager groups and posts; nginx,
# fcgiwrap, the sandbox. It fires, repeats, grows, is silenced by a click, the silence expires, and it
# resolves under another.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/alertmanager.sh
. tests/tools/alertmanager.sh
prometheus=$(tests/tools/daemons.sh prometheus) || exit

token=0123456789abcdef
STACK_MORE="alertmanager 'prod' { urls = {'http://127.0.0.1:$ALERTMANAGER_PORT'} }
receiver 'ops' {
  token = {'$token'}
  chat = 'oc_sandbox_group'
  alertmanager = 'prod'
}"
STACK_SANDBOX_OPTIONS=(--no-limits)
if ! alertmanager_is_possible; then
    skip 'the whole life' 'no folder can be laid over another here'
    finish
    exit
fi
stack_start
cat >"$STACK_DIR/alertmanager.yml" <<END
route: { receiver: feishu, group_by: [alertname], group_wait: 100ms, group_interval: 500ms, repeat_interval: 1s }
receivers:
  - name: feishu
    webhook_configs:
      - url: $STACK_URL/alert/ops
        send_resolved: true
        http_config: { authorization: { credentials: $token } }
END
# shellcheck disable=SC2119
alertmanager_start

# What is measured: a file, served by an nginx of its own.
metrics_port=$(stack_free_port)
mkdir "$STACK_DIR/metrics"
cat >"$STACK_DIR/metrics.conf" <<END
daemon off; pid $STACK_DIR/metrics.pid; error_log stderr;
events { }
http {
  client_body_temp_path $STACK_DIR/body; proxy_temp_path $STACK_DIR/proxy; fastcgi_temp_path $STACK_DIR/fastcgi;
  uwsgi_temp_path $STACK_DIR/uwsgi; scgi_temp_path $STACK_DIR/scgi;
  access_log off; default_type text/plain; server { listen 127.0.0.1:$metrics_port; root $STACK_DIR/metrics; }
}
END
[ "$(id -u)" -ne 0 ] || sed -i '1s/^/user root root; /' "$STACK_DIR/metrics.conf"
# measure INSTANCE=PERCENT…: how full the disks are from now on.
measure() {
    local one
    for one; do
        echo "disk_used{instance=\"${one%=*}\"} ${one#*=}"
    done >"$STACK_DIR/metrics/new"
    mv "$STACK_DIR/metrics/new" "$STACK_DIR/metrics/metrics"
}
cat >"$STACK_DIR/rules.yml" <<END
groups:
  - name: disks
    rules:
      - alert: DiskFull
        expr: disk_used > 90
        labels: { severity: critical }
        annotations: { summary: 'Disk of {{ \$labels.instance }} almost full' }
END
cat >"$STACK_DIR/prometheus.yml" <<END
global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }
rule_files: [rules.yml]
alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:$ALERTMANAGER_PORT'] }] }] }
scrape_configs: [{ job_name: disks, honor_labels: true, static_configs: [{ targets: ['127.0.0.1:$metrics_port'] }] }]
END
measure db1=95
setsid "$stack_nginx" -p "$STACK_DIR/" -c metrics.conf >>"$STACK_DIR/metrics.log" 2>&1 &
metrics_pid=$!
setsid "$prometheus" --config.file="$STACK_DIR/prometheus.yml" --storage.tsdb.path="$STACK_DIR/tsdb" \
    --web.listen-address="127.0.0.1:$(stack_free_port)" --rules.alert.resend-delay=1s >>"$STACK_DIR/prometheus.log" 2>&1 &
prometheus_pid=$!
trap 'stack_end "$prometheus_pid"; stack_end "$metrics_pid"; alertmanager_stop; stack_stop' EXIT

cards() { stack_get /sandbox/messages | jq -c '[.messages[] | select(.from_bot and .type == "interactive")]'; }
# shows N TITLE: whether the Nth card is called so.
shows() { starts "$(cards | jq -r ".[$1].text // \"\"")" "$2"; }
ticks_to() {
    "$BUILD/feishuctl" --config "$STACK_CONFIG" tick >"$STACK_DIR/tick" 2>&1
    shows "$@"
}
press() {
    stack_post /sandbox/press "$(jq -nc --arg id "$(cards | jq -r '.[0].message_id')" --arg text "$1" '{message_id: $id, text: $text, confirm: true}')" |
        jq -r '.toast.content // .error // .withheld'
}
notes() { stack_get /sandbox/messages | jq -r '.messages[] | select(.from_bot and .type == "text") | .text'; }
accepted() { grep -c 'path=/alert/ops status=200' "$STACK_LOG"; }
repeated() { [ "$(accepted)" -ge "$1" ]; }
stack_post /sandbox/verify "{\"url\":\"$STACK_URL/event\",\"field\":\"both\"}" >"$STACK_DIR/verdict"

ok 'it fires: a card' stack_wait 30 shows 0 '[告警中 1] DiskFull'
before=$(cards)
ok 'it repeats' stack_wait 30 repeated "$(($(accepted) + 2))"
is 'and nothing is different' "$before" "$(cards)"
measure db1=95 db2=97
ok 'it grows: the same card' stack_wait 30 shows 0 '[告警中 2] DiskFull'
noted() { notes | grep -q '^新增 1 条：DiskFull'; }
ok 'and a word in its thread' stack_wait 10 noted
ok 'silenced by a click' starts "$(press '静默 1 小时')" '已静默至'
ok 'on the card' shows 0 '[已静默至 '
alertmanager_tool silence update -d 1s "$(alertmanager_tool silence query -q)" >"$STACK_DIR/updated"
ok 'the silence expires: it fires again' stack_wait 30 ticks_to 0 '[告警中 2] DiskFull'
ok 'silenced again' starts "$(press '静默 4 小时')" '已静默至'
"$BUILD/feishuctl" --config "$STACK_CONFIG" tick >"$STACK_DIR/tick" 2>&1
measure db1=10 db2=12
ok 'it resolves under the silence: green' stack_wait 60 ticks_to 0 '[已恢复] DiskFull'
is 'all on one card' 1 "$(cards | jq length)"
alertmanager_tool silence expire "$(alertmanager_tool silence query -q)"
measure db1=99 db2=12
ok 'it fires anew: a new card' stack_wait 30 shows 1 '[告警中 1] DiskFull'
is 'the old one stays green' '[已恢复] DiskFull' "$(cards | jq -r '.[0].text' | head -n 1)"
finish
