#!/bin/bash
# The setup tool and a real nginx: the block that is printed serves the bot, and what is wrong with a
# configuration, a socket or a certificate is found.
# shellcheck disable=SC2034,SC2154
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

STACK_TLS=yes
stack_start
port=${STACK_TLS_URL#*127.0.0.1:}
port=${port%%/*}
server=$STACK_DIR/nginx/server.conf
cp "$server" "$STACK_DIR/server.conf"
setup=$stack_build/feishu-setup
place=(--cgi "$stack_build/feishu.cgi" --socket "$STACK_DIR/cgi.socket" --nginx "$stack_nginx"
    --nginx-prefix "$STACK_DIR/nginx/" --nginx-config nginx.conf)
export LC_ALL=C.UTF-8
tests/tools/certificates.sh "$STACK_DIR"

# print WORD…: the block; its complaints are in $STACK_DIR/complaints.
print() {
    "$setup" nginx --config "$STACK_CONFIG" "${place[@]}" "$@" 2>"$STACK_DIR/complaints"
}

# The same where nginx is not there.
without_nginx() {
    "$setup" nginx --nginx /nonexistent "$@"
}

is 'the sample is the block of a default installation' "$(<sample-nginx.conf)" \
    "$(FEISHU_CONFIG='' without_nginx --domain bot.example.com --server)"

# refused WORD…: the status, and whether nothing was printed.
refused() {
    local text
    text=$(without_nginx "$@" 2>"$STACK_DIR/complaints")
    echo "$? ${#text}"
}
is 'no domain, no configuration' '2 0' "$(refused --config /nonexistent)"
is 'no domain, no event_url' '2 0' "$(refused --config "$STACK_CONFIG")"
is 'a domain that breaks out' '2 0' "$(refused --domain 'a.com; }')"
is 'a path that breaks out' '2 0' "$(refused --domain a.com --path '/a { }')"
is 'a socket that breaks out' '2 0' "$(refused --domain a.com --socket '/run/a;')"
is 'an option that is none' '2 0' "$(refused --domain a.com --no-such-thing)"
is 'one word too many' '2 0' "$(refused a.com)"

# The address that the console has says both.
sed "s,^app {,app { event_url = 'https://other.example.com/x/event'," "$STACK_CONFIG" >"$STACK_DIR/url.conf"
chmod 600 "$STACK_DIR/url.conf"
ok 'domain and path of event_url' grep -qF 'https://other.example.com/x (or /x/event)' \
    <(without_nginx --config "$STACK_DIR/url.conf" 2>/dev/null)
ok 'another configuration is named' grep -qF "  fastcgi_param FEISHU_CONFIG $STACK_CONFIG;" \
    <(print --domain bot.example.com)

# What is there already is told, beside the block.
print --domain bot.example.com >/dev/null
ok 'a location that is there' grep -qF "$server:" "$STACK_DIR/complaints"
print --domain none.example.com >/dev/null
ok 'no server yet' grep -qF -- '--server' "$STACK_DIR/complaints"
print --domain none.example.com --server >"$STACK_DIR/block"
is 'nothing to complain of' '' "$(<"$STACK_DIR/complaints")"

# use FILE: nginx serves that file's servers from now on.
use() {
    cp "$1" "$STACK_DIR/new.conf" && stack_nginx_stop
    rm -f "$STACK_DIR/nginx/nginx.pid"
    mv "$STACK_DIR/new.conf" "$server"
    stack_nginx_run
}

# healthz PATH: what the bot behind that path says over TLS, as far as the status.
healthz() {
    curl -s -m 10 -o "$STACK_DIR/answer" -w '%{http_code}' --cacert "$STACK_DIR/root.crt" \
        --connect-to "bot.example.com:443:127.0.0.1:$port" "https://bot.example.com$1/healthz"
}

# The port needs no root, the certificate's chain and key are in files of their own.
mkdir "$STACK_DIR/cert"
sed '/BEGIN.*KEY/,$d' "$STACK_DIR/good.pem" >"$STACK_DIR/cert/fullchain.pem"
cp "$STACK_DIR/leaf.key" "$STACK_DIR/cert/privkey.pem"
print --domain bot.example.com --server --path /x.y --certificate "$STACK_DIR/cert" |
    sed "s,listen 443,listen 127.0.0.1:$port," >"$STACK_DIR/whole.conf"
ok 'a printed server is taken by nginx' use "$STACK_DIR/whole.conf"
is 'and serves the bot' 200 "$(healthz /x.y)"
is 'at its path alone' 404 "$(healthz /x-y)"

# The location and the zones, each where the comments say.
print --domain bot.example.com >"$STACK_DIR/parts"
{
    sed -n '1,/^# In the server/p' "$STACK_DIR/parts"
    echo "server { listen 127.0.0.1:$port ssl; server_name bot.example.com;"
    echo "ssl_certificate $STACK_DIR/cert/fullchain.pem; ssl_certificate_key $STACK_DIR/cert/privkey.pem;"
    sed '1,/^# In the server/d' "$STACK_DIR/parts"
    echo '}'
} >"$STACK_DIR/pieces.conf"
ok 'printed pieces are taken by nginx' use "$STACK_DIR/pieces.conf"
is 'and serve the bot too' 200 "$(healthz /feishu)"

# examine STEP [OPTION…]: status, detail and fix of that step of check.
url=https://bot.example.com/feishu/event
examine() {
    local step=$1
    shift
    "$setup" check --json --config "$STACK_CONFIG" --url "$url" --connect-to "127.0.0.1:$port" \
        "${place[@]}" "$@" 2>"$STACK_DIR/complaints" |
        jq -r --arg step "$step" '.steps[] | select(.name == $step) | "\(.status): \(.detail) -> \(.fix)"'
}

# finds NAME STEP PATTERN [OPTION…]
finds() {
    local name=$1 step=$2 pattern=$3 found
    shift 3
    found=$(examine "$step" "$@")
    # shellcheck disable=SC2053
    if [[ $found == $pattern ]]; then
        passed=$((passed + 1))
    else
        is "$name" "$pattern" "$found"
    fi
}

STACK_APP="ca = '$STACK_DIR/root.crt'"
stack_configure
finds 'all is well' nginx "pass: *location ~ ^/feishu*$server:*"
finds 'eight workers' workers "pass: 8 workers *$STACK_DIR/cgi.socket*"
finds 'a good certificate' certificate 'pass: *bot.example.com*days left: 90*'
finds 'another socket' nginx "fail: *another socket: unix:$STACK_DIR/cgi.socket*" --socket /run/nobody.socket
finds 'no socket' workers 'fail: */run/nobody.socket*systemctl enable*' --socket /run/nobody.socket
finds 'another program' nginx "fail: *another program: *feishu.cgi*" --cgi /nonexistent/feishu.cgi
finds 'another port' nginx 'warn: *leads to the bot*port 1 *' --connect-to 127.0.0.1:1
finds 'no nginx' nginx 'skip: *' --nginx /nonexistent

# nginx_of SED: the same with a change, examined but not served.
nginx_of() {
    sed "$1" "$STACK_DIR/pieces.conf" >"$server"
}
nginx_of '/location .*alert/,/}/s,fastcgi_pass .*;,fastcgi_pass unix:/run/elsewhere.socket;,'
finds 'alerts by workers of their own' nginx 'pass: *location ~ ^/feishu(/.\*)*'
nginx_of 's,server_name bot,server_name other,; s,^    location ~ ^/feishu,    location ~ ^/y { } location ~ ^/feishu,'
finds 'another name is as good by default' nginx 'pass: *'
nginx_of "s,listen 127.0.0.1:$port ssl,listen 127.0.0.1:$port,"
finds 'no TLS' nginx 'fail: *without TLS*'
nginx_of 's,SCRIPT_FILENAME .*;,SCRIPT_FILENAME /var/www/index.php;,'
finds 'no location' nginx "fail: *no location*nginx --domain bot.example.com*"
sed -i 's,server_name bot,server_name other,' "$server"
finds 'no server' nginx 'fail: *no server called bot.example.com*--domain bot.example.com --server*'
nginx_of 's,FEISHU_CONFIG .*;,FEISHU_CONFIG /etc/feishu/second.conf;,'
finds 'another configuration' nginx 'fail: *another configuration: /etc/feishu/second.conf*'
{
    echo "server { listen 127.0.0.1:$port ssl; server_name bot.example.com; ssl_certificate $STACK_DIR/cert/fullchain.pem;"
    echo "ssl_certificate_key $STACK_DIR/cert/privkey.pem; }"
    cat "$STACK_DIR/pieces.conf"
} >"$server"
finds 'a second server of the name' nginx "fail: two servers are called bot.example.com*$server:1, $server:*"
nginx_of 's,fastcgi_cache ,fastcgi_cash ,'
finds 'nginx -t fails' nginx "fail: *unknown directive \"fastcgi_cash\" in $server:*nginx -t*"
nginx_of 's,^server ,include many.conf; server ,'
for ((i = 0; i < 3000; i++)); do
    echo "server { listen 127.0.0.1:$port ssl; server_name s$i.example.com; } # far more than a pipe holds at a time"
done >"$STACK_DIR/nginx/many.conf"
sed -i 's,server_name bot,ssl_session_timeout 5m; server_name bot,' "$server"
sed -i "1i ssl_certificate $STACK_DIR/cert/fullchain.pem; ssl_certificate_key $STACK_DIR/cert/privkey.pem;" "$server"
finds 'a large configuration' nginx "pass: *$server:*"
cp "$STACK_DIR/pieces.conf" "$server"

if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
    chmod 755 "$STACK_DIR"
    chmod 600 "$STACK_DIR/cert/privkey.pem"
    cp "$setup" "$STACK_DIR/feishu-setup"
    install -m 600 -o nobody "$STACK_CONFIG" "$STACK_DIR/nobody.conf"
    root_setup=$setup root_config=$STACK_CONFIG
    STACK_CONFIG=$STACK_DIR/nobody.conf
    nobody() {
        setpriv --reuid=nobody --clear-groups "$STACK_DIR/feishu-setup" "$@"
    }
    setup=nobody
    if nobody --help >/dev/null 2>&1; then
        finds 'an ordinary user may not look' nginx 'skip: only root*Permission denied*'
        finds 'nor count' workers "pass: somebody listens at $STACK_DIR/cgi.socket*only root*"
    else
        skip 'an ordinary user' 'nobody cannot run the program here'
    fi
    setup=$root_setup STACK_CONFIG=$root_config
else
    skip 'an ordinary user' 'that needs root'
fi

# Certificates: the server's block is ours, and nginx takes up each in turn.
serve() {
    sed '/BEGIN.*KEY/,$d' "$STACK_DIR/$1.pem" >"$STACK_DIR/cert/fullchain.pem"
    sed -n '/BEGIN.*KEY/,$p' "$STACK_DIR/$1.pem" >"$STACK_DIR/cert/privkey.pem"
    use "$STACK_DIR/pieces.conf"
}
serve soon
finds '5 days left' certificate 'warn: *days left: 5*certbot renew*'
serve lone
finds 'the intermediate is missing' certificate 'fail: the chain is incomplete*fullchain.pem*'
serve expired
finds 'expired' certificate 'fail: *has expired*certbot renew*'
serve misnamed
finds 'another name' certificate 'fail: *is for other.example.com, not for bot.example.com*'
serve self
finds 'signed by itself' certificate 'fail: *signed by itself*fullchain.pem*'
url=$STACK_URL/event
finds 'plain http' certificate 'skip: *'

# Where the first process has the socket, it starts the workers; the check itself must not make it do
# so. That process is systemd's own program, in a namespace of its own.
activated=$STACK_DIR/activated.socket
may_unshare() {
    command -v systemd-socket-activate >/dev/null && unshare -pf --mount-proc true 2>/dev/null
}
if may_unshare; then
    setpriv --pdeathsig KILL unshare -pf --kill-child --mount-proc \
        systemd-socket-activate -l "$activated" \
        touch "$STACK_DIR/started" >"$STACK_DIR/activate.log" 2>&1 &
    unshared=$!
    stack_wait 10 test -S "$activated"
    first=$(pgrep -P $unshared)
    real_setup=$setup
    within() {
        nsenter -t "$first" -p -m "$real_setup" "$@"
    }
    setup=within
    finds 'workers that are still to be started' workers 'pass: *first request*' --socket "$activated"
    setup=$real_setup
    ok 'the check starts none' test ! -e "$STACK_DIR/started"
    kill -KILL "$first" # unshare itself takes no SIGTERM
    wait $unshared 2>/dev/null
else
    skip 'workers that are still to be started' 'no systemd-socket-activate, or no namespace to be had'
fi

stack_host_stop
finds 'nobody listens' workers "fail: nobody listens at $STACK_DIR/cgi.socket*systemctl restart*"
STACK_WORKERS=1
stack_host_start
finds 'one worker' workers 'warn: a single worker *-fc8*'
finish
