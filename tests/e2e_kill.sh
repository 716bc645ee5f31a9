#!/bin/bash
# kill -9 at every system call that matters, then the redelivery: one reply, at most one run, and
# people are told. The kill is strace's fault injection, so it strikes at exactly the n-th call.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/store.sh
. tests/tools/store.sh
# shellcheck source=tests/tools/event.sh
. tests/tools/event.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

if ! strace -o /dev/null true 2>/dev/null; then
    skip 'kill -9 everywhere' 'strace may not trace here'
    finish
    exit
fi

# The shortest lease there is, since the killed leave theirs behind.
STACK_SANDBOX_OPTIONS=(--no-limits)
STACK_COMMANDS="people = {'ou_sandbox_user'}"
stack_open
STACK_STORE='lease = 3'
stack_start
# strace counts the calls of each name for themselves.
calls='openat renameat rename unlinkat mkdirat fsync fdatasync flock write sendto sendmsg connect clone clone3 vfork dup2'
runs=$STACK_DIR/runs
: >"$runs"
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "$FEISHU_MESSAGE_ID" >>%s\necho ran\n' "$runs" >"$STACK_COMMANDS_DIR/mark"
chmod 755 "$STACK_COMMANDS_DIR/mark"

# kill_at CALL N FILE: whether the program was killed at its n-th such call.
kill_at() {
    cgi "$3" strace -qq -o "$STACK_DIR/trace" -e trace="$1" -e inject="$1:signal=KILL:when=$2" >"$STACK_DIR/status"
    grep -q '+++ killed by SIGKILL' "$STACK_DIR/trace"
}

# kill_everywhere NAME TEXT: a message for each call at which to be killed; sets messages and count.
kill_everywhere() {
    messages=()
    count=0
    local id call number
    for call in $calls; do
        for ((number = 1; number < 100; number++)); do
            count=$((count + 1))
            id=$(new_message "$1 $count")
            request "$STACK_DIR/$1.$count" "$id" "$2"
            messages+=("$id")
            kill_at "$call" $number "$STACK_DIR/$1.$count" || break
        done
    done
    echo "killed at each of $count calls: $1"
    ok "$1: killed at every call" test $count -gt 50
}

# all_over: whether every command's runner is gone.
all_over() {
    ! pgrep -f '^feishu-runner' >"$STACK_DIR/runners"
}

# redeliver NAME: each message comes again until it is answered with 200; on Redis that of a command
# once the sign of life of who was killed is over.
redeliver() {
    local i
    for ((i = 1; i <= count; i++)); do
        stack_wait 20 answered "$STACK_DIR/$1.$i" || printf 'not answered: %s %d\n' "$1" "$i"
    done
}

answered() {
    [ "$(cgi "$1")" = 200 ]
}

# reply_counts MESSAGE…: how many replies each message has, sorted, each once.
reply_counts() {
    stack_get /sandbox/messages | jq -r '.messages as $all | $ARGS.positional[] as $id |
        [$all[] | select(.reply_to == $id)] | length' --args "$@" | sort | uniq -c | tr -s ' \n' ' '
}

# Bring up what the first request makes, so that every message meets the same calls.
request "$STACK_DIR/first" "$(new_message first)" ping
is 'the first one' 200 "$(cgi "$STACK_DIR/first")"

# What is kept for good before a command is executed, and before its result is sent. One letter for
# each call: in a folder s of fsync (three make a file safe: the index's, then the record's); on Redis b
# of a record that says begun on its way there, f of one that is, or was, finished; r of the runner's execve, c
# of the command's, p of connect to the platform.
request "$STACK_DIR/order" "$(new_message order)" mark
is 'mark, watched' 200 "$(cgi "$STACK_DIR/order" strace -f -qq -s 4096 -o "$STACK_DIR/order.trace" \
    -e trace=fsync,execve,execveat,connect,write)"
if [ "$STACK_BACKEND" = folder ]; then
    order='s{3}s{3}rcs{3}p+' kept='s/.*fsync(.*/s/p'
else
    order='brcf+p+f' kept='s/.*write(.*EVAL.*stage[^,]*finished.*/f/p; t; s/.*write(.*EVAL.*stage[^,]*begun.*/b/p'
fi
ok 'begun is kept before it is executed, finished before it is sent' grep -Exq "$order" \
    <<<"$(sed -n "$kept"'; s/.*execve("\/proc\/self\/exe".*/r/p; s/.*execveat(.*/c/p; s/.*connect(.*AF_INET.*/p/p' \
        "$STACK_DIR/order.trace" | tr -d '\n')"

# One that stands still after its claim, with its watchdog asleep too, until another has taken over. A
# claim in a folder takes a lock; the next is that of a slot to run in.
slot=$([ "$STACK_BACKEND" = folder ] && echo 2 || echo 1)
late=$(new_message late)
request "$STACK_DIR/late" "$late" mark
cgi "$STACK_DIR/late" strace -qq -o "$STACK_DIR/late.trace" -e trace=flock,setitimer \
    -e inject=setitimer:retval=0 -e inject=flock:signal=STOP:when="$slot" >"$STACK_DIR/late.status" &
late_pid=$!
: >>"$STACK_DIR/late.trace"
ok 'stopped after its claim' stack_wait 10 grep -q 'stopped by SIGSTOP' "$STACK_DIR/late.trace"
ok 'another takes over' stack_wait 20 answered "$STACK_DIR/late"
ok 'the other runs it' stack_wait 20 all_over
mapfile -t stopped < <(stack_processes)
kill -CONT "${stopped[@]}"
wait $late_pid
is 'who lost the claim is to come again' 503 "$(<"$STACK_DIR/late.status")"
ok 'who lost the claim starts nothing' stack_wait 20 all_over
is 'who lost the claim: one run' 1 "$(grep -cx -- "$late" "$runs")"

# One whose watchdog wakes after its command has begun: nobody needs to come again. It waits for its
# runner; on Redis it has looked at the connection before.
wait=$([ "$STACK_BACKEND" = folder ] && echo 1 || echo 5)
request "$STACK_DIR/slow" "$(new_message slow)" mark
is 'late, but begun' 200 "$(cgi "$STACK_DIR/slow" strace -qq -o "$STACK_DIR/slow.trace" -e trace=poll,execve \
    -e inject=poll:delay_enter=3000000:when="$wait")"
ok 'late, but begun: the watchdog answered' grep -q 'SIGALRM' "$STACK_DIR/slow.trace"

kill_everywhere ping ping
redeliver ping
is "ping, killed at each of $count calls: one reply each" " $count 1 " "$(reply_counts "${messages[@]}")"

kill_everywhere mark mark
ok 'runners end' stack_wait 20 all_over
redeliver mark
ok 'runners end again' stack_wait 20 all_over
# Further requests tell of what is left, each of some; on Redis once its sign of life is over.
none_unfinished() {
    cgi "$STACK_DIR/first" >"$STACK_DIR/status"
    [ -z "$(store_members)" ]
}
stack_wait 40 none_unfinished
is 'nothing of mark is left unfinished' '' "$(store_members)"
is 'mark: no message is run twice' '' "$(sort "$runs" | uniq -d)"
is "mark, killed at each of $count calls: one answer each" " $count 1 " "$(reply_counts "${messages[@]}")"

# The runner: the command attaches strace to it, which kills it at its n-th such call from there.
# shellcheck disable=SC2016
printf '#!/bin/sh
echo "$FEISHU_MESSAGE_ID" >>%s
setsid strace -qq -o %s/attached -p $PPID -e trace=$1 -e inject=$1:signal=KILL:when=$2 >/dev/null 2>&1 </dev/null &
until grep -q "TracerPid:.[1-9]" /proc/$PPID/status; do :; done
echo ran
' "$runs" "$STACK_DIR" >"$STACK_COMMANDS_DIR/trap"
chmod 755 "$STACK_COMMANDS_DIR/trap"
messages=()
count=0
for call in $calls; do
    for ((number = 1; number < 100; number++)); do
        count=$((count + 1))
        id=$(new_message "trap $count")
        request "$STACK_DIR/trap.$count" "$id" "trap $call $number"
        messages+=("$id")
        rm -f "$STACK_DIR/attached"
        cgi "$STACK_DIR/trap.$count" >"$STACK_DIR/status"
        stack_wait 20 all_over || break 2
        grep -q '+++ killed by SIGKILL' "$STACK_DIR/attached" || break
    done
done
ok 'trap: its runner is killed at every call' test $count -gt 40
redeliver trap
echo "killed at each of $count calls: trap"
ok 'trap: all are over' stack_wait 20 all_over
cgi "$STACK_DIR/first" >"$STACK_DIR/status"
is 'trap: no message is run twice' '' "$(sort "$runs" | uniq -d)"
stack_wait 40 none_unfinished
is "nothing of a command is left unfinished" "" "$(store_members)"
is "trap, killed at each of $count calls: one answer each" " $count 1 " "$(reply_counts "${messages[@]}")"
finish
