# shellcheck shell=bash
# Sandbox, nginx and a host of feishu.cgi, on loopback ports and in a temporary folder. To be sourced
# by bash scripts; needs no root. Whatever happens to the script, all of it ends with it.
#
#   stack_start                  starts everything; returns when the bot answers
#   stack_stop                   ends everything and removes the folder; also done when the script ends
#   stack_configure              writes $STACK_CONFIG anew, after a change of the settings below
#   stack_sandbox_start, _stop   the platform alone; starting again keeps its port
#   stack_host_start, _stop      the program's host alone
#   stack_redis_start, _stop     the Redis that is the store, if it is; starting again keeps its data
#   stack_nginx_start, _stop     nginx alone; starting again keeps its port
#   stack_say TEXT [JQ]          somebody says TEXT in the group; JQ changes the request, as
#                                '.chat = "p2p" | .repeat = 200'. Prints {"message_id","event_id"}
#   stack_get PATH               GET from the sandbox, as /sandbox/messages
#   stack_post PATH JSON         POST to the sandbox, as /sandbox/fault
#   stack_wait SECONDS COMMAND…  repeats the command until it succeeds; fails after SECONDS
#   stack_processes              prints the ids of CGI processes, runners and folder commands
# shellcheck disable=SC2016,SC2034,SC2094,SC2154
#
# Settings, before stack_start (lines are of libconfuse syntax):
: "${BUILD:=build}"
: "${STACK_CGI:=}"                # program that fcgiwrap runs; empty: $BUILD/feishu.cgi
: "${STACK_HOST:=fcgiwrap}"       # or "persistent": workers that stay, under multiwatch
: "${STACK_BACKEND:=folder}"      # of the store; or "redis"
: "${STACK_PLATFORM:=}"           # the sandbox; empty: $BUILD/feishu-sandbox
: "${STACK_WORKERS:=8}"           # of the host
: "${STACK_TOKEN:=sandbox-token}" # verification_token; "none": not configured
: "${STACK_KEY:=sandbox-key}"     # encrypt_key; "none": not configured
: "${STACK_APP:=}"                # more lines of app { }
: "${STACK_COMMANDS:=}"           # lines of commands { } after the directory's; empty: the user
                                  # of the sandbox may run all
: "${STACK_STORE:=}"              # more lines of store { }; a url among them stands for the backend's
: "${STACK_MORE:=}"               # further sections
: "${STACK_TLS:=}"                # not empty: nginx serves TLS as well, with $STACK_DIR/tls.crt
: "${STACK_ALERT_SOCKET:=}"       # of other workers for alerts; empty: those of the rest
: "${STACK_NGINX:=}"              # sed script on the test's server configuration
declare -a STACK_SANDBOX_OPTIONS  # as (--time-scale 60 --no-limits)
#
# There to be read, after stack_start:
STACK_DIR=           # the folder
STACK_CONFIG=        # the configuration, $STACK_DIR/feishu.conf
STACK_COMMANDS_DIR=  # the folder of commands, empty at first
STACK_URL=           # the bot behind nginx, as http://127.0.0.1:12345/feishu
STACK_TLS_URL=       # the same over TLS, if asked for
STACK_SANDBOX=       # the sandbox, as http://127.0.0.1:23456
STACK_LOG=           # what the CGI logs
STACK_STORE_URL=     # of the backend
stack_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
stack_build=$(cd "$stack_root" && realpath "$BUILD")
stack_commands="people = {'ou_sandbox_user'}"
stack_sandbox_address=127.0.0.1:0
stack_nginx_pid=
stack_host_pid=
stack_sandbox_pid=
stack_redis_pid=

stack_fail() {
    echo "stack: $*" >&2
    [ -z "$STACK_DIR" ] || tail -n 20 "$STACK_DIR"/*.log >&2
    exit 1
}

stack_wait() {
    local end=$((${EPOCHREALTIME/./} + $1 * 1000000))
    shift
    until "$@"; do
        [ "${EPOCHREALTIME/./}" -lt $end ] || return 1
        sleep 0.02
    done
}

# Makes the folder and sees to it that nothing outlives the script.
stack_open() {
    [ -z "$STACK_DIR" ] || return 0
    STACK_DIR=$(mktemp -d "${TMPDIR:-/tmp}/feishu.XXXXXX") || exit
    trap stack_stop EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 141' PIPE
    trap 'exit 143' TERM
    STACK_CONFIG=$STACK_DIR/feishu.conf
    STACK_COMMANDS_DIR=$STACK_DIR/commands.d
    STACK_LOG=$STACK_DIR/host.log
    STACK_STORE_URL=dir:$STACK_DIR/store
    [ "$STACK_BACKEND" = folder ] || STACK_STORE_URL=unix://$STACK_DIR/redis.socket
    mkdir "$STACK_COMMANDS_DIR" "$STACK_DIR/nginx"
    mkdir -m 700 "$STACK_DIR/store"
}

stack_configure() {
    local token="verification_token = '$STACK_TOKEN'" key="encrypt_key = '$STACK_KEY'"
    local store="state = '$STACK_DIR/store'  url = '$STACK_STORE_URL'  $STACK_STORE"
    [[ $STACK_STORE != *url* ]] || store=$STACK_STORE
    [ "$STACK_TOKEN" != none ] || token=
    [ "$STACK_KEY" != none ] || key=
    (
        umask 077
        cat >"$STACK_CONFIG.new" <<END
app {
  id       = 'cli_sandbox'
  secret   = 'sandbox-secret'
  base_url = '${STACK_SANDBOX:-http://127.0.0.1:1}'
  $token
  $key
  $STACK_APP
}
commands {
  directory = '$STACK_COMMANDS_DIR'
  ${STACK_COMMANDS:-$stack_commands}
}
store { $store }
log { target = 'stderr' }
$STACK_MORE
END
    ) && mv "$STACK_CONFIG.new" "$STACK_CONFIG"
}

# Prints a port that nobody listens on.
stack_free_port() {
    local port
    while port=$((10240 + RANDOM % 20000)) && (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        :
    done
    echo "$port"
}

# Our sample-nginx.conf, but for addresses, paths, and limits that a test may exceed.
stack_write_server() {
    local listen="listen 127.0.0.1:$1;" tls='/^ *ssl_/d'
    if [ -n "$STACK_TLS" ]; then
        listen+=" listen 127.0.0.1:$2 ssl http2;"
        tls="s,/etc/ssl/.*/fullchain.pem,$STACK_DIR/tls.crt,; s,/etc/ssl/.*/privkey.pem,$STACK_DIR/tls.key,"
    fi
    sed -e "s,listen 443 ssl http2;,$listen," -e "$tls" \
        -e "s,unix:/run/feishu-cgi.socket,unix:$STACK_DIR/cgi.socket," \
        -e "s,unix:/run/feishu-alert.socket,unix:${STACK_ALERT_SOCKET:-$STACK_DIR/cgi.socket}," \
        -e "s,/usr/local/lib/cgi-bin/feishu.cgi,${STACK_CGI:-$stack_build/feishu.cgi}," \
        -e "s,#\(fastcgi_param FEISHU_CONFIG\) .*;,\1 $STACK_CONFIG;," \
        -e 's,rate=[^;]*;,rate=100000r/s;,; s,\(limit_conn feishu_connections\) .*;,\1 10000;,' \
        -e "$STACK_NGINX" "$stack_root/sample-nginx.conf" >"$STACK_DIR/nginx/server.conf"
}

stack_make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
        -subj /CN=bot.example.com -addext 'subjectAltName=DNS:bot.example.com,IP:127.0.0.1' \
        -keyout "$STACK_DIR/tls.key" -out "$STACK_DIR/tls.crt" 2>"$STACK_DIR/openssl.log"
}

stack_write_nginx() {
    local user=
    [ -z "$STACK_TLS" ] || [ -e "$STACK_DIR/tls.crt" ] || stack_make_certificate ||
        stack_fail 'no certificate'
    [ "$(id -u)" -ne 0 ] || user='user root root;'
    stack_write_server "$@"
    cat >"$STACK_DIR/nginx/nginx.conf" <<END
daemon off;
pid nginx.pid;
worker_processes 2;
$user
events { worker_connections 1024; }
http {
    access_log access.log;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include server.conf;
}
END
}

# Whether nginx listens, or has given up. It writes its id once it has its ports.
stack_nginx_decided() {
    [ -s "$STACK_DIR/nginx/nginx.pid" ] || ! kill -0 "$stack_nginx_pid" 2>/dev/null
}

stack_nginx_run() {
    setsid "$stack_nginx" -p "$STACK_DIR/nginx/" -c nginx.conf -e "$STACK_DIR/nginx.log" \
        </dev/null >>"$STACK_DIR/nginx.log" 2>&1 &
    stack_nginx_pid=$!
    stack_wait 10 stack_nginx_decided && [ -s "$STACK_DIR/nginx/nginx.pid" ]
}

stack_nginx_start() {
    local port tls_port
    if [ -n "$STACK_URL" ]; then
        stack_nginx_run || stack_fail 'nginx does not start'
        return
    fi
    # A port that was free may be taken by now: another one, then.
    for _ in 1 2 3 4 5; do
        port=$(stack_free_port)
        tls_port=$(stack_free_port)
        stack_write_nginx "$port" "$tls_port"
        if stack_nginx_run; then
            STACK_URL=http://127.0.0.1:$port/feishu
            [ -z "$STACK_TLS" ] || STACK_TLS_URL=https://127.0.0.1:$tls_port/feishu
            return
        fi
        grep -q 'Address already in use' "$STACK_DIR/nginx.log" || break
    done
    stack_fail 'nginx does not start'
}

# The program inherits its host's environment, so that has none.
stack_host_start() {
    local program=${STACK_CGI:-$stack_build/feishu.cgi} host
    case $STACK_HOST in
    fcgiwrap) host=("$stack_fcgiwrap" -c "$STACK_WORKERS" -s "unix:$STACK_DIR/cgi.socket" -p "$program") ;;
    # The two milliseconds are how long a worker must have lived to be started again.
    persistent) host=("$stack_spawn" -n -s "$STACK_DIR/cgi.socket" -- "$stack_multiwatch" -f "$STACK_WORKERS" -t 2 -- "$program") ;;
    *) stack_fail "no host is called $STACK_HOST" ;;
    esac
    rm -f "$STACK_DIR/cgi.socket"
    setsid env -i "${host[@]}" </dev/null >>"$STACK_LOG" 2>&1 &
    stack_host_pid=$!
    stack_wait 10 test -S "$STACK_DIR/cgi.socket" || stack_fail "$STACK_HOST does not start"
}

# With the settings that INSTALL.md asks for.
stack_redis_start() {
    mkdir -p "$STACK_DIR/redis"
    setsid "$stack_redis" --port 0 --unixsocket "$STACK_DIR/redis.socket" --dir "$STACK_DIR/redis" \
        --appendonly yes --appendfsync always --save '' \
        </dev/null >>"$STACK_DIR/redis.log" 2>&1 &
    stack_redis_pid=$!
    stack_wait 10 stack_redis PING >"$STACK_DIR/redis.ping" || stack_fail 'Redis does not start'
}

# stack_redis COMMAND…: asks Redis.
stack_redis() {
    "$stack_redis_cli" -s "$STACK_DIR/redis.socket" "$@" 2>&1
}

stack_sandbox_decided() {
    grep -q '^listening on ' "$STACK_DIR/sandbox.log" || ! kill -0 "$stack_sandbox_pid" 2>/dev/null
}

stack_sandbox_start() {
    : >"$STACK_DIR/sandbox.log"
    setsid "${STACK_PLATFORM:-$stack_build/feishu-sandbox}" --config "$STACK_CONFIG" --listen "$stack_sandbox_address" \
        --event-url "$STACK_URL" "${STACK_SANDBOX_OPTIONS[@]}" \
        </dev/null >>"$STACK_DIR/sandbox.log" 2>&1 &
    stack_sandbox_pid=$!
    stack_wait 10 stack_sandbox_decided
    STACK_SANDBOX=$(sed -n 's/^listening on //p' "$STACK_DIR/sandbox.log")
    [ -n "$STACK_SANDBOX" ] || stack_fail 'the sandbox does not start'
    stack_sandbox_address=${STACK_SANDBOX#*://}
}

# stack_find NAME DAEMON: where the daemon is, into stack_NAME.
stack_find() {
    local path
    path=$("$stack_root/tests/tools/daemons.sh" "$2") || exit 1
    printf -v "stack_$1" %s "$path"
}

stack_start() {
    stack_find nginx nginx
    stack_find fcgiwrap fcgiwrap
    if [ "$STACK_HOST" = persistent ]; then
        stack_find spawn spawn-fcgi
        stack_find multiwatch multiwatch
    fi
    if [ "$STACK_BACKEND" = redis ]; then
        stack_find redis redis-server
        stack_find redis_cli redis-cli
    fi
    stack_open
    [ "$STACK_BACKEND" = folder ] || stack_redis_start
    # nginx first, since the sandbox wants its port; then the sandbox, whose port the CGI wants.
    stack_nginx_start
    stack_configure
    stack_sandbox_start
    stack_configure
    stack_host_start
    stack_wait 10 curl -fsS -m 5 -o "$STACK_DIR/healthz" "$STACK_URL/healthz" 2>"$STACK_DIR/curl.log" ||
        stack_fail 'the bot does not answer'
}

# Ends the process group that a process of ours leads, and waits until all of it is gone.
stack_end() {
    [ -n "$1" ] || return 0
    kill -TERM -- "-$1" 2>/dev/null
    stack_wait 5 stack_gone "$1" || kill -KILL -- "-$1" 2>/dev/null
    wait "$1" 2>/dev/null
    stack_wait 5 stack_gone "$1"
}

# Whether nothing of a process group runs. The dead whom nobody has reaped yet do not count.
stack_gone() {
    ! cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^.*) //' |
        awk -v group="$1" '$3 == group && $1 != "Z" { found = 1 } END { exit !found }'
}

stack_nginx_stop() {
    stack_end "$stack_nginx_pid"
    stack_nginx_pid=
}

# fcgiwrap leaves its workers behind when it is killed; they are of its group, though.
stack_host_stop() {
    stack_end "$stack_host_pid"
    stack_host_pid=
}

stack_redis_stop() {
    stack_end "$stack_redis_pid"
    stack_redis_pid=
}

stack_sandbox_stop() {
    stack_end "$stack_sandbox_pid"
    stack_sandbox_pid=
}

# Runners are known by the configuration they are given, commands by the file that they have open.
stack_processes() {
    {
        grep -lszFx "FEISHU_CONFIG=$STACK_CONFIG" /proc/[0-9]*/environ
        find /proc/[0-9]*/exe /proc/[0-9]*/fd/3 -lname "$STACK_DIR/*" 2>/dev/null
    } | cut -d / -f 3 | sort -un
}

stack_kill_processes() {
    local processes
    mapfile -t processes < <(stack_processes)
    [ ${#processes[@]} -gt 0 ] || return 0
    kill -KILL "${processes[@]}" 2>/dev/null
    return 1
}

stack_stop() {
    [ -n "$STACK_DIR" ] || return 0
    stack_nginx_stop
    stack_host_stop
    stack_wait 5 stack_kill_processes
    stack_sandbox_stop
    stack_redis_stop
    rm -rf "$STACK_DIR"
    STACK_DIR=
}

stack_get() {
    curl -fsS -m 30 "$STACK_SANDBOX$1"
}

stack_post() {
    curl -fsS -m 30 -H 'Content-Type: application/json' -d "$2" "$STACK_SANDBOX$1"
}

stack_say() {
    local request
    request=$(jq -cn --arg text "$1" "{text: \$text, chat: \"group\"} | ${2:-.}") || return
    stack_post /sandbox/say "$request"
}
