#!/bin/bash
# Measures the bot under load: load.sh [4|5|6|7|growth …]; all of them without an argument.
#
#   4       events a second that need no reply: persistent, CGI, bare libfcgi loops, the Node SDK
#   5       a worker's memory over a million requests
#   6       from an event to its reply, with the platform 40 ms away
#   7       a thousand messages within a second
#   growth  events a second by workers
#
# Standard output: a line a figure, TAB-separated: row, what, measured, reference, ratio, goal, verdict
# (met, missed, reported). Progress goes to standard error. Needs "make all benches", and for the
# Node SDK node and npm. Settings for a quick look: ROUNDS, SECONDS_EACH, REQUESTS.
set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/event.sh
. tests/tools/event.sh

: "${ROUNDS:=5}"
: "${SECONDS_EACH:=2}"
: "${REQUESTS:=1000000}"
: "${PERSISTENT:=$stack_build/feishu.cgi}" # the program that the persistent workers run
bench=$stack_root/tests/bench
programs=$stack_build/bench
# What was started, by name: process group, and for those behind nginx the URL.
declare -A pids urls

say() {
    echo "load.sh: $*" >&2
}

fail() {
    say "$*"
    exit 1
}

# figure ROW WHAT MEASURED REFERENCE RATIO GOAL VERDICT
figure() {
    local IFS=$'\t'
    echo "$*"
}

# calculate EXPRESSION: of numbers, to three places.
calculate() {
    awk "BEGIN { printf \"%.3f\\n\", $1 }"
}

# verdict EXPRESSION: of numbers, whether the goal is reached.
verdict() {
    awk "BEGIN { print (($1) ? \"met\" : \"missed\") }"
}

# percentile P: of the numbers on standard input, one a line.
percentile() {
    sort -g | awk -v p="$1" '{ n[NR] = $1 }
        END { i = int(NR * p / 100 + 0.999999); print n[i < 1 ? 1 : i] }'
}

median() {
    sort -g | awk '{ n[NR] = $1 } END { m = int((NR + 1) / 2); print NR % 2 ? n[m] : (n[m] + n[m + 1]) / 2 }'
}

# What was started ends with the script, as the stack does.
bench_stop() {
    local name
    for name in "${!pids[@]}"; do
        end "$name"
    done
    stack_stop
}

end() {
    stack_end "${pids[$1]-}"
    unset "pids[$1]"
}

# start NAME COMMAND…: in the background, in an environment of its own; its output is $STACK_DIR/NAME.log.
start() {
    local name=$1
    shift
    setsid env -i PATH="$PATH" "$@" </dev/null >>"$STACK_DIR/$name.log" 2>&1 &
    pids[$name]=$!
}

# start_listening NAME COMMAND…: one that prints "listening on PORT"; sets $port.
start_listening() {
    local name=$1
    : >"$STACK_DIR/$name.log"
    start "$@"
    stack_wait 10 grep -qs '^listening on ' "$STACK_DIR/$name.log" || stack_fail "$name does not start"
    port=$(sed -n 's/^listening on //p' "$STACK_DIR/$name.log")
}

# serve NAME WORKERS PROGRAM: a FastCGI program behind the stack's nginx, at ${urls[NAME]}/feishu/event.
serve() {
    local name=$1 socket=$STACK_DIR/$1.socket
    rm -f "$socket"
    start "$name" "$programs/workers" "$socket" "$2" "$3"
    stack_wait 10 test -S "$socket" || stack_fail "$name does not start"
    [ -n "${urls[$name]-}" ] || publish "$name"
    answers "${urls[$name]}" || fail "$name does not answer: $3"
}

# publish NAME: a server in nginx like that of the stack, for $STACK_DIR/NAME.socket.
publish() {
    local port before
    port=$(stack_free_port)
    before=$(children "$stack_nginx_pid")
    sed -e '/^limit_.*_zone/d' -e "s,listen .*;,listen 127.0.0.1:$port;," \
        -e "s,unix:$STACK_DIR/cgi.socket,unix:$STACK_DIR/$1.socket," \
        "$STACK_DIR/nginx/server.conf" >"$STACK_DIR/nginx/bench-$1.conf"
    sed -i "s,include server.conf;,&\ninclude bench-$1.conf;," "$STACK_DIR/nginx/nginx.conf"
    kill -HUP "$stack_nginx_pid"
    urls[$1]=http://127.0.0.1:$port
    # Its old processes close the connections that they still accept.
    # shellcheck disable=SC2086 # one word each
    stack_wait 10 knock "$port" && stack_wait 10 gone $before || stack_fail "nginx does not serve $1"
}

children() {
    cat "/proc/$1/task/$1/children"
}

# gone PID…: whether none of them is there.
gone() {
    local pid
    for pid; do
        [ ! -e "/proc/$pid" ] || return 1
    done
}

knock() {
    (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

answers() {
    stack_wait 10 curl -fsS -m 5 -o "$STACK_DIR/healthz" "$1/feishu/healthz" 2>>"$STACK_DIR/curl.log"
}

# sealed ID TEXT [OVERRIDES]: "TIME NONCE SIGNATURE BODY" of a message's event.
sealed() {
    local body time=$EPOCHSECONDS
    body=$(seal "$STACK_KEY" "$(message_event "$1" "$2" \
        ".header.token = \"$STACK_TOKEN\" | .header.app_id = \"cli_sandbox\" | ${3:-.}")")
    echo "$time n $(signature "$time" n "$STACK_KEY" "$body") $body"
}

# Events of a group that do not mention the bot: all is checked and decrypted, and nothing is done.
make_idle_events() {
    local i
    idle=$STACK_DIR/idle.events
    for i in {1..32}; do
        sealed "om_idle_$i" 'Lunch, anybody?' \
            '.event.message |= (.chat_type = "group" | .chat_id = "oc_sandbox_group")'
    done >"$idle"
}

# load URL SECONDS CONNECTIONS FILE: prints wrk's "requests N us N failed N p50 N p99 N".
load() {
    FILE=$4 "$wrk" -t 1 -c "$3" -d "$2s" -s "$bench/events.lua" "$1/feishu/event" 2>&1 |
        grep '^requests ' || fail "wrk says nothing of $1"
}

# rate URL SECONDS CONNECTIONS FILE: requests a second, none of which may fail.
rate() {
    local line
    line=$(load "$@") || exit
    [[ $line == *' failed 0 '* ]] || fail "requests to $1 fail: $line"
    awk '{ printf "%.0f\n", $2 * 1000000 / $4 }' <<<"$line"
}

# takes URL FILE: whether the first of the events is taken for genuine. The Node SDK's status does not
# tell; both answer it with an empty object.
takes() {
    local time nonce signature body
    read -r time nonce signature body <"$2"
    [ "$(curl -fsS -m 5 -H 'Content-Type: application/json' -H "X-Lark-Request-Timestamp: $time" \
        -H "X-Lark-Request-Nonce: $nonce" -H "X-Lark-Signature: $signature" -d "$body" \
        "$1/feishu/event")" = '{}' ] || fail "$1 does not take our events"
}

# ratios A B: of the rounds' lines in two files.
ratios() {
    paste "$1" "$2" | awk '{ printf "%.3f\n", $1 / $2 }'
}

# bench_start WORKERS: the stack, with that many of fcgiwrap's.
bench_start() {
    STACK_WORKERS=$1
    stack_start
    trap bench_stop EXIT
    urls=([cgi]=${STACK_URL%/feishu})
}

# bench_end: all of it, so that the next row begins anew.
bench_end() {
    bench_stop
    urls=()
    STACK_URL=
    stack_sandbox_address=127.0.0.1:0
}

prepare_node() {
    command -v node >/dev/null && command -v npm >/dev/null || return
    (
        cd "$bench/node" || exit
        # Installed once for each state of the lock file. No package's own scripts are run.
        cmp -s package-lock.json node_modules/.installed-lock && exit
        say 'npm fetches express and the official SDK'
        npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2 &&
            cp package-lock.json node_modules/.installed-lock
    )
}

row_4() {
    local round name names=(persistent bare bare-at-once cgi) port ratio
    local -A median_of
    bench_start 2
    make_idle_events
    serve bare 2 "$programs/bare"
    # As the worker does, it closes without waiting for nginx.
    printf '#!/bin/sh\nLIBFCGI_OS_CLOSE_POLL_TIMEOUT=0 exec %s\n' "$programs/bare" >"$STACK_DIR/bare"
    chmod 755 "$STACK_DIR/bare"
    serve bare-at-once 2 "$STACK_DIR/bare"
    serve persistent 2 "$PERSISTENT"
    if prepare_node; then
        start_listening node KEY="$STACK_KEY" TOKEN="$STACK_TOKEN" node "$bench/node/server.js"
        urls[node]=http://127.0.0.1:$port
        names+=(node)
    else
        say 'no node or npm: without the Node SDK'
    fi
    for name in "${names[@]}"; do
        takes "${urls[$name]}" "$idle"
        # Before the first round all are as they are in the last: Node compiles while it runs.
        rate "${urls[$name]}" "$SECONDS_EACH" 8 "$idle" >"$STACK_DIR/warm" || exit
    done
    for ((round = 1; round <= ROUNDS; round++)); do
        for name in "${names[@]}"; do
            rate "${urls[$name]}" "$SECONDS_EACH" 8 "$idle" >>"$STACK_DIR/$name.rates" || exit
            say "row 4, round $round: $name $(tail -n 1 "$STACK_DIR/$name.rates")/s"
        done
    done
    for name in "${names[@]}"; do
        median_of[$name]=$(median <"$STACK_DIR/$name.rates")
    done
    ratio=$(ratios "$STACK_DIR/persistent.rates" "$STACK_DIR/bare.rates" | median)
    figure 4 'persistent: events without a reply, 2 workers, 8 connections, to a bare libfcgi loop' \
        "${median_of[persistent]}/s" "${median_of[bare]}/s" "$ratio" '>= 0.7' "$(verdict "$ratio >= 0.7")"
    ratio=$(ratios "$STACK_DIR/persistent.rates" "$STACK_DIR/bare-at-once.rates" | median)
    figure 4 'the same, to a bare loop that does not wait for nginx to close, as the worker' \
        "${median_of[persistent]}/s" "${median_of[bare-at-once]}/s" "$ratio" - reported
    if [ -n "${urls[node]-}" ]; then
        ratio=$(ratios "$STACK_DIR/persistent.rates" "$STACK_DIR/node.rates" | median)
        figure 4 'the same, to one process of the Node SDK on express, without nginx' \
            "${median_of[persistent]}/s" "${median_of[node]}/s" "$ratio" - reported
    fi
    ratio=$(ratios "$STACK_DIR/cgi.rates" "$STACK_DIR/persistent.rates" | median)
    figure 4 'CGI: the same under fcgiwrap with 2 workers, to persistent' "${median_of[cgi]}/s" \
        "${median_of[persistent]}/s" "$ratio" - reported
    bench_end
}

# The platform behind TLS, and the bot told to trust it.
tls_start() {
    stack_open
    stack_make_certificate || fail 'no certificate'
    STACK_APP="ca = '$STACK_DIR/tls.crt'"
    STACK_SANDBOX_OPTIONS=(--no-limits --tls-certificate "$STACK_DIR/tls.crt"
        --tls-key "$STACK_DIR/tls.key")
    export CURL_CA_BUNDLE=$STACK_DIR/tls.crt
    bench_start "$1"
}

tls_end() {
    bench_end
    unset CURL_CA_BUNDLE
    STACK_APP=
    STACK_SANDBOX_OPTIONS=()
}

# make_pings FILE COUNT: events of messages that are in the sandbox, each another one.
make_pings() {
    local i id
    for ((i = 0; i < $2; i++)); do
        id=$(new_message ping) || fail 'the sandbox takes no message'
        sealed "$id" ping
    done >"$1"
}

# send URL <EVENT: prints the milliseconds from the request, on a connection that is there, to the
# answer, which has to name the reply.
send() {
    local time nonce signature body answer
    read -r time nonce signature body
    answer=$(curl -sS -m 10 -H 'Content-Type: application/json' -H "X-Lark-Request-Timestamp: $time" \
        -H "X-Lark-Request-Nonce: $nonce" -H "X-Lark-Signature: $signature" -d "$body" \
        -w '\n%{http_code} %{time_pretransfer} %{time_total}' "$1/feishu/event")
    [[ $answer == '{"message_id":"om_'*$'\n200 '* ]] || fail "no reply: $answer"
    awk 'END { print ($3 - $2) * 1000 }' <<<"$answer"
}

# send_all URL FILE: sends each of the file's events, one after another.
send_all() {
    local event
    while read -r event; do
        send "$1" <<<"$event" || exit
    done <"$2"
}

# worker NAME: the process id of its first worker.
worker() {
    local first rest
    read -r first rest < <(children "${pids[$1]}")
    echo "$first"
}

# resident PID: KiB
resident() {
    sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$1/status"
}

# load_until COUNT: sets $served, the number of requests so far, to at least COUNT.
load_until() {
    local line requests
    while [ "$served" -lt "$1" ]; do
        line=$(load "${urls[persistent]}" 5 8 "$idle") || exit
        [[ $line == *' failed 0 '* ]] || fail "requests fail: $line"
        read -r _ requests _ <<<"$line"
        served=$((served + requests))
        say "row 5: $served requests, $(resident "$(worker persistent)") KiB"
    done
}

# A million of row 4's events. Then the worker replies to messages through TLS, for which it loads
# libcurl, and half as many events follow.
row_5() {
    local served=0 first half end replied last own
    tls_start 1
    make_idle_events
    serve persistent 1 "$PERSISTENT"
    first=$(worker persistent)
    load_until $((REQUESTS / 2))
    half=$(resident "$first")
    load_until "$REQUESTS"
    end=$(resident "$first")
    figure 5 "persistent: resident memory of a worker after $served events without a reply" \
        "$(calculate "$end / 1024") MiB" - - '<= 10 MiB' "$(verdict "$end <= 10 * 1024")"
    figure 5 'its growth over the last half' "$((end - half)) KiB" "$half KiB" \
        "$(calculate "$end / $half")" '<= 0 KiB' "$(verdict "$end <= $half")"
    make_pings "$STACK_DIR/pings" 100
    send_all "${urls[persistent]}" "$STACK_DIR/pings" >"$STACK_DIR/times" || exit
    replied=$(resident "$first")
    load_until $((REQUESTS + REQUESTS / 2))
    last=$(resident "$first")
    own=$(sed -n 's/^Private_[A-Z][a-z]*:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/$first/smaps_rollup" |
        awk '{ sum += $1 } END { print sum }')
    [ "$first" = "$(worker persistent)" ] || fail "the worker ended in between; $STACK_DIR/persistent.log says why"
    figure 5 'the same after 100 replies through TLS, which load libcurl' "$(calculate "$replied / 1024") MiB" \
        "$(calculate "$end / 1024") MiB" "$(calculate "$replied / $end")" - reported
    figure 5 "its growth over $((REQUESTS / 2)) events more" "$((last - replied)) KiB" "$replied KiB" \
        "$(calculate "$last / $replied")" '<= 0 KiB' "$(verdict "$last <= $replied")"
    figure 5 'of it not shared with other workers' "$(calculate "$own / 1024") MiB" - - - reported
    tls_end
}

one_way_ms=20

# round_trips URL: the milliseconds of each of twenty requests on one connection that is open.
round_trips() {
    local wanted=()
    for _ in {1..21}; do
        wanted+=(-o "$STACK_DIR/ready" "$1/sandbox/ready")
    done
    curl -sS -w '%{time_pretransfer} %{time_starttransfer}\n' "${wanted[@]}" |
        awk 'NR > 1 { print ($2 - $1) * 1000 }'
}

# The distance is measured as well, in the same rounds: what a round trip is here.
row_6() {
    local round name sandbox port trip trips
    tls_start 2
    serve persistent 1 "$PERSISTENT"
    start_listening delay "$programs/delay" 0 "${STACK_SANDBOX##*:}" $one_way_ms
    sandbox=$STACK_SANDBOX
    STACK_SANDBOX=https://127.0.0.1:$port
    stack_configure
    STACK_SANDBOX=$sandbox
    # The first gets the token, and opens the connection.
    for name in persistent cgi; do
        make_pings "$STACK_DIR/pings" 2
        send_all "${urls[$name]}" "$STACK_DIR/pings" >"$STACK_DIR/times" || exit
    done
    for ((round = 1; round <= ROUNDS; round++)); do
        round_trips "https://127.0.0.1:$port" >>"$STACK_DIR/trips"
        for name in persistent cgi; do
            make_pings "$STACK_DIR/pings" 8
            send_all "${urls[$name]}" "$STACK_DIR/pings" >"$STACK_DIR/times" || exit
            cat "$STACK_DIR/times" >>"$STACK_DIR/$name.times"
            say "row 6, round $round: $name $(median <"$STACK_DIR/times") ms"
        done
    done
    [ "$(stack_get /sandbox/messages | jq '[.messages[] | select(.from_bot)] | length == (map(.reply_to) | unique | length)')" = true ] ||
        fail 'a message has more than one reply'
    trip=$(median <"$STACK_DIR/trips")
    for name in persistent cgi; do
        local what='persistent, connection warm' goal=1.15
        [ $name = persistent ] || what='CGI, token in the store' goal=3.2
        trips=$(calculate "$(median <"$STACK_DIR/$name.times") / $trip")
        figure 6 "$what: from event to answer, its reply posted, in round trips ($((2 * one_way_ms)) ms and the server's time)" \
            "$(median <"$STACK_DIR/$name.times") ms" "$trip ms" "$trips" \
            "<= $goal" "$(verdict "$trips <= $goal")"
    done
    tls_end
}

messages=1000
platform_ms=100

# say_all COUNT: that many messages to the bot in its private chat.
say_all() {
    local i
    for ((i = 0; i < $1; i++)); do
        echo "url = \"$STACK_SANDBOX/sandbox/say\""
        echo 'json = "{\"text\":\"ping\",\"chat\":\"p2p\"}"'
        echo "output = \"$STACK_DIR/said\""
        echo next
    done | sed '$d' >"$STACK_DIR/say.curl"
    (
        prefer "$BASHPID"
        exec curl -fsS -m 60 --no-progress-meter --parallel --parallel-max 4 -K "$STACK_DIR/say.curl"
    )
}

# prefer PID: all its threads, since the platform and its people have machines of their own. Only root
# may; without it the burst takes longer than a second where the bot takes all processors.
prefer() {
    local threads
    threads=$(ls "/proc/$1/task")
    # shellcheck disable=SC2086 # one word each
    renice -n -20 -p $threads >>"$STACK_DIR/renice.log" 2>&1
}

# Checks the URL as the platform does, ten times a second whatever the answers take, until the file
# $STACK_DIR/over is there. A line "STATUS MS" each goes to $STACK_DIR/checks.
check_url() {
    local body
    body=$(seal "$STACK_KEY" "{\"challenge\":\"c\",\"token\":\"$STACK_TOKEN\",\"type\":\"url_verification\"}")
    until [ -e "$STACK_DIR/over" ]; do
        curl -s -m 10 -o "$STACK_DIR/checked" -H 'Content-Type: application/json' -d "$body" \
            -w '%{http_code} %{time_total}\n' "$1/feishu/event" >>"$STACK_DIR/checks.s" &
        sleep 0.1
    done
    wait
    awk '{ print $1, $2 * 1000 }' "$STACK_DIR/checks.s" >"$STACK_DIR/checks"
}

# all_answered COUNT: whether the bot has written as many messages.
all_answered() {
    curl -fs -m 5 -o "$STACK_DIR/waited" "$STACK_SANDBOX/sandbox/wait?what=messages&count=$1&timeout_ms=2000"
}

# The time from the first message to the last, ms.
said_within() {
    stack_get /sandbox/messages | jq '[.messages[] | select(.from_bot | not) | .time_ms] | max - min'
}

# burst_start WORKERS PROGRAM: the stack, and all messages said to the bot. The sandbox walks over all
# that is on its way each time something happens, which takes most of a processor here, and the bot
# takes what it can get; so it may need a second try to say all in a second, and has five.
burst_start() {
    local try
    for try in {1..5}; do
        burst_say "$@"
        [ "$said" -ge 1000 ] && [ "$try" -lt 5 ] || return 0
        say "row 7: $said ms for $messages messages; once more"
        burst_abandon
    done
}

burst_abandon() {
    : >"$STACK_DIR/over"
    wait "$checker"
    bench_end
}

# burst_say WORKERS PROGRAM: one try.
burst_say() {
    # The sandbox sends as many at a time as there are messages.
    STACK_SANDBOX_OPTIONS=(--no-limits --time-scale 10 --connections "$messages")
    bench_start 1
    # The stack's nginx has room for half as many: a request takes two of its connections.
    sed -i 's/worker_connections .*;/worker_connections 8192;/' "$STACK_DIR/nginx/nginx.conf"
    serve burst "$1" "$2"
    stack_post /sandbox/app "{\"request_url\":\"${urls[burst]}/feishu/event\"}" >"$STACK_DIR/app"
    stack_post /sandbox/fault "{\"path\":\"/open-apis/\",\"delay_ms\":$platform_ms,\"count\":1000000}" \
        >"$STACK_DIR/fault"
    check_url "${urls[burst]}" &
    checker=$!
    prefer "$stack_sandbox_pid"
    say_all $messages || fail 'the sandbox takes no messages'
    said=$(said_within)
}

# burst WHAT WORKERS PROGRAM: all of row 7 for one way to run the bot.
burst() {
    local said replied last first_time checker answers
    burst_start "$2" "$3"
    stack_wait 120 all_answered $messages
    : >"$STACK_DIR/over"
    wait "$checker"
    # What is still to be delivered again must not be answered again.
    curl -fs -m 60 -o "$STACK_DIR/waited" \
        "$STACK_SANDBOX/sandbox/wait?what=deliveries&count=$messages&timeout_ms=50000"
    stack_get /sandbox/messages >"$STACK_DIR/messages.json"
    stack_get /sandbox/deliveries >"$STACK_DIR/deliveries.json"
    replied=$(jq '[.messages[] | select(.from_bot) | .reply_to] | group_by(.) | map(length) |
        "\(map(select(. == 1)) | length) \(map(select(. > 1)) | length)"' -r "$STACK_DIR/messages.json")
    last=$(jq '([.messages[] | select(.from_bot) | .time_ms] | max) -
        ([.messages[] | select(.from_bot | not) | .time_ms] | min)' "$STACK_DIR/messages.json")
    first_time=$(jq '[.deliveries[] | select(.attempts[0].status == 200)] | length' "$STACK_DIR/deliveries.json")
    answers=$(cut -d '"' -f 3 "$STACK_DIR/nginx/access.log" | cut -d ' ' -f 2 | sort | uniq -c |
        awk '{ printf "%s%s × %s", (NR > 1 ? ", " : ""), $2, $1 }')
    say "row 7: $1: said within $said ms; nginx answered $answers"
    figure 7 "$1: messages answered exactly once, of $messages within $said ms" "${replied% *}" \
        $messages "$(calculate "${replied% *} / $messages")" $messages \
        "$(verdict "${replied% *} == $messages")"
    figure 7 "$1: messages answered twice" "${replied#* }" - - 0 "$(verdict "${replied#* } == 0")"
    figure 7 "$1: time to the last answer" "$(calculate "$last / 1000") s" - - - reported
    figure 7 "$1: answered with 200 at the first delivery" "$first_time" $messages \
        "$(calculate "$first_time / $messages")" - reported
    figure 7 "$1: url_verification meanwhile, p50" "$(cut -d ' ' -f 2 "$STACK_DIR/checks" | percentile 50) ms" \
        '1000 ms' - - reported
    figure 7 "$1: url_verification meanwhile, p99" "$(cut -d ' ' -f 2 "$STACK_DIR/checks" | percentile 99) ms" \
        '1000 ms' - - reported
    figure 7 "$1: url_verification without 200" "$(grep -vc '^200 ' "$STACK_DIR/checks")" \
        "$(wc -l <"$STACK_DIR/checks")" - - reported
    figure 7 "$1: nginx's answers 502" "$(cut -d '"' -f 3 "$STACK_DIR/nginx/access.log" | grep -c '^ 502 ')" \
        - - - reported
    bench_end
    STACK_SANDBOX_OPTIONS=()
}

# How many messages at once the platform's own limits let the bot reply to. A reply that is refused is
# made by the next of five deliveries, and these are far apart; so each answers what one second takes:
# five in a chat, fifty of the app. Slower workers or answers spread a burst, and more of it passes. Two
# more deliveries than are waited for here come after 1 h and 6 h.
limits() {
    local deliveries=5 waited=3 chat=5 app=50 count replied
    count=$((chat * deliveries))
    STACK_SANDBOX_OPTIONS=(--time-scale 10)
    bench_start 1
    serve burst 8 "$PERSISTENT"
    stack_post /sandbox/app "{\"request_url\":\"${urls[burst]}/feishu/event\"}" >"$STACK_DIR/app"
    say_all $count || fail 'the sandbox takes no messages'
    # The third comes after 1.5 s and 30 s more.
    sleep 35
    replied=$(stack_get /sandbox/messages | jq '[.messages[] | select(.from_bot) | .reply_to] | unique | length')
    figure 7 "platform's limits: of $count messages at once in one chat, answered by $waited of $deliveries deliveries" \
        "$replied" $((chat * waited)) "$(calculate "$replied / ($chat * $waited)")" - reported
    figure 7 "platform's limits, calculated: messages at once that $deliveries deliveries carry, one chat" \
        $count - - - reported
    figure 7 "platform's limits, calculated: messages at once that $deliveries deliveries carry, different chats" \
        $((app * deliveries)) - - - reported
    bench_end
    STACK_SANDBOX_OPTIONS=()
}

# fcgiwrap on a socket that has systemd's backlog, as our unit runs it; by itself it takes 511.
row_7() {
    local fcgiwrap
    fcgiwrap=$(tests/tools/daemons.sh fcgiwrap) || exit
    burst 'CGI, 8 workers' 8 "$fcgiwrap"
    burst 'CGI, 32 workers' 32 "$fcgiwrap"
    burst 'persistent, 8 workers' 8 "$PERSISTENT"
    burst 'persistent, 32 workers' 32 "$PERSISTENT"
    limits
}

row_growth() {
    local round workers connections all=(1 2 4 8 32)
    bench_start 2
    make_idle_events
    for ((round = 1; round <= ROUNDS; round++)); do
        for workers in "${all[@]}"; do
            connections=$((workers * 2 < 8 ? 8 : workers * 2))
            serve persistent "$workers" "$PERSISTENT"
            rate "${urls[persistent]}" "$SECONDS_EACH" $connections "$idle" \
                >>"$STACK_DIR/$workers.rates" || exit
            end persistent
            say "growth, round $round: $workers workers $(tail -n 1 "$STACK_DIR/$workers.rates")/s"
        done
    done
    for workers in "${all[@]}"; do
        connections=$((workers * 2 < 8 ? 8 : workers * 2))
        figure growth "persistent: events without a reply, $workers workers, $connections connections" \
            "$(median <"$STACK_DIR/$workers.rates")/s" "$(median <"$STACK_DIR/1.rates")/s" \
            "$(ratios "$STACK_DIR/$workers.rates" "$STACK_DIR/1.rates" | median)" - reported
    done
    bench_end
}

[ $# -gt 0 ] || set -- 4 5 6 7 growth
for program in feishu.cgi feishu-sandbox bench/bare bench/delay bench/workers; do
    [ -x "$stack_build/$program" ] || fail "$stack_build/$program is missing: make all benches"
done
wrk=$(tests/tools/daemons.sh wrk) || exit
for row; do
    declare -F "row_$row" >/dev/null || fail "no row is called $row"
    "row_$row"
done
