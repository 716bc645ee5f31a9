#!/bin/bash
# Folder commands: run at most once, and people are always told. Real nginx, fcgiwrap and sandbox.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/event.sh
. tests/tools/event.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

STACK_SANDBOX_OPTIONS=(--no-limits --time-scale 60)
STACK_COMMANDS="people = {'ou_sandbox_user'}"
STACK_MORE="command 'secretive' { people = {'ou_nobody'} }
command 'quick' { timeout = 1 }
command 'free' { options = true }"
# So that it is seen who forbids core dumps.
ulimit -S -c "$(ulimit -H -c)"
stack_start
runs=$STACK_DIR/runs
: >"$runs"
mkfifo "$STACK_DIR/started"

# script NAME TEXT: a folder command. Every run leaves the id of its message in $runs.
script() {
    # shellcheck disable=SC2016
    printf '#!/bin/sh\necho "$FEISHU_MESSAGE_ID" >>%s\n%s\n' "$runs" "$2" >"$STACK_COMMANDS_DIR/$1"
    chmod 755 "$STACK_COMMANDS_DIR/$1"
}

# said TEXT [JQ]: somebody says it, in private by default; sets event and message.
said() {
    local answer
    answer=$(stack_say "$1" "${2:-.chat = \"p2p\"}")
    event=$(jq -r .event_id <<<"$answer")
    message=$(jq -r .message_id <<<"$answer")
}

# over: waits until all deliveries of the last message said are over.
over() {
    local count
    count=$(stack_get "/sandbox/deliveries?event_id=$event" | jq '.deliveries | length')
    stack_get "/sandbox/wait?what=deliveries&event_id=$event&state=done&count=$count&timeout_ms=30000" >"$STACK_DIR/wait"
}

# replies: the texts that answer the last message said, as a JSON array in the order of time.
replies() {
    stack_get /sandbox/messages | jq -c --arg id "$message" '[.messages[] | select(.reply_to == $id) | .text]'
}

has_replies() {
    [ "$(replies | jq length)" -ge "$1" ]
}

# ask TEXT [JQ]: somebody says it; sets answer to the first reply.
ask() {
    said "$@"
    over
    stack_wait 10 has_replies 1
    answer=$(replies | jq -r '.[0]')
}

# answers NAME TEXT EXPECTED [JQ]: the first reply to the text is that.
answers() {
    ask "$2" "${4:-.chat = \"p2p\"}"
    is "$1" "$3" "$answer"
}

# mentions_in NAME TEXT PART [JQ]: the first reply has that part.
has_part() {
    ask "$2" "${4:-.chat = \"p2p\"}"
    ok "$1" grep -qF -- "$3" <<<"$answer"
}

run_count() {
    grep -c -x -- "$message" "$runs"
}

# Naps of a length that is this test's alone, so that no other's is taken for them.
# shellcheck disable=SC2016
{
    script words 'for word; do printf "[%s]" "$word"; done'
    script environment 'env | sort'
    script input 'jq -c "[(keys | sort), .message.message_id == env.FEISHU_MESSAGE_ID]"'
    script fails 'echo unseen; echo reason >&2; exit 3'
    script mute 'exit 4'
    script silent ':'
    script card 'printf "%s\n" "{\"schema\":\"2.0\",\"body\":{\"elements\":[{\"tag\":\"markdown\",\"content\":\"hi \\u003cat id=all></at>\"}]}}"'
    script mentions 'echo "<at user_id=\"all\">everyone</at>"'
    script waits "mkfifo $STACK_DIR/\$FEISHU_MESSAGE_ID; echo \"\$FEISHU_MESSAGE_ID\" >$STACK_DIR/started
read -r line <$STACK_DIR/\$FEISHU_MESSAGE_ID; echo \"passed \$line\""
    script quick "sleep 1$$ & echo before >&2; wait"
    script dies "kill -KILL \$PPID; exec sleep 2$$"
    script secretive ':'
    script descriptors 'for file in /proc/$$/fd/*; do readlink "$file"; done | sed "s/:.*//; s,.*/,," | sort -u'
    script runner 'sed -n "s/^Max core file size *\([0-9a-z]*\).*/core \1/p" /proc/$PPID/limits; tr "\0" "\n" </proc/$PPID/environ | sed "s/=.*//"'
    script outlives "setsid sh -c 'echo \$\$ >$STACK_DIR/outlives; exec sleep 1000' &
until [ -s $STACK_DIR/outlives ]; do sleep 0.05; done; echo over"
    script free 'for word; do printf "[%s]" "$word"; done'
}

# shellcheck disable=SC2016,SC1112
answers 'words' 'words a "b c" ‘d’ $HOME *' '[a][b c][d][$HOME][*]'
answers 'words of a Chinese keyboard' 'words　a　b＝c' '[a][b=c]'
answers 'a capital letter' 'Words walrus' '[walrus]'
ask environment
is 'environment' 'FEISHU_CHAT_ID=oc_sandbox_p2p
FEISHU_LANGUAGE=zh
FEISHU_MESSAGE_ID=X
FEISHU_SENDER_ID=ou_sandbox_user
HOME=/
LANG=C.UTF-8
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    "$(sed 's/\(MESSAGE_ID=\).*/\1X/' <<<"$answer" | grep -v '^\(PWD\|OLDPWD\|SHLVL\|_\)=')"
answers 'input: the event, and no header' input '[["message","sender"],true]'
answers 'nothing but its input, its outputs and its file is open' descriptors 'descriptors
memfd
pipe'
answers 'its runner: no core dumps, and nothing of what nginx passes on' runner 'core 0
FEISHU_CONFIG'
answers 'another session, which holds the output' outlives over
ok 'another session: it was not waited for' kill -KILL "$(cat "$STACK_DIR/outlives")"
answers 'a failure' fails $'fails 失败，退出码 3。\nreason'
answers 'a failure without a word' mute 'mute 失败，退出码 4。'
answers 'no output' silent 'silent 已完成，没有输出。'
ask card
stack_get /sandbox/messages | jq -c --arg id "$message" '.messages[] | select(.reply_to == $id)' >"$STACK_DIR/card"
ok 'a card' grep -q '"type":"interactive"' "$STACK_DIR/card"
ok 'a card mentions nobody' grep -q '＜at' "$STACK_DIR/card"
ask mentions
is 'an output mentions nobody' '＜at user_id="all">everyone</at>' "$answer"
answers 'unknown' okapi '没有“okapi”这个命令。发送“帮助”查看用法。'
answers 'an option' 'words a -x' 'words 没有运行：不接受以“-”开头的参数（-x）。'
answers 'an option where they are allowed' 'free -x' '[-x]'
has_part 'not permitted' secretive '没有权限'
is 'not permitted: not run' 0 "$(run_count)"
has_part 'another person' 'words a' '没有权限' '.chat = "p2p" | .user = "ou_other"'
answers 'another tenant' 'words a' 'words 没有运行：无法确认你是本企业的成员。' '.chat = "p2p" | .tenant_key = "foreign"'
answers 'schema 1.0 does not tell the tenant' 'words a' 'words 没有运行：无法确认你是本企业的成员。' '.chat = "p2p" | .schema = "1.0"'
has_part 'too old' 'words a' '请重新发送' '.chat = "p2p" | .age_s = 300'
is 'too old: not run' 0 "$(run_count)"
ask 帮助
ok 'help lists what may be run' grep -qx words <<<"$answer"
ok 'help lists nothing else' test -z "$(grep -x secretive <<<"$answer")"
chmod o+w "$STACK_COMMANDS_DIR/words"
has_part 'a file that others may write' 'words a' '权限不安全'
ok 'a file that others may write: the log says what to do' grep -q 'chmod go-w' "$STACK_LOG"
chmod o-w "$STACK_COMMANDS_DIR/words"
said quick
stack_wait 20 has_replies 1
is 'a timeout' $'quick 运行超过 1 秒，已被终止。\nbefore' "$(replies | jq -r '.[-1]')"
no_sleeper() {
    ! pgrep -x -f "sleep 1$$" >"$STACK_DIR/sleepers"
}
ok 'a timeout ends the whole group' stack_wait 10 no_sleeper

# -- one that takes longer
said waits
read -r started <"$STACK_DIR/started"
is 'longer: it is running' "$message" "$started"
over
is 'longer: the first reply' '["waits 正在运行，结束后在这里回复结果。"]' "$(replies)"
is 'longer: its id is in the answer' \
    "$(stack_get /sandbox/messages | jq -c --arg id "$message" '.messages[] | select(.reply_to == $id) | {message_id}')" \
    "$(stack_get "/sandbox/deliveries?event_id=$event" | jq -r '.deliveries[0].attempts[0].body')"
stack_post /sandbox/redeliver "{\"event_id\":\"$event\"}" >"$STACK_DIR/redeliver"
stack_get "/sandbox/wait?what=deliveries&event_id=$event&state=done&count=2&timeout_ms=30000" >"$STACK_DIR/wait"
is 'longer: redelivered while it runs' '200 {}' \
    "$(stack_get "/sandbox/deliveries?event_id=$event" | jq -r '.deliveries[1].attempts[-1] | "\(.status) \(.body)"')"
echo on >"$STACK_DIR/$message"
stack_wait 10 has_replies 2
is 'longer: then the result' '["waits 正在运行，结束后在这里回复结果。","passed on"]' "$(replies)"
is 'longer: one run' 1 "$(run_count)"

# -- the CGI's host ends while it runs
said waits
read -r started <"$STACK_DIR/started"
stack_host_stop
echo on >"$STACK_DIR/$message"
passed_on() {
    [ "$(replies | jq -r '.[-1]')" = 'passed on' ]
}
ok 'fcgiwrap ends: the result is posted all the same' stack_wait 10 passed_on
stack_host_start
over
is 'fcgiwrap ends: one run' 1 "$(run_count)"
is 'fcgiwrap ends: one result' 1 "$(replies | jq 'map(select(. == "passed on")) | length')"

# -- many deliveries at once
said 'words once' '.chat = "p2p" | .repeat = 200'
over
is '200 deliveries: one run' 1 "$(run_count)"
is '200 deliveries: one reply' '["[once]"]' "$(replies)"

# -- eight at a time
waiting=()
for _ in 1 2 3 4 5 6 7 8; do
    said waits
    read -r started <"$STACK_DIR/started"
    waiting+=("$started")
done
has_part 'the ninth is told' 'words a' '已有 8 个命令在运行'
is 'the ninth is not run' 0 "$(run_count)"
for started in "${waiting[@]}"; do echo on >"$STACK_DIR/$started"; done
all_passed() {
    [ "$(stack_get /sandbox/messages | jq '[.messages[] | select(.text == "passed on")] | length')" = 10 ]
}
ok 'all eight end' stack_wait 20 all_passed
answers 'then there is room again' 'words a' '[a]'

# -- runners that die
# told MESSAGE TEXT: whether a reply to the message says so.
told() {
    stack_get /sandbox/messages | jq -e --arg id "$1" --arg text "$2" \
        'any(.messages[]; .reply_to == $id and (.text | contains($text)))' >"$STACK_DIR/told"
}

# nudge COMMAND…: another request comes in; then whether the command succeeds.
nudge() {
    curl -s -o "$STACK_DIR/healthz" "$STACK_URL/healthz"
    "$@"
}

said dies
over
killed=$message
ok 'killed while it runs: told after another request' stack_wait 30 nudge told "$killed" 被中断
stack_post /sandbox/redeliver "{\"event_id\":\"$event\"}" >"$STACK_DIR/redeliver"
over
is 'killed while it runs: told once' 1 "$(replies | jq length)"
is 'killed while it runs: not run again' 1 "$(run_count)"
no_orphan() {
    ! pgrep -x -f "sleep 2$$" >"$STACK_DIR/orphans"
}
ok 'killed while it runs: and so is the command' stack_wait 30 no_orphan

said dies '.chat = "p2p" | .repeat = 50'
over
ok 'killed, many deliveries' stack_wait 30 nudge told "$message" 被中断
is 'killed, many deliveries: told once' 1 "$(replies | jq length)"
is 'killed, many deliveries: one run' 1 "$(run_count)"

# Finished, and the platform does not take the result: the runner tries again.
stack_post /sandbox/fault '{"path":"/open-apis/im/v1/messages","method":"POST","http":500,"count":1}' >"$STACK_DIR/fault"
said 'words later'
stack_wait 30 has_replies 1
is 'result refused once' '["[later]"]' "$(replies)"
is 'result refused once: one run' 1 "$(run_count)"

# Finished and unsent, and the runner is killed: the next request sends what was stored.
stack_post /sandbox/fault '{"path":"/open-apis/im/v1/messages","method":"POST","http":500,"count":2}' >"$STACK_DIR/fault"
said 'words stored'
stack_get "/sandbox/wait?what=requests&path=/open-apis/im/v1/messages/$message/reply&count=1&timeout_ms=10000" >"$STACK_DIR/wait"
mapfile -t runners < <(pgrep -f '^feishu-runner')
ok 'result unsent: others may run' flock -n "$STACK_DIR/store/locks/slot.0" true
ok 'a runner is there to be killed' test ${#runners[@]} -gt 0
kill -KILL "${runners[@]}"
ok 'result unsent, runner killed' stack_wait 30 nudge told "$message" '[stored]'
is 'result unsent, runner killed: once' 1 "$(replies | jq length)"
is 'result unsent, runner killed: one run' 1 "$(run_count)"

# -- who may
STACK_COMMANDS="timeout = 60"
stack_configure
has_part 'both lists empty' 'words a' '没有权限'
STACK_COMMANDS="people = {'*'}  chats = {'oc_sandbox_group'}"
stack_configure
has_part 'another chat' 'words a' '没有权限'
answers 'the right chat' '@bot words a' '[a]' '.chat = "group"'
STACK_KEY=none
stack_configure
stack_sandbox_stop
stack_sandbox_start
has_part 'no encrypt_key' 'words a' 'Encrypt Key'
ok 'the log has names' grep -q 'command=words' "$STACK_LOG"
ok 'the log has no arguments' test -z "$(grep -e walrus "$STACK_LOG")"
ok 'the log has no word that is no command' test -z "$(grep -e okapi "$STACK_LOG")"
finish
