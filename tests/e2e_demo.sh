#!/bin/bash
# make demo, as somebody sees it who has just got the sources; and that it leaves nothing behind.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

folder=$(mktemp -d "${TMPDIR:-/tmp}/demo.XXXXXX") || exit
demo=
trap '[ -z "$demo" ] || kill "$demo"; wait; rm -rf "$folder"' EXIT
mkdir "$folder/tmp"
export TMPDIR=$folder/tmp

said() {
    grep -qE -- "$1" "$folder/out"
}

# The demo's processes have its folder among their arguments.
nothing_left() {
    ! grep -lsaF "$TMPDIR/" /proc/[0-9]*/cmdline && [ -z "$(ls -A "$TMPDIR")" ]
}

# keep SIGNAL: the demo that stays up, ended by the signal. Its status is in $status.
keep() {
    mkfifo "$folder/$1"
    KEEP=1 tests/demo.sh >"$folder/$1" 2>"$folder/errors" &
    demo=$!
    exec 3<"$folder/$1"
    : >"$folder/out"
    while read -r -t 60 line <&3 && echo "$line" >>"$folder/out"; do
        [[ $line != */alert/demo && $line != 'No alert is shown'* ]] || break
    done
    eval "$(sed -n "s/@bot help/@bot ping/; /^curl -H/p" "$folder/out")" >"$folder/answer" 2>"$folder/errors"
    "${2-true}"
    kill "-$1" $demo
    cat <&3 >>"$folder/out"
    exec 3<&-
    wait $demo
    status=$?
    demo=
}

reads_the_chat() {
    local end=$((SECONDS + 20))
    until eval "$(grep '^curl -s' "$folder/out")" >"$folder/chat" && [ "$(grep -c pong "$folder/chat")" = 2 ]; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

shows_an_alert() {
    grep -q 'No alert is shown' "$folder/out" || grep -q 'DiskFull' "$folder/chat"
}

read_the_chat() {
    ok 'kept: the chat can be read with the line shown' reads_the_chat
    ok 'kept: an alert is in it, where there is an Alertmanager' shows_an_alert
}

tests/demo.sh >"$folder/out" 2>"$folder/errors"
is 'the demo succeeds' 0 $?
is 'no errors' '' "$(<"$folder/errors")"
ok 'the wizard goes through its steps' said '^  8/8  Summary$'
ok 'the wizard finds nothing wrong' [ "$(grep -cE '^  [0-9]+ pass, .* 0 fail' "$folder/out")" = 2 ]
ok 'smoke: the reply is there' said '^  pass Reply in the chat: .* as a reply to the message'
ok 'smoke: one reply' said '^  pass The same event again: '
ok 'smoke: nothing is left in the chat' said '^  pass Messages recalled: 2'
ok 'the address is checked' said 'url_verification.*[0-9]+ ms'
ok 'a question' said '^  Sandbox User +@.* ping$'
ok 'its answer' said '^  Sandbox Bot +pong'
ok 'the time it took' said '[0-9]+ ms until the reply .* answered with 200 after [0-9]+ ms'
ok 'a command from the folder' said '^  Sandbox Bot +up [0-9]+ h'
ok 'nothing is left' nothing_left

keep TERM read_the_chat
is 'kept: the line to write to the bot works' 'true' "$(jq -n 'input | has("message_id")' "$folder/answer")"
is 'kept: ends well' 0 $status
ok 'kept: says so' said 'nothing is left'
ok 'kept: nothing is left' nothing_left
# A shell that was started with the signal ignored, as by nohup, cannot get it back.
if (((0x$(sed -n 's/^SigIgn:\s*//p' /proc/$$/status) & 1) == 0)); then
    keep HUP
    is 'kept, terminal closed' 129 $status
    ok 'kept, terminal closed: nothing is left' nothing_left
else
    skip 'kept, terminal closed' 'SIGHUP is ignored here'
fi
finish
