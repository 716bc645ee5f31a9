#!/bin/bash
# What reaches syslog: one line a request with its fields, the reason when the configuration cannot be
# used, and nothing of secrets or of what people wrote. The program sees a /dev of its own, in a mount
# namespace, whose log a listener of ours reads.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/event.sh
. tests/tools/event.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

STACK_SANDBOX_OPTIONS=(--no-limits)
stack_start
devices=$STACK_DIR/dev
log=$STACK_DIR/syslog
answer=$STACK_DIR/answer
written='nobody else may read this'
mkdir "$devices"
touch "$devices/null" "$devices/urandom"

# Prints each datagram on a line of its own, the ends of lines in it as <newline>.
# shellcheck disable=SC2016
listen='$| = 1;
my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die "no socket: $!";
while (defined recv($socket, my $message, 65536, 0)) {
    $message =~ s/\n/<newline>/g;
    print "$message\n";
}'
# shellcheck disable=SC2016
run='for device in null urandom; do mount --bind "/dev/$device" "$1/$device" || exit; done
mount --rbind "$1" /dev && shift && exec "$@"'
namespace=(unshare -rm sh -c "$run" sh "$devices" env)

if ! "${namespace[@]}" true 2>"$STACK_DIR/unshare"; then
    skip 'what reaches syslog' "no mount namespace can be made here: $(cat "$STACK_DIR/unshare")"
    finish
    exit
fi
perl -MIO::Socket::UNIX -e "$listen" "$devices/log" >"$log" 2>"$STACK_DIR/listener.log" &
listener=$!
trap 'kill "$listener"; wait "$listener"; stack_stop' EXIT
stack_wait 10 test -S "$devices/log" || stack_fail "nobody listens: $(cat "$STACK_DIR/listener.log")"

# Whether a request's line has come since the first $seen lines.
arrived() {
    tail -n +$((seen + 1)) "$log" | grep -q ' ms=[0-9]'
}

# logged COMMAND…: runs it; then status is what it printed, errors and line are what it logged.
logged() {
    local lines
    seen=$(wc -l <"$log")
    status=$("$@")
    stack_wait 10 arrived || stack_fail "no line for: $*"
    lines=$(tail -n +$((seen + 1)) "$log")
    line=$(grep -v '\]: level=error' <<<"$lines")
    errors=$(grep '\]: level=error' <<<"$lines")
}

# message TEXT: the answer to a message with that text.
message() {
    request "$STACK_DIR/request" "$(new_message "$1")" "$1"
    cgi "$STACK_DIR/request" "${namespace[@]}"
}

# get PATH [VARIABLE=VALUE…]: the answer to another request.
get() {
    local path=$1
    shift
    env -i REQUEST_METHOD=GET PATH_INFO="$path" REMOTE_ADDR=192.0.2.7 FEISHU_CONFIG="$STACK_CONFIG" \
        "${namespace[@]}" "$@" "$stack_build/feishu.cgi" </dev/null 2>>"$STACK_DIR/stderr.log" >"$answer"
    sed -n 's/^Status: \([0-9]*\).*/\1/p' "$answer"
}

# matches NAME PATTERN: the whole of the line.
matches() {
    ok "$1: $line" grep -qxE "$2" <<<"$line"
}

configure() {
    stack_configure
    sed -i "s/target = 'stderr'/target = 'syslog'/" "$STACK_CONFIG"
}

# What glibc puts before a line: facility daemon; notice, or error.
notice='<29>[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} feishu\[[0-9]+\]: '
error='<27>[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} feishu\[[0-9]+\]: '
begin="${notice}time=[0-9-]{10}T[0-9:]{8}Z id=[0-9a-f]{16}"

configure
: >"$STACK_DIR/stderr.log"
logged message ping
is 'a message' 200 "$status"
matches 'a message' "$begin peer=127.0.0.1 path=/event event=im.message.receive_v1 event_id=ev_om_[0-9a-z]+ status=200 reason=answered reply_id=om_[0-9a-z]+ ms=[0-9]+ calls=\"[^\"]*POST:200/0\""

if [ "$(id -u)" -eq 0 ]; then
    printf '#!/bin/sh\necho "%s"\n' "$written" >"$STACK_COMMANDS_DIR/mark"
    chmod 755 "$STACK_COMMANDS_DIR/mark"
    logged message "mark '$written'"
    is 'a command' 200 "$status"
    matches 'a command' "$begin .* command=mark status=200 .*"
else
    skip 'a command' "in an ordinary user's namespace / and /tmp belong to nobody, so none is run"
fi
logged message "$written"
is 'a word that is no command' 200 "$status"

request "$STACK_DIR/request" om_1 "$written"
echo wrong >"$STACK_DIR/request.signature"
logged cgi "$STACK_DIR/request" "${namespace[@]}"
is 'a wrong signature' 401 "$status"
matches 'a wrong signature' "$begin peer=127.0.0.1 path=/event status=401 reason=(\"[^\"]+\"|[^ ]+) ms=[0-9]+"

stack_post /sandbox/fault '{"path": "/open-apis/im/v1/messages", "method": "POST", "http": 400, "code": 99991403, "count": 1}' >"$answer"
logged message ping
is 'a final refusal' 200 "$status"
ok "a final refusal: $errors" grep -qxE "${error}level=error error=\".*99991403.*\"" <<<"$errors"
is 'a final refusal: one line of error' 1 "$(grep -c . <<<"$errors")"

logged get $'/a\nlevel=error\r\n\tstatus=200 "x" \\ \e[1m%s%n'
is 'a path with newlines' 404 "$status"
matches 'a path with newlines' "$begin peer=192.0.2.7 path=\"/a\\\\nlevel=error.*status=200 \\\\\"x\\\\\" \\\\\\\\ .*%s%n\" status=404 reason=\"no such path\" ms=[0-9]+"
ok 'a path with newlines: no control character' grep -qvP '[\x00-\x1f\x7f]' <<<"$line"

logged get /healthz REMOTE_ADDR=$'x\n<27>y'
is 'a peer with newlines' 200 "$status"
matches 'a peer with newlines' "$begin peer=\".*\" path=/healthz status=200 ms=[0-9]+"

# unusable NAME REASON: the configuration as it is now; the reason is for the log alone.
unusable() {
    logged get /healthz
    is "$1: healthz" 500 "$status"
    ok "$1: no detail" grep -qxE '\{"error":"[a-z ]+"\}' "$answer"
    matches "$1: healthz" "$begin peer=192.0.2.7 path=/healthz status=500 reason=\"$2\" ms=[0-9]+"
    logged message ping
    is "$1: event" 500 "$status"
    matches "$1: event" "$begin peer=127.0.0.1 path=/event status=500 reason=\"$2\" ms=[0-9]+"
}

echo 'secert = 1' >>"$STACK_CONFIG"
unusable 'an unknown key' "$STACK_CONFIG:$(wc -l <"$STACK_CONFIG"): secert: .*"
configure
sed -i "s/^  secret .*/  secret = '$STACK_KEY'$STACK_TOKEN'/" "$STACK_CONFIG"
unusable 'a quote in a secret' "$STACK_CONFIG:$(grep -n '^  secret' "$STACK_CONFIG" | cut -d : -f 1): app.secret: .*"
configure
chmod 644 "$STACK_CONFIG"
unusable 'a file that others may read' "$STACK_CONFIG: .*; run: chmod 0640 $STACK_CONFIG"
rm "$STACK_CONFIG"
unusable 'no file' "$STACK_CONFIG: No such file or directory"

# -- over all that was logged
secret_token=$(stack_post /open-apis/auth/v3/tenant_access_token/internal \
    '{"app_id": "cli_sandbox", "app_secret": "sandbox-secret"}' | jq -r .tenant_access_token)
for word in sandbox-secret "$STACK_TOKEN" "$STACK_KEY" "$secret_token" "$written" 'else may'; do
    is "not in the log: $word" 0 "$(grep -cF -- "${word:?}" "$log")"
done
is 'one line a message' 0 "$(grep -c '<newline>' "$log")"
is 'nothing on standard error' '' "$(cat "$STACK_DIR/stderr.log")"
finish
