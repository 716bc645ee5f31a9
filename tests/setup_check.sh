#!/bin/bash
# feishuctl check: each precondition on this machine, right and wrong. The platform's are in
# setup_symptoms.sh, nginx's in setup_nginx.sh.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/event.sh
. tests/tools/event.sh
export LC_ALL=C.UTF-8

STACK_APP="event_url = 'http://127.0.0.1:1/feishu/event'"
stack_start
place=(--cgi "$stack_build/feishu.cgi" --user "$(id -un)" --socket "$STACK_DIR/cgi.socket"
    --nginx "$(tests/tools/daemons.sh nginx)" --nginx-config "$STACK_DIR/nginx/nginx.conf"
    --nginx-prefix "$STACK_DIR/nginx/" --url "$STACK_URL/event")
answer=$STACK_DIR/answer

# check [OPTION…]: its JSON is in $answer, its status in $status.
check() {
    "$stack_build/feishuctl" check --config "$STACK_CONFIG" "${place[@]}" --json "$@" >"$answer" 2>"$STACK_DIR/errors"
    status=$?
}

# step NAME: "status detail fix" of the step.
step() {
    jq -r --arg name "$1" '.steps[] | select(.name == $name) | "\(.status) \(.detail) \(.fix)"' "$answer"
}

# found NAME WORDS…: the step's line holds each of the words.
found() {
    local line word name=$1
    line=$(step "$name")
    shift
    for word; do
        [[ $line == *"$word"* ]] || { echo "$name: $line: no \"$word\""; return 1; }
    done
}

statuses() {
    jq -c '[.steps[] | "\(.name) \(.status)"]' "$answer"
}

check
is 'exit status' 0 "$status"
is 'ok' true "$(jq .ok "$answer")"
is 'every step' '["config pass","store pass","program pass","commands pass","lists pass","nginx pass","workers pass","alert-workers skip","certificate skip","token pass","clock pass","bot pass","scopes pass","version pass","events pass","genuine warn"]' \
    "$(statuses)"
is 'each step has all five fields' true "$(jq 'all(.steps[];
    keys == ["detail","fix","ms","name","status"] and (.ms | type) == "number" and (.detail | length) > 0)' "$answer")"
ok 'nothing has come yet' found genuine warn 'request URL'
stack_post /sandbox/verify "{\"url\":\"$STACK_URL/event\"}" >"$STACK_DIR/verdict"
noted() { check --offline && found genuine "$1" "$2"; }
ok 'the URL was checked' stack_wait 10 noted warn 'no event has come'
stack_say '@bot ping' >"$STACK_DIR/said"
ok 'an event came' stack_wait 10 noted pass 'the last event'
ok 'an event came: the URL was checked before' found genuine pass 'it checked the URL'

check --offline
is 'offline: exit status' 0 "$status"
is 'offline: what asks the network is left out' \
    '["alert-workers","certificate","token","clock","bot","scopes","version","events"]' \
    "$(jq -c '[.steps[] | select(.status == "skip") | .name]' "$answer")"
stack_get /sandbox/requests >"$STACK_DIR/before"
check --offline
is 'offline: the platform is not asked' "$(jq '.requests | length' "$STACK_DIR/before")" \
    "$(stack_get /sandbox/requests | jq '.requests | length')"

list_store() { find "$STACK_DIR/store" -type f ! -name 'life.*' ! -path '*/locks/*' | sort; }
before=$(list_store)
check
is 'nothing is left in the store' "$before" "$(list_store)"

human=$("$stack_build/feishuctl" check --config "$STACK_CONFIG" "${place[@]}" 2>&1)
ok 'for people: a line a step' [ "$(grep -cE '^ *(pass|warn|FAIL|skip) ' <<<"$human")" -eq 16 ]
ok 'no colours where there is no terminal' sh -c '! printf %s "$1" | grep -q "$(printf "\033")"' sh "$human"

good=$(<"$STACK_CONFIG")
# with SED: the configuration changed.
with() {
    sed "$1" <<<"$good" >"$STACK_CONFIG"
    check --offline
}
with "s/^bot.*//; s/secret   = .*/secret = 'x' oops/"
is 'a slip: exit status' 1 "$status"
ok 'a slip: it is named with its line' found config fail "$STACK_CONFIG:3: " 'feishu.conf(5)'
ok 'a slip: what needs it is skipped' found store skip configuration
with '/verification_token/d; /encrypt_key/d'
ok 'neither token nor key' found config fail verification_token 'Encryption Strategy'
with '/encrypt_key/d'
ok 'no key' found config warn 'not signed'
with '/verification_token/d'
ok 'no token' found config warn 'no verification_token'
with "s/encrypt_key = .*/encrypt_key = '123456789012345678901234567890123'/"
ok 'a key that is too long' found config fail '1 to 32 characters'
with "s,url = 'dir:.*',url = 'none',"
ok 'no store' found store warn 'no store'
with "s,url = 'dir:.*',url = 'dir:/dev/null/store',"
ok 'a store that cannot be' found store fail
with "s,url = 'dir:.*',url = 'redis://127.0.0.1:1',"
ok 'a Redis that is not there' found store fail 'Connection refused' 'Start Redis'
redis=$(tests/tools/daemons.sh redis-server)
ask_redis() {
    "$(tests/tools/daemons.sh redis-cli)" -s "$STACK_DIR/redis.socket" -a right --no-auth-warning "$@" >"$STACK_DIR/redis.answer"
}
mkdir "$STACK_DIR/redis"
setsid "$redis" --port 0 --unixsocket "$STACK_DIR/redis.socket" --dir "$STACK_DIR/redis" --save '' \
    --requirepass right >"$STACK_DIR/redis.log" 2>&1 &
redis_pid=$!
trap 'stack_end "$redis_pid"; stack_stop' EXIT
stack_wait 10 test -S "$STACK_DIR/redis.socket"
check_redis() {
    with "s,url = 'dir:.*',url = 'unix://:right@$STACK_DIR/redis.socket',"
}
check_redis
ok 'a Redis that forgets' found store warn 'forgets' 'appendonly yes'
ask_redis CONFIG SET appendonly yes maxmemory-policy allkeys-lru
check_redis
ok 'a Redis that throws away' found store warn 'throws away' noeviction
ask_redis CONFIG SET maxmemory-policy noeviction
check_redis
ok 'a Redis' found store pass 'can be written'
with "s,url = 'dir:.*',url = 'unix://:wrong@$STACK_DIR/redis.socket',"
ok 'a wrong password' found store fail WRONGPASS 'user and password'
with "s,url = 'dir:.*',url = 'unix://:right@$STACK_DIR/redis.socket',; s,state = '[^']*',state = '/dev/null/state',"
ok 'a Redis, and no folder for locks' found store fail '/dev/null/state'
printf '%s\n' "$good" >"$STACK_CONFIG"
chmod 644 "$STACK_CONFIG"
check --offline
ok 'a configuration that others may read' found config fail 'chmod 0640'
ok 'what the program answers without a configuration says nothing' found program skip 'runs'
chmod 600 "$STACK_CONFIG"
place+=(--cgi /nonexistent)
check --offline
ok 'no program' found program fail '/nonexistent is not there' 'make install'
head -c 2000 "$stack_build/feishu.cgi" >"$STACK_DIR/broken.cgi"
chmod 755 "$STACK_DIR/broken.cgi"
place+=(--cgi "$STACK_DIR/broken.cgi")
check --offline
ok 'a broken program' found program fail 'does not run'
chmod 644 "$STACK_DIR/broken.cgi"
check --offline
ok 'a program that is not executable' found program fail 'not executable' 'chmod 755'
place+=(--cgi "$stack_build/feishu.cgi")

with "s,url = 'dir:.*',url = 'dir:$STACK_DIR/new',"
ok 'a store that is not there yet' found store pass 'the CGI will make it'
ln -s store "$STACK_DIR/link"
with "s,url = 'dir:.*',url = 'dir:$STACK_DIR/link',"
ok 'a store that is a link' found store fail 'symbolic link'
printf '%s\n' "$good" >"$STACK_CONFIG"
chmod 755 "$STACK_DIR/store"
check --offline
ok 'a store that others may look into' found store warn 'look into' "chmod 0700 $STACK_DIR/store"
chmod 770 "$STACK_DIR/store"
check --offline
ok 'a store that others may write to' found store fail 'others may write' "chmod 0700 $STACK_DIR/store"
chmod 700 "$STACK_DIR/store"

printf '#!/bin/sh\n' >"$STACK_COMMANDS_DIR/one"
chmod 755 "$STACK_COMMANDS_DIR/one"
check --offline
ok 'a command' found commands pass ': one'
ok 'its people are named' found lists pass
cp "$STACK_COMMANDS_DIR/one" "$STACK_COMMANDS_DIR/two"
with "s/people = {.*}//"
ok 'a command that nobody may run' found lists warn 'nobody may run one, two' 'people'
with "s/people = {.*}/chats = {'*'}/"
ok 'a command that everybody may run' found lists warn 'everybody'
printf '%s\n' "$good" >"$STACK_CONFIG"
chmod 777 "$STACK_COMMANDS_DIR/one"
check --offline
ok 'a command that others may write' found commands fail '1 of 2' 'one:' root
chmod 755 "$STACK_COMMANDS_DIR/one"
cp "$STACK_COMMANDS_DIR/one" "$STACK_COMMANDS_DIR/Three.sh"
chmod 644 "$STACK_COMMANDS_DIR/two"
echo >"$STACK_COMMANDS_DIR/notes.txt"
check --offline
ok 'files that are no commands' found commands warn '2 of 3' 'Three.sh: no name' 'two: not executable' 755
is 'a warning: exit status' 0 "$status"
rm "$STACK_COMMANDS_DIR/Three.sh" "$STACK_COMMANDS_DIR/two" "$STACK_COMMANDS_DIR/notes.txt"
chmod 777 "$STACK_COMMANDS_DIR"
check --offline
ok 'a folder of commands that others may write' found commands fail 'no program in it' 'chmod go-w'
chmod 755 "$STACK_COMMANDS_DIR"
stack_host_stop
check --offline
ok 'no host of the CGI' found workers fail
is 'a failure: exit status' 1 "$status"
stack_host_start

"$stack_build/feishuctl" check --of-line >"$answer" 2>"$STACK_DIR/errors"
is 'wrong usage: exit status' 2 $?
ok 'wrong usage: what to do' grep -q -- '--help' "$STACK_DIR/errors"
check --url ftp://bot.example.com/
is 'a URL that is none' 2 "$status"
check --connect-to nowhere
is 'an address that is none' 2 "$status"
is 'wrong usage: no report' '' "$(<"$answer")"

# As root everything that touches the store is done as its owner.
if [ "$(id -u)" -eq 0 ] && id www-data >/dev/null 2>&1; then
    chmod 755 "$STACK_DIR"
    place+=(--user www-data)
    check --offline
    ok 'a configuration that the CGI may not read' found config fail www-data 'chown root:www-data'
    ok 'as its user it cannot be run then' found program fail
    chown root:www-data "$STACK_CONFIG"
    chmod 640 "$STACK_CONFIG"
    chmod 700 "$STACK_DIR"
    check --offline
    ok 'a folder that the CGI may not enter' found config fail www-data "namei -l $STACK_CONFIG"
    chmod 755 "$STACK_DIR"
    printf %s sandbox-key >"$STACK_DIR/key"
    chmod 600 "$STACK_DIR/key"
    with "s,encrypt_key = .*,encrypt_key_file = '$STACK_DIR/key',"
    ok "a secret's file that the CGI may not read" found config fail www-data "$STACK_DIR/key" 'named there'
    printf '%s\n' "$good" >"$STACK_CONFIG"
    check --offline
    ok 'the store is of another user' found store fail root 'chown -R www-data'
    chown -R www-data: "$STACK_DIR/store"
    check --offline
    ok "all right: it is the CGI's user's" found store pass
    ok 'its program runs as that user' found program pass www-data
    # strangers: what is in the store and not its owner's.
    strangers() { find "$STACK_DIR/store" ! -user www-data; }
    is 'no file of the store is left to root' '' "$(strangers)"
    rm -rf "${STACK_DIR:?}"/store/*
    # handled: the CGI, as its user, serves an event about a new message; prints the status.
    handled() {
        request "$STACK_DIR/request" "$(new_message "$1")" ping
        cgi "$STACK_DIR/request" setpriv --reuid=www-data --regid=www-data --clear-groups
    }
    check --offline
    ok 'a store that is empty' found store pass
    is 'an empty store: nothing is made for root' '' "$(strangers)"
    is 'the CGI works after it' 200 "$(handled before)"
    remembered() { check --offline && found genuine pass 'last event'; }
    ok 'what it notes can be read' stack_wait 10 remembered
    is 'and the CGI after that' 200 "$(handled after)"
    is 'still nothing is left to root' '' "$(strangers)"
    chown www-data: "$STACK_COMMANDS_DIR/one"
    check --offline
    ok "a command of the CGI's user" found commands pass one
    chown www-data: "$STACK_COMMANDS_DIR"
    with "s/people = {.*}//"
    ok "a folder of the CGI's user, with a command that nobody may run" found lists warn 'nobody may run one'
    printf '%s\n' "$good" >"$STACK_CONFIG"
    chown root: "$STACK_COMMANDS_DIR"
    chown nobody "$STACK_COMMANDS_DIR/one"
    check --offline
    ok "a command of another user's" found commands fail 'one: another' 'belong to root'
    chown root "$STACK_COMMANDS_DIR/one"
    chmod 744 "$STACK_COMMANDS_DIR/one"
    check --offline
    ok 'a command that only root may run' found commands fail 'one: ' 'chmod +x'
    part=$(find "$STACK_DIR/store" -mindepth 2 -type f -print -quit)
    chown root "$part"
    check --offline
    ok "root's file in the store" found store fail "$part belongs to another" 'chown -R --reference'
    chown www-data "$part"
    # Whoever is not root sees what is his own affair, and says so.
    place+=(--user nobody)
    check --offline
    ok "the store of the wrong user" found store fail 'belongs to www-data' 'chown -R nobody'
    place+=(--user www-data)
    as_other=$(setpriv --reuid=nobody --regid=www-data --clear-groups "$stack_build/feishuctl" check \
        --config "$STACK_CONFIG" "${place[@]}" --offline --json)
    is 'not as root: the store is left alone' skip "$(jq -r '.steps[] | select(.name == "store") | .status' <<<"$as_other")"
    place+=(--user no-such-user)
    check --offline
    ok 'no such user' found program fail no-such-user 'make install'
    place+=(--user www-data)
    rm -rf "$STACK_DIR/store"
    check --offline
    ok 'no store yet, and nowhere to make it' found store fail 'install -d'
else
    skip "the store's owner" 'needs root and the user www-data'
fi
finish
