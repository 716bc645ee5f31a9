#!/bin/bash
# What Alertmanager tells nobody of, found once a minute: a real Alertmanager before a real nginx and
# fcgiwrap, the sandbox behind them, and feishuctl tick.
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

if ! alertmanager_is_possible; then
    skip 'a real Alertmanager' 'no folder can be laid over another here'
    finish
    exit
fi
token=0123456789abcdef
STACK_MORE="alertmanager 'prod' { urls = {'http://127.0.0.1:1', 'http://127.0.0.1:$ALERTMANAGER_PORT'} }
receiver 'ops' {
  token = {'$token'}
  chat = 'oc_sandbox_group'
  alertmanager = 'prod'
  mention 'severity=critical' { people = {'ou_sandbox_user'} }
  operators = {'ou_sandbox_user'}
}"
STACK_SANDBOX_OPTIONS=(--no-limits)
stack_start
alertmanager_start "$STACK_URL/alert/ops" "$token"

tick() {
    "$BUILD/feishuctl" --config "$STACK_CONFIG" tick >"$STACK_DIR/tick.out" 2>&1
}

since=$(date -u +%Y-%m-%dT%H:%M:%SZ)
fails() { ! "$@"; }

# fire NAME INSTANCE [OPTION…], end NAME INSTANCE: as Prometheus does.
fire() {
    alertmanager_tool alert add "$1" "instance=$2" severity=critical --annotation='summary=Disk almost full' \
        --start="$since" "${@:3}"
}
end() {
    fire "$1" "$2" --end="$(date -u +%Y-%m-%dT%H:%M:%SZ)"
}
silence() {
    alertmanager_tool silence add "$@" --author=alice --comment=works
}

messages() {
    stack_get /sandbox/messages | jq -c '[.messages[] | select(.from_bot)]'
}
# The title of the card about the alert, and the whole card.
card() {
    messages | jq -r --arg name "$1" '[.[] | select(.type == "interactive" and (.text | contains($name)))][0].text' | head -n 1
}
card_is() { [ "$(card "$1")" = "$2" ]; }
colour() {
    messages | jq -r --arg name "$1" '[.[] | select(.type == "interactive" and (.text | contains($name)))][0].content | fromjson.header.template'
}
says() { messages | jq -r '.[] | select(.type == "interactive").content' | grep -qF -- "$1"; }
patches() {
    stack_get /sandbox/requests | jq '[.requests[] | select(.method == "PATCH")] | length'
}
cards() { messages | jq '[.[] | select(.type == "interactive")] | length'; }
listed() {
    [ "$(alertmanager_tool alert query --silenced --inhibited --active -o json | jq length)" = "$1" ]
}

fire DiskFull n1
ok 'it fires: a card' stack_wait 10 card_is DiskFull '[告警中 1] DiskFull'
ok 'nothing to do' tick
is 'nothing to do: no PATCH' 0 "$(patches)"

# Silenced elsewhere.
id=$(silence alertname=DiskFull -d 1h)
ok 'silenced by amtool' tick
ok 'silenced: on the card' starts "$(card DiskFull)" '[已静默至 '
is 'silenced: grey' grey "$(colour DiskFull)"
ok 'silenced: by whom' says alice
is 'silenced: one PATCH' 1 "$(patches)"
tick
is 'and none when nothing has changed' 1 "$(patches)"
alertmanager_tool silence expire "$id"
ok 'the silence is ended' tick
ok 'it fires again' card_is DiskFull '[告警中 1] DiskFull'
is 'it fires again: red' red "$(colour DiskFull)"
is 'one card all the while: nobody is mentioned twice' 1 "$(cards)"
silence alertname=DiskFull -d 2s >"$STACK_DIR/id"
tick
ok 'silenced for 2 s' starts "$(card DiskFull)" '[已静默至 '
expired() { [ "$(alertmanager_tool silence query -o json | jq length)" = 0 ]; }
stack_wait 10 expired
tick
ok 'and over' card_is DiskFull '[告警中 1] DiskFull'

# Several at once.
before=$(patches)
silence alertname=DiskFull -d 1h >"$STACK_DIR/id"
pids=()
for ((i = 0; i < 6; i++)); do
    "$BUILD/feishuctl" --config "$STACK_CONFIG" tick >/dev/null 2>&1 &
    pids+=($!)
done
wait "${pids[@]}"
is 'six ticks at once: one PATCH' $((before + 1)) "$(patches)"

# The platform is not to be hurried.
stack_post /sandbox/fault '{"path":"/open-apis/im/v1/messages","code":99991400,"http":429,"reset_s":1}' >"$STACK_DIR/fault"
alertmanager_tool silence expire "$(<"$STACK_DIR/id")"
ok 'the platform says later: told so' fails tick
ok 'later: the card is as it was' starts "$(card DiskFull)" '[已静默至 '
ok 'the next one does it' tick
ok 'the next one: the card' card_is DiskFull '[告警中 1] DiskFull'

# Nobody there.
silence alertname=DiskFull -d 1h >"$STACK_DIR/id"
tick
before=$(patches)
alertmanager_stop
ok 'Alertmanager is gone: told so' fails tick
is 'gone: nothing changes' "$before" "$(patches)"
ok 'gone: the card is as it was' starts "$(card DiskFull)" '[已静默至 '
alertmanager_start
ok 'it is back, and has forgotten all alerts' listed 0
ok 'back: it is asked' tick
is 'back: nothing changes' "$before" "$(patches)"
fire DiskFull n1
stack_wait 10 listed 1
ok 'it is told of them again' tick
is 'told again: nothing changes' "$before" "$(patches)"

# The end under a silence.
end DiskFull n1
stack_wait 10 listed 0
ok 'it ends under a silence' tick
ok 'it ends: the card' card_is DiskFull '[已恢复] DiskFull'
is 'it ends: green' green "$(colour DiskFull)"
is 'it ends: a word in its thread' 1 "$(messages | jq '[.[] | select(.text | startswith("已恢复：DiskFull"))] | length')"
before=$(patches)
tick
is 'and nothing more' "$before" "$(patches)"
alertmanager_tool silence expire "$(<"$STACK_DIR/id")"

# A group of which one is silenced, then all, then one ends.
fire Two n1
fire Two n2
ok 'two fire' stack_wait 10 card_is Two '[告警中 2] Two'
tick
silence alertname=Two instance=n1 -d 1h >"$STACK_DIR/id"
tick
ok 'one of two is silenced: it fires' card_is Two '[告警中 2] Two'
silence alertname=Two instance=n2 -d 2h >"$STACK_DIR/id2"
tick
ok 'both are' starts "$(card Two)" '[已静默至 '
end Two n2
stack_wait 10 listed 1
tick
ok 'one ended' says '~~'
ok 'the other is still silenced' starts "$(card Two)" '[已静默至 '

# The program does it after an answer, once a minute: it did, so its claim is removed first. A worker
# that stays leaves it to a process every few seconds.
nudged() {
    curl -fsS -o "$STACK_DIR/healthz" "$STACK_URL/healthz"
    "$@"
}
alertmanager_tool silence expire "$(<"$STACK_DIR/id")"
store_forget claim tick
ok 'it is done after an answer' stack_wait 20 nudged card_is Two '[告警中 1] Two'
before=$(patches)
silence alertname=Two -d 1h >"$STACK_DIR/id"
nudged sleep 1
is 'but once a minute' "$before" "$(patches)"
finish
