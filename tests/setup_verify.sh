#!/bin/bash
# verify-url against the bot behind a real nginx, with each thing wrong that an operator meets.
# shellcheck disable=SC2034,SC2154
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
export LC_ALL=C.UTF-8

# A bot that is slow once, or says nothing, where there is such a file.
stack_open
STACK_CGI=$STACK_DIR/bot
cat >"$STACK_CGI" <<END
#!/bin/sh
[ ! -e '$STACK_DIR/slow' ] || { rm '$STACK_DIR/slow'; sleep 1.2; }
[ ! -e '$STACK_DIR/mute' ] || exit 0
exec '$stack_build/feishu.cgi'
END
chmod 755 "$STACK_DIR" "$STACK_CGI"

# nginx answers these paths in ways of its own.
html='default_type text/html; return'
declare -A locations=(
    [moved]='return 301 https://bot.example.com/feishu;'
    [forbidden]='return 403;'
    [missing]='return 404;'
    [denied]='deny all;'
    [static]='alias /etc/passwd;'
    [filing]="charset utf-8; $html 200 \"<html><title>提示</title>该网站未完成备案，请联系阿里云</html>\";"
    [webblock]='return 302 https://dnspod.qcloud.com/static/webblock.html?d=bot.example.com;'
    [page]="$html 200 \"<html><title>Welcome</title></html>\";"
    [yes]='default_type application/json; return 200 "{}";'
    [unrun]='fastcgi_pass unix:cgi; fastcgi_param SCRIPT_FILENAME /nonexistent;'
    [dead]='fastcgi_pass unix:/nonexistent;'
)
block=
for name in "${!locations[@]}"; do
    block+="location = /$name { ${locations[$name]} } "
done
STACK_NGINX="/^    location ~/i ${block//unix:cgi/unix:$STACK_DIR/cgi.socket}"
STACK_TLS=yes
stack_start
origin=${STACK_URL%/feishu}
tls=${STACK_TLS_URL#https://}
tls=${tls%/feishu}
setup=$stack_build/feishu-setup
steps='address challenge event unsigned signature token stale'

# configure [APP]: the bot's configuration with these lines, and the same for us.
configure() {
    STACK_APP=${1:-}
    stack_configure
    cp -p "$STACK_CONFIG" "$STACK_DIR/ours.conf"
}
configure "ca = '$STACK_DIR/tls.crt'"

# verify WORD…: the JSON is in $STACK_DIR/json, the status in $status.
verify() {
    "$setup" verify-url --config "$STACK_DIR/ours.conf" --json "$@" \
        >"$STACK_DIR/json" 2>"$STACK_DIR/complaint"
    status=$?
}

# statuses: of all steps, in their order.
statuses() {
    jq -r '[.steps[].status] | join(" ")' "$STACK_DIR/json"
}

# says STEP DETAIL FIX: whether the step failed and says so.
says() {
    jq -e --arg step "$1" --arg detail "$2" --arg fix "$3" '.ok == false and (.steps[]
        | select(.name == $step) | .status == "fail" and (.detail | contains($detail))
            and (.fix | contains($fix)))' "$STACK_DIR/json" >/dev/null || {
        jq -c '.steps[:3]' "$STACK_DIR/json"
        false
    }
}

### All is well

find "$STACK_DIR/store" >"$STACK_DIR/before"
verify "$STACK_URL"
is 'well' "0 warn pass pass pass pass pass pass" "$status $(statuses)"
is 'every step by name' "$steps" "$(jq -r '[.steps[].name] | join(" ")' "$STACK_DIR/json")"
ok 'every step has all that it should' jq -e --arg url "$STACK_URL" '.ok and .url == $url and ([.steps[]
    | (.ms | type == "number") and (.detail | length > 0) and (.fix | type == "string")] | all)' \
    "$STACK_DIR/json" >"$STACK_DIR/jq"
ok 'a loopback address is warned of' jq -e '.steps[0].detail | contains("this machine itself")' \
    "$STACK_DIR/json" >"$STACK_DIR/jq"
is 'nothing is left in the store' "$(<"$STACK_DIR/before")" "$(find "$STACK_DIR/store")"
is 'nothing goes to the platform' 0 "$(stack_get /sandbox/requests | jq '.requests | length')"
# What the bot logged of each, in order.
is 'each attack is refused for its own reason' 'challenge|nothing to do|not signed|wrong signature|wrong verification token|signed at a time outside max_age' \
    "$(grep ' path=/event ' "$STACK_LOG" | sed 's/.* reason=\("\([^"]*\)"\|\([^ ]*\)\) .*/\2\3/' | paste -sd '|')"
ok 'what is sent tells whose it is' grep -q ' event_id=feishu-setup-' "$STACK_LOG"

verify "$STACK_TLS_URL/event"
is 'over TLS' "0 warn pass pass pass pass pass pass" "$status $(statuses)"
verify https://bot.example.com/feishu/event --connect-to "$tls"
is 'elsewhere' "0 pass pass pass pass pass pass" "$status $(statuses | cut -d' ' -f2-)"

"$setup" verify-url --config "$STACK_DIR/ours.conf" "$STACK_URL" >"$STACK_DIR/text"
is 'as text: the status' 0 $?
ok 'as text: the steps' grep -q 'pass an event with a wrong signature: refused' "$STACK_DIR/text"
is 'no secret is printed' '' "$(cat "$STACK_DIR"/{json,text,complaint} | grep -e "$STACK_TOKEN" -e "$STACK_KEY" -e sandbox-secret)"

### What is not checked

configure 'max_age = 0'
verify "$STACK_URL"
is 'without max_age' "0 warn pass pass pass pass pass warn" "$status $(statuses)"
STACK_KEY=none configure
verify "$STACK_URL"
is 'without a key' "0 warn pass pass skip skip pass pass" "$status $(statuses)"
ok 'without a key: the reason' jq -e '.steps[3].detail | contains("no encrypt_key")' \
    "$STACK_DIR/json" >"$STACK_DIR/jq"
STACK_TOKEN=none configure
verify "$STACK_URL"
is 'without a token' "0 warn pass pass pass pass skip pass" "$status $(statuses)"
STACK_KEY=none STACK_TOKEN=none configure
verify "$STACK_URL"
is 'without either' "1 warn fail skip skip skip skip skip" "$status $(statuses)"
ok 'without either: the sentence' says challenge 'neither verification_token nor encrypt_key' 加密策略
configure

### The bot has another configuration than we

# differs NAME APP-OF-BOT STATUSES STEP DETAIL FIX
differs() {
    STACK_APP=$2
    stack_configure
    verify "$STACK_URL"
    is "$1" "1 $3" "$status $(statuses)"
    ok "$1: the sentence" says "$4" "$5" "$6"
    STACK_APP=
}
silent='warn fail skip skip skip skip skip'
STACK_KEY=other differs 'another key' '' "$silent" challenge 'it has another Encrypt Key' FEISHU_CONFIG
STACK_TOKEN=other differs 'another token' '' "$silent" challenge 'Verification Token' FEISHU_CONFIG
STACK_KEY=none differs 'no key' '' "$silent" challenge '401: the bot refuses it' 加密策略
STACK_KEY=none STACK_TOKEN=none differs 'neither' '' "$silent" challenge 'HTTP status 404' encrypt_key
differs 'a broken one' 'nonsense' "$silent" challenge 'cannot use its configuration' 'feishu-setup check'
STACK_TOKEN=none differs 'no token' '' 'warn pass pass pass pass fail pass' token 'taken for genuine' \
    FEISHU_CONFIG
differs 'no max_age' 'max_age = 0' 'warn pass pass pass pass pass fail' stale 'taken for genuine' \
    FEISHU_CONFIG
sed -i "s/'cli_sandbox'/'cli_other'/" "$STACK_CONFIG"
verify "$STACK_URL"
is 'another app' '1 warn pass fail pass pass pass pass' "$status $(statuses)"
ok 'another app: the sentence' says event 'App ID' FEISHU_CONFIG
configure

### Something else answers

while IFS='|' read -r path detail fix; do
    verify "$origin/$path"
    is "$path" "1 $silent" "$status $(statuses)"
    ok "$path: the sentence" says challenge "$detail" "$fix"
done <<'END'
moved|301: redirected to "https://bot.example.com/feishu", and Feishu follows no redirect|without a redirect
forbidden|403: nginx refuses it|deny
missing|404: nginx has no location for this path|feishu-setup nginx
denied|403: nginx refuses it|deny
static|405: nginx serves files there|location
elsewhere|404: nginx has no location for this path|location
filing|the page about a missing ICP filing (备案) of 阿里云|接入备案
webblock|the page about a missing ICP filing (备案) of 腾讯云|接入备案
page|200: a web page (title: "Welcome") instead of JSON|WAF
yes|200: another program answers|another bot
unrun|403: fcgiwrap does not run the program|SCRIPT_FILENAME
dead|502: nginx does not reach the bot|feishu-cgi.socket
feishu/other|404: the bot answers, but not at this path|/feishu/event
feishu/healthz|405: the bot answers, but takes no events|/feishu/event
END
verify "$STACK_SANDBOX/sandbox/app"
ok 'another program' says challenge 'another program answers' server_name

### TLS

verify "${STACK_TLS_URL/https/http}"
ok 'plain HTTP to a port of TLS' says challenge '400: nginx takes plain HTTP for TLS' https://
verify "${STACK_URL/http/https}"
ok 'TLS to a port of plain HTTP' says challenge 'no TLS' 'listen there with ssl'
verify "$STACK_TLS_URL"
ok 'signed by itself' says challenge 'signed by itself' certbot
configure "ca = '$STACK_DIR/tls.crt'"
verify https://other.example.com/feishu --connect-to "$tls"
ok 'another name' says challenge 'is for bot.example.com, not for other.example.com' 'certbot certonly'

### Slow, and gone

touch "$STACK_DIR/slow"
verify "$STACK_URL"
is 'slow' "1 warn fail pass pass pass pass pass" "$status $(statuses)"
ok 'slow: the sentence' says challenge 'it came back, but too late: after 1.' 'too few workers'
ok 'slow: how long it took' jq -e '.steps[1].ms > 1000' "$STACK_DIR/json" >"$STACK_DIR/jq"

touch "$STACK_DIR/mute"
verify "$STACK_URL"
rm "$STACK_DIR/mute"
ok 'a program that says nothing' says challenge '502: the program ends without an answer' 'by hand'

kill -STOP -- "-$stack_host_pid"
verify "$STACK_URL"
kill -CONT -- "-$stack_host_pid"
is 'hanging' "1 $silent" "$status $(statuses)"
ok 'hanging: the sentence' says challenge 'connected, but no answer within 4.' workers

stack_host_stop
verify "$STACK_URL"
ok 'no workers' says challenge '502: nginx does not reach the bot' feishu-cgi.socket
stack_nginx_stop
verify "$STACK_URL"
is 'no nginx' "1 $silent" "$status $(statuses)"
ok 'no nginx: the sentence' says challenge 'the connection is refused' 'systemctl status nginx'
verify http://name..invalid/feishu
is 'no name' '1 fail skip skip skip skip skip skip' "$status $(statuses)"
ok 'no name: the sentence' says address 'name..invalid has no address in the DNS' 'A record'

### What it is called with

# complains NAME TEXT WORD…: exit status 2, and a line that holds the text.
complains() {
    local name=$1 text=$2
    shift 2
    verify "$@"
    is "$name" '2 0' "$status $(stat -c %s "$STACK_DIR/json")"
    ok "$name: the sentence" grep -qF "$text" "$STACK_DIR/complaint"
}
complains 'no URL' 'set app.event_url'
complains 'no scheme' 'has to begin with https://' bot.example.com/feishu
complains 'a space' 'white space' 'https://bot.example.com/feishu event'
complains 'a full-width colon' 'full-width' 'https：//bot.example.com/feishu'
complains 'a place that is none' 'is not HOST:PORT' "$STACK_URL" --connect-to 127.0.0.1
complains 'two URLs' 'one word too many' "$STACK_URL" "$STACK_URL"
complains 'an option that is none' 'there is no option' --no-such-thing "$STACK_URL"
configure "event_url = '$STACK_URL'"
verify
is 'the configured URL' "1 $silent $STACK_URL" "$status $(statuses) $(jq -r .url "$STACK_DIR/json")"
rm "$STACK_DIR/ours.conf"
verify "$STACK_URL"
is 'no configuration' '1 fail' "$status $(statuses)"
ok 'no configuration: the sentence' says config ours.conf --config
ok 'help' grep -q 'connect-to HOST:PORT' <("$setup" verify-url --help)
finish
