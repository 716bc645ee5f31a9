#!/bin/bash
# Runs the programs of tests/check_*.c, the CGI and the sandbox under valgrind: no error, and no leak at
# the end. fcgiwrap starts the CGI and the sandbox talks to it, as in life, but slower.
#
# Runners are not among them: valgrind cannot follow a program that executes itself by /proc/self/exe.
# The leak detection of make asan sees those.
set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
kinds=definite,indirect,possible
valgrind=(valgrind --quiet --leak-check=full --show-leak-kinds="$kinds" --errors-for-leak-kinds="$kinds"
    --suppressions="$PWD/tests/tools/valgrind.supp" --error-exitcode=99)

# Without forks, or the memory of the test's own runner would count as lost in each child.
check_program() {
    local log=$STACK_DIR/valgrind/$1
    CK_FORK=no "${valgrind[@]}" --log-file="$log" "$BUILD/tests/$1" >"$STACK_DIR/$1.output" 2>&1
    [ $? -ne 99 ] || ! cat "$log"
}

# wrap PROGRAM: a program that runs it under valgrind, each process with a log of its own.
wrap() {
    printf '#!/bin/sh\nexec %s--log-file=%q "%s" "$@"\n' "$(printf '%q ' "${valgrind[@]}")" \
        "$STACK_DIR/valgrind/${1##*/}.%p" "$stack_build/$1" >"$STACK_DIR/bin/$1"
    chmod +x "$STACK_DIR/bin/$1"
}

# delivered REQUEST [PATH]: has the sandbox deliver it, and waits until the CGI has answered.
delivered() {
    local event
    event=$(stack_post "${2-/sandbox/say}" "$1" | jq -r .event_id)
    stack_get "/sandbox/wait?what=deliveries&event_id=$event&timeout_ms=60000" >"$STACK_DIR/wait"
}

# clean NAME: none of the processes of that program has left a complaint.
clean() {
    compgen -G "$STACK_DIR/valgrind/$1.*" >"$STACK_DIR/logs" &&
        ! xargs cat <"$STACK_DIR/logs" | grep .
}

posted() {
    curl -s -m 20 -o "$STACK_DIR/answer" "$@"
}

stack_open
mkdir "$STACK_DIR/bin" "$STACK_DIR/valgrind" "$STACK_DIR/checks"
# Ten thousand payloads would take it a quarter of an hour; make asan looks at each of them.
mapfile -t programs < <(basename -s .c tests/check_*.c | grep -v '^check_alert_mutated$')
side_by_side "$STACK_DIR/checks" check_program "${programs[@]}"
for name in "${programs[@]}"; do
    is "$name" '' "$(<"$STACK_DIR/checks/$name")"
done

wrap feishu.cgi
wrap feishu-sandbox
STACK_CGI=$STACK_DIR/bin/feishu.cgi
STACK_PLATFORM=$STACK_DIR/bin/feishu-sandbox
# Valgrind takes its time: what is not answered soon enough is delivered again.
STACK_SANDBOX_OPTIONS=(--time-scale 3)
stack_start
ok 'the challenge' posted -f -H 'Content-Type: application/json' -d '{}' "$STACK_SANDBOX/sandbox/verify"
ok 'ping' delivered '{"text":"@bot ping"}'
ok 'ping, old schema' delivered '{"text":"@bot ping","schema":"1.0"}'
ok 'help, in private' delivered '{"text":"help","chat":"p2p"}'
ok 'not for the bot' delivered '{"text":"hello","chat":"group"}'
ok 'no text' delivered '{"message_type":"image","content":"{}","chat":"p2p"}'
ok 'an unknown event' delivered '{"type":"im.chat.disbanded_v1","event":{"chat_id":"oc_1"}}' /sandbox/event
ok 'not signed' posted -d '{"encrypt":"AAAA"}' "$STACK_URL/event"
ok 'no such path' posted "$STACK_URL/nothing"
ok 'too long' posted --data-binary @<(head -c 1060000 /dev/zero) "$STACK_URL/event"
stack_host_stop
stack_sandbox_stop
ok 'feishu.cgi' clean feishu.cgi
ok 'feishu-sandbox' clean feishu-sandbox
finish
