#!/bin/bash
# A store that cannot be used: built-in replies still go out, folder commands are refused, and the
# log says why. The program runs as an unprivileged user, in a mount namespace of its own.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/event.sh
. tests/tools/event.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

STACK_SANDBOX_OPTIONS=(--no-limits)
STACK_COMMANDS="people = {'ou_sandbox_user'}"
stack_start
# shellcheck disable=SC2016
printf '#!/bin/sh\necho ran\n' >"$STACK_COMMANDS_DIR/mark"
chmod 755 "$STACK_COMMANDS_DIR/mark"

# reply_to TEXT [COMMAND…]: the program, under the command, handles a message with that text; sets
# status, and reply to what was posted.
reply_to() {
    local id
    id=$(new_message "$1")
    request "$STACK_DIR/request" "$id" "$1"
    shift
    : >"$STACK_DIR/stderr.log"
    status=$(cgi "$STACK_DIR/request" "$@")
    reply=$(stack_get /sandbox/messages | jq -r --arg id "$id" '.messages[] | select(.reply_to == $id) | .text')
}

# unusable NAME REASON [COMMAND…]: what holds for every store that cannot be used.
unusable() {
    local name=$1 reason=$2
    shift 2
    reply_to ping "$@"
    is "$name: a built-in is answered" 200 "$status"
    ok "$name: its reply is posted" grep -q pong <<<"$reply"
    ok "$name: the log says why" grep -q "$reason" "$STACK_DIR/stderr.log"
    reply_to mark "$@"
    is "$name: a command is answered" 200 "$status"
    is "$name: a command is refused" 'mark 没有运行：机器人的存储不可用，无法保证只运行一次。请联系管理员。' "$reply"
}

reply_to mark
is 'a store that can be used' ran "$reply"

STACK_STORE="url = 'dir:$STACK_DIR/store'  state = '/proc/none'"
stack_configure
reply_to ping
is 'no place for locks: a built-in is answered' '200 1' "$status $(grep -c pong <<<"$reply")"
reply_to mark
is 'no place for locks: a command is refused' 'mark 没有运行：机器人的存储不可用，无法保证只运行一次。请联系管理员。' "$reply"
ok 'no place for locks: the log says why' grep -q 'state folder /proc/none' "$STACK_DIR/stderr.log"

STACK_STORE="url = 'none'"
stack_configure
unusable none 'none'

# in_namespace SETUP: prints the command that runs another one after SETUP, as an unprivileged user
# if we are root, with the store's folder at $STACK_DIR/small.
small=$STACK_DIR/small
mkdir -m 700 "$small"
STACK_STORE="url = 'dir:$small'"
stack_configure
# shellcheck disable=SC2016
run='mount -t tmpfs -o size=64k,mode=700 none "$1" && eval "$2" && shift 2 && exec "$@"'
if unshare -rm sh -c "$run" sh "$small" : true 2>"$STACK_DIR/unshare"; then
    in_namespace() {
        namespace=(unshare -rm sh -c "$run" sh "$small" "$1" env)
    }
    # Root in a user namespace of its own is no root of the file system's: what is full is full.
    in_namespace :
    reply_to mark "${namespace[@]}"
    is 'a small store' ran "$reply"
    in_namespace "head -c 1m /dev/zero >$small/ballast 2>/dev/null; :"
    unusable full 'disk is full' "${namespace[@]}"
    in_namespace "mount -o remount,ro $small"
    unusable read-only 'read-only' "${namespace[@]}"
else
    for store in full read-only; do
        skip "a $store store" "no mount namespace can be made here: $(cat "$STACK_DIR/unshare")"
    done
fi

# A folder of somebody else's, or that others may write.
mkdir -m 777 "$STACK_DIR/open"
chmod 777 "$STACK_DIR/open"
STACK_STORE="url = 'dir:$STACK_DIR/open'"
stack_configure
unusable 'a folder that others may write' 'chmod'
finish
