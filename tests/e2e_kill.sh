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
calls=openat,renameat,renameat2,rename,unlinkat,mkdirat,fsync,fdatasync,flock,write,sendto,sendmsg,connect,execve,clone,clone3,vfork,dup2
runs=$STACK_DIR/runs
: >"$runs"
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "$FEISHU_MESSAGE_ID" >>%s\necho ran\n' "$runs" >"$STACK_COMMANDS_DIR/mark"
chmod 755 "$STACK_COMMANDS_DIR/mark"

# kill_at N FILE: whether the program was killed at its n-th call.
kill_at() {
    cgi "$2" strace -qq -o "$STACK_DIR/trace" -e trace="$calls" -e inject="$calls:signal=KILL:when=$1" >"$STACK_DIR/status"
    grep -q '+++ killed by SIGKILL' "$STACK_DIR/trace"
}

# kill_everywhere NAME TEXT: a message for each call at which to be killed; sets messages and count.
kill_everywhere() {
    messages=()
    count=0
    local id
    while [ $count -lt 400 ]; do
        count=$((count + 1))
        id=$(new_message "$1 $count")
        request "$STACK_DIR/$1.$count" "$id" "$2"
        messages+=("$id")
        kill_at $count "$STACK_DIR/$1.$count" || break
    done
    echo "killed at each of $count calls: $1"
    ok "$1: killed at every call" test $count -gt 20 -a $count -lt 400
}

# all_over: whether every command's runner is gone.
all_over() {
    ! pgrep -f '^feishu-runner' >"$STACK_DIR/runners"
}

# redeliver NAME: each message comes again until it is answered with 200.
redeliver() {
    local i
    for ((i = 1; i <= count; i++)); do
        stack_wait 10 answered "$STACK_DIR/$1.$i" || printf 'not answered: %s %d\n' "$1" "$i"
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

# What is on the disk before a command is executed, and before its result is sent. One letter for
# each call: s of fsync (three make a file safe: the index's, then the record's), r of the runner's execve, c of the command's, p of connect.
request "$STACK_DIR/order" "$(new_message order)" mark
is 'mark, watched' 200 "$(cgi "$STACK_DIR/order" strace -f -qq -o "$STACK_DIR/order.trace" \
    -e trace=fsync,execve,execveat,connect)"
ok 'begun is on the disk before it is executed, finished before it is sent' grep -Exq 's{3}s{3}rcs{3}p+' \
    <<<"$(sed -n 's/.*fsync(.*/s/p; s/.*execve("\/proc\/self\/exe".*/r/p; s/.*execveat(.*/c/p; s/.*connect(.*/p/p' \
        "$STACK_DIR/order.trace" | tr -d '\n')"

# One that stands still after its claim, with its watchdog asleep too, until another has taken over.
late=$(new_message late)
request "$STACK_DIR/late" "$late" mark
cgi "$STACK_DIR/late" strace -qq -o "$STACK_DIR/late.trace" -e trace=flock,setitimer \
    -e inject=setitimer:retval=0 -e inject=flock:signal=STOP:when=2 >"$STACK_DIR/late.status" &
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

# One whose watchdog wakes after its command has begun: nobody needs to come again.
request "$STACK_DIR/slow" "$(new_message slow)" mark
is 'late, but begun' 200 "$(cgi "$STACK_DIR/slow" strace -qq -o "$STACK_DIR/slow.trace" -e trace=poll,execve \
    -e inject=poll:delay_enter=3000000)"
ok 'late, but begun: the watchdog answered' grep -q 'SIGALRM' "$STACK_DIR/slow.trace"

kill_everywhere ping ping
redeliver ping
is "ping, killed at each of $count calls: one reply each" " $count 1 " "$(reply_counts "${messages[@]}")"

kill_everywhere mark mark
ok 'runners end' stack_wait 20 all_over
redeliver mark
ok 'runners end again' stack_wait 20 all_over
# One more request tells of what is left.
cgi "$STACK_DIR/first" >"$STACK_DIR/status"
is 'mark: no message is run twice' '' "$(sort "$runs" | uniq -d)"
is "mark, killed at each of $count calls: one answer each" " $count 1 " "$(reply_counts "${messages[@]}")"

# The runner: the command attaches strace to it, which kills it at its n-th call from there.
# shellcheck disable=SC2016
printf '#!/bin/sh
echo "$FEISHU_MESSAGE_ID" >>%s
setsid strace -qq -o %s/attached.$1 -p $PPID -e trace=%s -e inject=%s:signal=KILL:when=$1 >/dev/null 2>&1 </dev/null &
until grep -q "TracerPid:.[1-9]" /proc/$PPID/status; do :; done
echo ran
' "$runs" "$STACK_DIR" "$calls" "$calls" >"$STACK_COMMANDS_DIR/trap"
chmod 755 "$STACK_COMMANDS_DIR/trap"
messages=()
count=0
while [ $count -lt 200 ]; do
    count=$((count + 1))
    id=$(new_message "trap $count")
    request "$STACK_DIR/trap.$count" "$id" "trap $count"
    messages+=("$id")
    cgi "$STACK_DIR/trap.$count" >"$STACK_DIR/status"
    stack_wait 20 all_over || break
    grep -q '+++ killed by SIGKILL' "$STACK_DIR/attached.$count" || break
done
ok 'trap: its runner is killed at every call' test $count -gt 10 -a $count -lt 200
redeliver trap
echo "killed at each of $count calls: trap"
ok 'trap: all are over' stack_wait 20 all_over
cgi "$STACK_DIR/first" >"$STACK_DIR/status"
is 'trap: no message is run twice' '' "$(sort "$runs" | uniq -d)"
# Each request looks at some.
none_unfinished() {
    cgi "$STACK_DIR/first" >"$STACK_DIR/status"
    [ -z "$(store_members)" ]
}

stack_wait 20 none_unfinished
is "nothing of a command is left unfinished" "" "$(store_members)"
is "trap, killed at each of $count calls: one answer each" " $count 1 " "$(reply_counts "${messages[@]}")"
finish
