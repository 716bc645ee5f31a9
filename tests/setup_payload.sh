#!/bin/bash
# feishuctl preview and feishuctl alert: the card for a stored payload, shown and posted.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh

STACK_MORE="alertmanager 'prod' { urls = {'http://127.0.0.1:1'} }
receiver 'ops' {
  token = {'0123456789abcdef'}
  chat = 'oc_sandbox_group'
  alertmanager = 'prod'
  mention 'severity=critical' { people = {'ou_sandbox_user'} }
}
receiver 'made' {
  token = {'0123456789abcdef'}
  chat = 'oc_sandbox_group'
  transform = '/nowhere/at/all'
}"
STACK_SANDBOX_OPTIONS=(--no-limits)
stack_start
payload=tests/data/alert/alertmanager.json
chmod 755 "$STACK_DIR"

# control COMMAND…: sets out, err, status.
control() {
    out=$("$BUILD/feishuctl" --config "$STACK_CONFIG" "$@" 2>"$STACK_DIR/err" </dev/null)
    status=$?
    err=$(<"$STACK_DIR/err")
}
cards() { stack_get /sandbox/messages | jq '[.messages[] | select(.from_bot and .type == "interactive")] | length'; }

control --language en preview "$payload"
is 'a preview' '0 2.0 [FIRING 2] DiskFull · prod' "$status $(jq -r '.schema + " " + .header.title.content' <<<"$out")"
ok 'a preview: judged' contains "$err" 'within the rules: about '
first=$out
control --language en preview "$payload"
is 'the same payload: the same card' "$first" "$out"
ok 'a preview without a configuration' "$BUILD/feishuctl" --config /nonexistent preview "$payload" >/dev/null 2>&1
control preview "$payload" --receiver ops
ok "the receiver's mentions" contains "$out" '<at id=ou_sandbox_user>'
ok "the receiver's language" contains "$out" '告警中 2'
is 'nothing is sent' 0 "$(cards)"
control preview "$payload" --receiver nobody
is 'no such receiver' 2 "$status"
control preview
is 'no file' 2 "$status"
control preview /nonexistent
is 'a file that is not there' 1 "$status"
echo '{"a":1}' >"$STACK_DIR/odd"
control preview "$STACK_DIR/odd"
is 'a payload of no known shape' 1 "$status"
control preview "$payload" --receiver made
is 'a transform that is not there' 1 "$status"
out=$(TERM=xterm script -qec "$BUILD/feishuctl --language en preview $payload" /dev/null)
ok 'to a terminal: text' contains "$out" 'Disk almost full'
ok 'to a terminal: its buttons' contains "$out" '[Silence 4 h]'
ok 'to a terminal: characters, not entities' contains "$out" 'n1:9100'
printf '{"title":"a \\u001b[31m red","text":"x \\u0007 y <at id=all></at>"}' >"$STACK_DIR/hostile"
out=$(TERM=xterm script -qec "$BUILD/feishuctl --language en preview $STACK_DIR/hostile" /dev/null)
ok 'to a terminal: nothing that steers it' sh -c '! printf %s "$1" | tr -d "\r\n" | LC_ALL=C grep -q "[[:cntrl:]]"' sh "$out"

control alert --receiver ops "$payload"
is 'posted' 0 "$status"
is 'posted: its id' "$(stack_get /sandbox/messages | jq -r '[.messages[] | select(.from_bot)][0].message_id')" "$out"
control alert --receiver ops "$payload"
is 'again: the same card' "0 1" "$status $(cards)"
echo 'disk full' | "$BUILD/feishuctl" --config "$STACK_CONFIG" alert --receiver ops >"$STACK_DIR/out"
is 'from standard input' 2 "$(cards)"
control alert "$payload"
is 'no receiver named' 2 "$status"
control alert --receiver nobody "$payload"
is 'no receiver of this name' 2 "$status"
stack_sandbox_stop
control alert --receiver ops "$STACK_DIR/hostile"
is 'no platform' 1 "$status"
ok 'no platform: said so' contains "$err" 'not posted: '
finish
