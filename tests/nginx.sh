#!/bin/bash
# sample-nginx.conf, under real nginx and fcgiwrap: which requests reach the CGI, and with what. A
# small script stands in for feishu.cgi and prints what it is given.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

stack_open
STACK_CGI=$STACK_DIR/echo.cgi
STACK_TLS=yes
cat >"$STACK_CGI" <<END
#!/bin/sh
cat >/dev/null
case \$PATH_INFO in
/wait | /alert/wait) cat "$STACK_DIR/go" >/dev/null ;;
/hang) sleep 20 ;;
esac
printf 'Content-Type: text/plain\r\n\r\n'
env
END
chmod +x "$STACK_CGI"
mkfifo "$STACK_DIR/go"
answer=$STACK_DIR/answer

# request PATH [CURL-OPTION…]: prints the status; the answer is in $answer.
request() {
    local path=$1
    shift
    curl -s -m 20 --path-as-is -o "$answer" -w '%{http_code}' "$@" "${STACK_URL%/feishu}$path"
}

# variable NAME: as the CGI was given it; "unset" if it was not.
variable() {
    grep -q "^$1=" "$answer" || echo unset
    sed -n "s/^$1=//p" "$answer"
}

# path_info PATH: what the CGI sees of it, or the status if it sees nothing.
path_info() {
    local status
    status=$(request "$1")
    [ "$status" = 200 ] && variable PATH_INFO || echo "$status"
}

restart_nginx() {
    stack_nginx_stop
    rm -f "$STACK_DIR/nginx/nginx.pid"
    STACK_URL=
    STACK_NGINX=$1
    stack_nginx_start
}

# The sample with nothing changed but the certificate, and ports that need no root.
sample_is_clean() {
    stack_make_certificate
    mkdir -p "$STACK_DIR/sample"
    sed "s,listen 443,listen 127.0.0.1:$(stack_free_port),
         s,/etc/ssl/.*/fullchain.pem,$STACK_DIR/tls.crt,; s,/etc/ssl/.*/privkey.pem,$STACK_DIR/tls.key," \
        sample-nginx.conf >"$STACK_DIR/sample/feishu"
    echo "pid $STACK_DIR/sample/pid; events {} http { access_log off; $(
        for kind in client_body proxy fastcgi uwsgi scgi; do
            printf '%s_temp_path %s; ' $kind "$STACK_DIR/sample/$kind"
        done
    ) include $STACK_DIR/sample/feishu; }" >"$STACK_DIR/sample/nginx.conf"
    "$(tests/tools/daemons.sh nginx)" -t -e "$STACK_DIR/sample/log" -c "$STACK_DIR/sample/nginx.conf" \
        >"$STACK_DIR/sample/verdict" 2>&1
    grep -q 'test is successful' "$STACK_DIR/sample/verdict" &&
        [ "$(grep -c . "$STACK_DIR/sample/verdict")" -eq 2 ] && return
    cat "$STACK_DIR/sample/verdict"
    return 1
}

ok 'the sample is clean' sample_is_clean
stack_start

check_paths() {
    is "$1: no path" '' "$(path_info "$2")"
    is "$1: /" / "$(path_info /feishu/)"
    is "$1: /event" /event "$(path_info /feishu/event)"
    is "$1: a query is no part of it" /event "$(path_info '/feishu/event?a=/b')"
    is "$1: deeper" /alert/ops "$(path_info /feishu/alert/ops)"
    is "$1: escapes are read" '/a b' "$(path_info /feishu/a%20b)"
    is "$1: dots do not lead out" 404 "$(path_info /feishu/../etc/passwd)"
    is "$1: another name" 404 "$(path_info /feishux/event)"
    is "$1: not below another" 404 "$(path_info /x/feishu/event)"
}
check_paths 'first location' /feishu

is 'the program is fixed' 200 "$(request '/feishu/event/x.cgi?SCRIPT_FILENAME=/bin/sh' -H 'Script-Filename: /bin/sh')"
is 'the program is ours' "$STACK_CGI" "$(variable SCRIPT_FILENAME)"
is 'the configuration is named' "$STACK_CONFIG" "$(variable FEISHU_CONFIG)"
is 'a Proxy header' 200 "$(request /feishu/event -H 'Proxy: http://evil.example')"
is 'a Proxy header is taken away' unset "$(variable HTTP_PROXY)"
is 'a POST' 200 "$(request /feishu/event -H 'Content-Type: application/json' -H 'X-Lark-Signature: abc' -d '{}')"
is 'method' POST "$(variable REQUEST_METHOD)"
is 'length' 2 "$(variable CONTENT_LENGTH)"
is 'type' application/json "$(variable CONTENT_TYPE)"
is 'peer' 127.0.0.1 "$(variable REMOTE_ADDR)"
is 'headers of the platform' abc "$(variable HTTP_X_LARK_SIGNATURE)"

head -c $((1100 * 1024)) /dev/zero >"$STACK_DIR/body"
is 'a body of 1100 KiB passes' 200 "$(request /feishu/event --data-binary "@$STACK_DIR/body")"
printf x >>"$STACK_DIR/body"
is 'one byte more does not' 413 "$(request /feishu/event --data-binary "@$STACK_DIR/body")"
is 'a program that hangs is given up' 504 "$(request /feishu/hang)"

# Alerts: larger, from inside only, by workers of their own.
is 'a larger body of alerts passes' 200 "$(request /feishu/alert/ops --data-binary "@$STACK_DIR/body")"
is 'what is above is the same' '/alert/ops POST unset' "$(variable PATH_INFO) $(variable REQUEST_METHOD) $(variable HTTP_PROXY)"
head -c $((4100 * 1024)) /dev/zero >"$STACK_DIR/body"
is 'alerts of 4100 KiB pass' 200 "$(request /feishu/alert/ops --data-binary "@$STACK_DIR/body")"
printf x >>"$STACK_DIR/body"
is 'one byte more does not' 413 "$(request /feishu/alert/ops --data-binary "@$STACK_DIR/body")"
restart_nginx 's,server_tokens,set_real_ip_from 127.0.0.1; real_ip_header X-From; server_tokens,'
for from in 127.0.0.2 10.1.2.3 172.31.255.255 192.168.0.1 ::1 fd12::3; do
    is "alerts from $from" 200 "$(request /feishu/alert/ops -H "X-From: $from")"
done
for from in 203.0.113.5 11.0.0.1 172.32.0.1 192.169.0.1 2001:db8::1; do
    is "no alerts from $from" 403 "$(request /feishu/alert/ops -H "X-From: $from")"
    is "events from $from" 200 "$(request /feishu/event -H "X-From: $from")"
done
STACK_ALERT_SOCKET=$STACK_DIR/alert.socket
setsid env -i "$stack_fcgiwrap" -c 1 -s "unix:$STACK_ALERT_SOCKET" -p "$STACK_CGI" </dev/null >>"$STACK_LOG" 2>&1 &
alert_workers=$!
trap 'stack_end "$alert_workers"; stack_stop' EXIT
restart_nginx ''
request /feishu/alert/wait >"$STACK_DIR/first" &
waiting=$!
exec 3>"$STACK_DIR/go" # opens once the alert has the only worker
is 'all workers of alerts are busy: an event is answered' 200 "$(request /feishu/event)"
exec 3>&-
wait "$waiting"
is 'the alert, too, in the end' 200 "$(<"$STACK_DIR/first")"
STACK_ALERT_SOCKET=

restart_nginx ''
is 'TLS' 200 "$(curl -s -o "$answer" -w '%{http_code}' --cacert "$STACK_DIR/tls.crt" "$STACK_TLS_URL/event")"
is 'TLS: path' /event "$(variable PATH_INFO)"

restart_nginx '
    s,^\( *\)\(location ~ \^/feishu(/\.\*)\),\1#\2,
    s,^\( *\)\(fastcgi_param PATH_INFO \$1;\),\1#\2,
    s,^\( *\)#\(location ~ \^/feishu/(\.\*)\),\1\2,
    s,^\( *\)# *\(fastcgi_param PATH_INFO /\$1;\),\1\2,
    s,\^/feishu(/alert/\.\*),^/feishu/(alert/.*),'
is 'second location: not without a slash' 404 "$(path_info /feishu)"
is 'second location: /' / "$(path_info /feishu/)"
is 'second location: /event' /event "$(path_info /feishu/event)"
is 'second location: deeper' /alert/ops "$(path_info /feishu/alert/ops)"

# The limits with numbers that a test can reach.
restart_nginx 's,rate=[^;]*;,rate=1r/m;,; s,burst=[0-9]*,burst=2,'
is 'requests within the limit' '200 200 200' "$(request /feishu/a) $(request /feishu/b) $(request /feishu/c)"
is 'one above the limit' 503 "$(request /feishu/d)"
restart_nginx 's,limit_conn feishu_connections .*,limit_conn feishu_connections 1;,'
request /feishu/wait >"$STACK_DIR/first" &
exec 3>"$STACK_DIR/go" # opens once the first request is at the CGI
is 'a connection above the limit' 503 "$(request /feishu/second)"
exec 3>&-
wait $!
is 'the connection within the limit' 200 "$(<"$STACK_DIR/first")"
finish
