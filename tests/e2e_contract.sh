#!/bin/bash
# Every row of the HTTP contract, through real nginx and fcgiwrap, with the sandbox as the platform.
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

STACK_SANDBOX_OPTIONS=(--no-limits)
stack_start
KEY=$STACK_KEY
body=$STACK_DIR/body
answer=$STACK_DIR/answer

# post BODY [CURL-OPTION…]: prints the status; the answer's body is in $answer.
post() {
    printf %s "$1" >"$body"
    shift
    curl -s -m 10 -o "$answer" -w '%{http_code}' -H 'Content-Type: application/json' \
        --data-binary "@$body" "$@" "$STACK_URL/event"
}

# post_signed BODY [TIMESTAMP [KEY]]
post_signed() {
    local time=${2:-$(date +%s)} nonce=12345
    post "$1" -H "X-Lark-Request-Timestamp: $time" -H "X-Lark-Request-Nonce: $nonce" \
        -H "X-Lark-Signature: $(signature "$time" $nonce "${3:-$KEY}" "$1")"
}

# post_event JSON: encrypted and signed, if a key is configured.
post_event() {
    if [ "$STACK_KEY" = none ]; then
        post "$1"
    else
        post_signed "$(seal "$KEY" "$1")"
    fi
}

challenge() {
    jq -cn --arg token "$1" '{type: "url_verification", challenge: "c-123", token: $token}'
}

event() {
    message_event "$1" "$2" ".header.token = \"$STACK_TOKEN\" | .header.app_id = \"cli_sandbox\" | ${3:-.}"
}

# delivered TEXT [JQ]: somebody says it in the sandbox; prints what its first delivery was answered.
delivered() {
    local event
    event=$(stack_say "$1" "${2:-.}" | jq -r .event_id)
    stack_get "/sandbox/wait?what=deliveries&event_id=$event&state=attempt&timeout_ms=8000" >"$answer.wait"
    stack_get "/sandbox/deliveries?event_id=$event" | jq -r '.deliveries[0].attempts[0] | "\(.status) \(.body)"'
}

refused='{"error":"unauthorized"}'

# -- health, paths, methods, sizes
is 'healthz' '200 {"status":"ok"}' "$(curl -s -w '%{http_code} ' -o "$answer" "$STACK_URL/healthz")$(cat "$answer")"
is 'unknown path' 404 "$(curl -s -o "$answer" -w '%{http_code}' "$STACK_URL/nothing")"
is 'other method' 405 "$(curl -s -D "$body" -o "$answer" -w '%{http_code}' "$STACK_URL/event")"
ok 'other method says which' grep -qi '^allow: POST' "$body"
is 'body of 1 MiB, not signed' 401 "$(head -c 1048576 /dev/zero | tr '\0' x >"$body.big"; curl -s -o "$answer" -w '%{http_code}' --data-binary "@$body.big" "$STACK_URL/event")"
is 'body over 1 MiB' 413 "$(printf x >>"$body.big"; curl -s -o "$answer" -w '%{http_code}' --data-binary "@$body.big" "$STACK_URL/event")"
ok 'body over 1 MiB: ours, not the page of nginx' grep -q '"error"' "$answer"
for size in 65535 65536 65537 70000; do
    head -c $size /dev/zero | tr '\0' x >"$body.big"
    is "body of $size bytes" 401 "$(curl -s -o "$answer" -w '%{http_code}' --data-binary "@$body.big" "$STACK_URL/event")"
    is "body of $size bytes: the answer arrives" "$refused" "$(cat "$answer")"
done
is 'chunked body' 200 "$(post "$(seal "$KEY" "$(challenge "$STACK_TOKEN")")" -H 'Transfer-Encoding: chunked')"

# -- url_verification
is 'challenge at the root' 200 "$(STACK_URL=$STACK_URL; printf %s "$(seal "$KEY" "$(challenge "$STACK_TOKEN")")" | curl -s -o "$answer" -w '%{http_code}' --data-binary @- "$STACK_URL")"
is 'challenge' 200 "$(post "$(seal "$KEY" "$(challenge "$STACK_TOKEN")")" -D "$body.headers")"
is 'challenge: plaintext answer' '{"challenge":"c-123"}' "$(cat "$answer")"
ok 'challenge: JSON' grep -qi '^content-type: application/json' "$body.headers"
is 'challenge, wrongly signed' 200 "$(post_signed "$(seal "$KEY" "$(challenge "$STACK_TOKEN")")" '' wrong)"
is 'challenge in plaintext though a key is set' 401 "$(post "$(challenge "$STACK_TOKEN")")"
is 'challenge with a wrong token' 401 "$(post "$(seal "$KEY" "$(challenge wrong)")")"
is 'challenge under another key' 401 "$(post "$(seal other "$(challenge "$STACK_TOKEN")")")"
is 'challenge: nobody is called' 0 "$(stack_get /sandbox/requests | jq '.requests | length')"
is 'the console is satisfied' true "$(stack_post /sandbox/verify '{}' | jq .ok)"

# -- who may come in
sealed=$(seal "$KEY" "$(event om_x ping)")
is 'unsigned event' "401 $refused" "$(post "$sealed") $(cat "$answer")"
is 'wrong signature' "401 $refused" "$(post_signed "$sealed" '' wrong) $(cat "$answer")"
is 'stale timestamp' "401 $refused" "$(post_signed "$sealed" $(($(date +%s) - 29000))) $(cat "$answer")"
is 'timestamp ahead' "401 $refused" "$(post_signed "$sealed" $(($(date +%s) + 400))) $(cat "$answer")"
is 'no JSON, unsigned' "401 $refused" "$(post '{"encrypt":') $(cat "$answer")"
is 'signed, undecryptable' 400 "$(post_signed '{"encrypt":"AAAA"}')"
is 'signed, no JSON' 400 "$(post_signed 'hello')"
is 'signed, decrypts to no object' 400 "$(post_signed "$(seal "$KEY" '[1]')")"
is 'signed, plaintext event' 400 "$(post_signed "$(event om_x ping)")"
is 'signed, wrong inner token' 401 "$(post_event "$(event om_x ping '.header.token = "wrong"')")"
is 'signed, wrong app' 401 "$(post_event "$(event om_x ping '.header.app_id = "cli_other"')")"
is 'signed, wrong shape' 400 "$(post_event "$(event om_x ping 'del(.event.message.chat_id)')")"
is 'an event as old as the platform makes it' 200 \
    "$(post_event "$(event om_x ping '.header.event_type = "im.message.message_read_v1" | .header.create_time = "1500000000000"')")"

# fcgiwrap's workers are real; a body that is cut short needs a client that lies.
is 'fewer bytes than CONTENT_LENGTH' 400 "$(printf %s "$sealed" | env -i REQUEST_METHOD=POST \
    PATH_INFO=/event CONTENT_LENGTH=$((${#sealed} + 1)) FEISHU_CONFIG="$STACK_CONFIG" \
    "$stack_build/feishu.cgi" 2>"$STACK_DIR/stderr" | sed -n 's/^Status: \([0-9]*\).*/\1/p')"

# A body that never ends: the answer is there while the sender still holds the pipe.
mkfifo "$STACK_DIR/endless"
exec 8<>"$STACK_DIR/endless"
is 'a body that never ends' 503 "$(env -i REQUEST_METHOD=POST PATH_INFO=/event REMOTE_ADDR=192.0.2.1 \
    CONTENT_LENGTH=100 FEISHU_CONFIG="$STACK_CONFIG" "$stack_build/feishu.cgi" <"$STACK_DIR/endless" \
    2>"$STACK_DIR/stderr" | sed -n 's/^Status: \([0-9]*\).*/\1/p')"
exec 8>&-
ok 'a body that never ends: logged' stack_wait 5 grep -q 'peer=192.0.2.1 path=/event status=503 reason="no answer in time"' "$STACK_DIR/stderr"

# -- what is answered
is 'a message that was answered' true \
    "$(delivered ping '.chat = "p2p"' | sed 's/^200 //' | jq '.message_id | startswith("om_")')"
id=$(stack_get /sandbox/deliveries | jq -r '.deliveries[-1].message_id')
is 'nothing to do' '200 {}' "$(delivered hello '.mention = false')"
is 'an unknown event' '200 {}' "$(post_event "$(event om_y x '.header.event_type = "no.such_v9"')") $(cat "$answer")"
is 'the same message again' '200 {}' "$(post_event "$(event "$id" ping)") $(cat "$answer")"

# -- what the platform's answers become
# fault PATH-PREFIX JQ
fault() {
    stack_post /sandbox/fault "$(jq -cn --arg path "$1" "{path: \$path, count: 1} | $2")" >/dev/null
}

# answered_with HTTP CODE: the status after the platform answers a reply so, once.
answered_with() {
    stack_post /sandbox/reset '{}' >/dev/null
    fault /open-apis/im/v1/messages ".http = $1 | .code = $2 | .method = \"POST\""
    delivered ping '.chat = "p2p"' | cut -d' ' -f1
}

while read -r http code status; do
    is "platform answers $http/$code" "$status" "$(answered_with "$http" "$code")"
done <<'END'
429 99991400 503
400 230020 503
400 11232 503
400 230049 503
400 99991672 503
400 99991401 503
400 11205 503
400 230006 503
400 99991662 503
400 99991673 503
500 0 503
502 0 503
400 230002 200
400 230011 200
400 99991403 200
400 230001 200
400 230025 200
400 230028 200
400 230099 200
END

# A refused token is fetched anew once, and the message answered.
for code in 99991661 99991663 99991664 99991665 99991668 99991671 99991677; do
    is "token refused with $code" 200 "$(answered_with 400 $code)"
done
stack_post /sandbox/reset '{}' >/dev/null
fault /open-apis/im/v1/messages '.http = 400 | .code = 99991663 | .count = 2 | .method = "POST"'
is 'token refused twice' 503 "$(delivered ping '.chat = "p2p"' | cut -d' ' -f1)"
is 'token refused twice: asked for no third time' 2 \
    "$(stack_get /sandbox/requests | jq '[.requests[] | select(.path | test("/reply$"))] | length')"
stack_post /sandbox/reset '{}' >/dev/null
delivered ping '.chat = "p2p"' >/dev/null
stack_post /sandbox/revoke '{}' >/dev/null
is 'token revoked' 200 "$(delivered ping '.chat = "p2p"' | cut -d' ' -f1)"

# Content that is refused: one short text that says so.
stack_post /sandbox/reset '{}' >/dev/null
fault /open-apis/im/v1/messages '.http = 400 | .code = 230028 | .method = "POST"'
is 'content refused' 200 "$(delivered ping '.chat = "p2p"' | cut -d' ' -f1)"
is 'content refused: it is said' '回复没有发出：飞书不接受它的内容（代码 230028）。' \
    "$(stack_get '/sandbox/messages?chat_id=oc_sandbox_p2p' | jq -r '[.messages[] | select(.from_bot)][-1].text')"

# Who the bot is has to be asked, where no store knows.
STACK_STORE="url = 'none'"
stack_configure
while read -r http code status; do
    stack_post /sandbox/reset '{}' >/dev/null
    [ "$code" = 0 ] || fault /open-apis/bot ".http = $http | .code = $code"
    is "bot/v3/info answers $http/$code" "$status" "$(delivered '@bot ping' | cut -d' ' -f1)"
done <<'END'
200 0 200
400 11205 503
429 99991400 503
400 99991403 200
END
STACK_STORE=
stack_configure

# -- what is noted after the answer, and what is not
# journal: what the store holds of it.
journal() {
    store_read journal
}

noted() {
    journal | jq -e --arg id "$1" '.events[-1].event_id == $id' >"$answer.noted"
}

unknown='.header.event_type = "no.such_v9"'
ok 'a challenge is noted' test -f "$STACK_DIR/store/challenge"
noted_challenge=$(stat -c %y "$STACK_DIR/store/challenge")
is "the setup's own event is answered" '200 {}' \
    "$(post_event "$(event om_s x "$unknown | .header.event_id = \"feishu-setup-1\"")") $(cat "$answer")"
is "the setup's own challenge is answered" '200 {"challenge":"feishu-setup-2"}' \
    "$(post "$(seal "$KEY" "$(challenge "$STACK_TOKEN" | jq -c '.challenge = "feishu-setup-2"')")") $(cat "$answer")"
is 'an event to be noted' 200 "$(post_event "$(event om_s walrus "$unknown | .header.event_id = \"noted\"")")"
ok 'an event is noted' stack_wait 10 noted noted
is "the setup's own event is not" 0 "$(journal | grep -c feishu-setup)"
is "the setup's own challenge is not" "$noted_challenge" "$(stat -c %y "$STACK_DIR/store/challenge")"
# Who asked has gone before the answer: what comes after it is done all the same.
request "$STACK_DIR/gone" om_gone walrus
exec {gone}> >(exec true)
wait $!
env -i REQUEST_METHOD=POST CONTENT_LENGTH="$(stat -c %s "$STACK_DIR/gone")" FEISHU_CONFIG="$STACK_CONFIG" \
    HTTP_X_LARK_REQUEST_TIMESTAMP="$(<"$STACK_DIR/gone.time")" HTTP_X_LARK_REQUEST_NONCE=n \
    HTTP_X_LARK_SIGNATURE="$(<"$STACK_DIR/gone.signature")" \
    "$stack_build/feishu.cgi" <"$STACK_DIR/gone" 2>"$STACK_DIR/stderr" 1>&"$gone"
exec {gone}>&-
ok 'nobody reads the answer: the event is noted' noted ev_om_gone
is 'the last 20 events are noted' 20 "$(journal | jq '.events | length')"
is 'of each this and no text' '[["chat_id","event_id","message_id","ms","reply_id","status","time","type"]]' \
    "$(journal | jq -c '[.events[] | keys] | unique')"
is 'no text anywhere in the store' '' "$(store_print | grep -aF walrus)"

# -- an answer in time, whatever hangs: while it still hangs
# hanging NAME BASE_URL: the platform waits 3 s for the answer, which is there before.
hanging() {
    sed -i "s|base_url = .*|base_url = '$2'|" "$STACK_CONFIG"
    is "$1: the answer" '503 {"error":"try again"}' "$(delivered ping '.chat = "p2p"')"
}

: >"$STACK_DIR/silent.log"
"$stack_build/feishu-sandbox" --config "$STACK_CONFIG" --listen 127.0.0.1:0 \
    --event-url http://127.0.0.1:9 >"$STACK_DIR/silent.log" 2>&1 &
silent=$!
stack_wait 10 grep -q '^listening on ' "$STACK_DIR/silent.log"
kill -STOP $silent # the kernel goes on to accept connections for it
address=$(sed -n 's/^listening on http:..//p' "$STACK_DIR/silent.log")
hanging 'a platform that says nothing' "http://$address"
hanging 'a TLS handshake that hangs' "https://$address"
ok 'it is silent to the end' grep -q '^State:.T' /proc/$silent/status
kill -KILL $silent
wait $silent 2>/dev/null

# A network where every packet is lost, for the host of the CGI alone.
echo nameserver 192.0.2.2 >"$STACK_DIR/resolv.conf"
cat >"$STACK_DIR/lost" <<END
#!/bin/sh
exec unshare -rnm sh -c 'set -e
ip link add lost type veth peer name end
ip address add 192.0.2.1/24 dev lost
ip link set lost up
ip link set end up
ip neighbour add 192.0.2.2 lladdr 02:00:00:00:00:02 dev lost
mount --bind $STACK_DIR/resolv.conf /etc/resolv.conf
exec "\$@"' sh "\$@"
END
chmod +x "$STACK_DIR/lost"
if "$STACK_DIR/lost" true 2>"$STACK_DIR/lost.log"; then
    stack_host_stop
    real_fcgiwrap=$stack_fcgiwrap
    printf '#!/bin/sh\nexec %s %s "$@"\n' "$STACK_DIR/lost" "$real_fcgiwrap" >"$STACK_DIR/fcgiwrap"
    chmod +x "$STACK_DIR/fcgiwrap"
    stack_fcgiwrap=$STACK_DIR/fcgiwrap
    stack_host_start
    hanging 'a connection that is not answered' https://192.0.2.2
    hanging 'a name server that is not there' https://platform.example
    stack_host_stop
    stack_fcgiwrap=$real_fcgiwrap
    stack_host_start
else
    skip 'a network that loses everything' "$(tail -n 1 "$STACK_DIR/lost.log")"
fi
stack_configure

# -- configuration
chmod 644 "$STACK_CONFIG"
is 'configuration that others may read' '500 {"error":"internal error"}' "$(post "$sealed") $(cat "$answer")"
is 'healthz then' 500 "$(curl -s -o "$answer" -w '%{http_code}' "$STACK_URL/healthz")"
ok 'healthz then: no detail' test "$(cat "$answer")" = '{"error":"internal error"}'
chmod 600 "$STACK_CONFIG"

STACK_KEY=none
STACK_TOKEN=none
stack_configure
is 'neither token nor key: no events here' 404 "$(post "$(challenge x)")"

STACK_TOKEN=sandbox-token
stack_configure
is 'no key: challenge' 200 "$(post "$(challenge "$STACK_TOKEN")")"
is 'no key: wrong token' 401 "$(post "$(challenge wrong)")"
is 'no key: encrypted' 401 "$(post "$(seal k "$(challenge "$STACK_TOKEN")")")"
is 'no key: event' 200 "$(post "$(event om_z x '.event.message.chat_type = "group"')")"
is 'no key: wrong app' 401 "$(post "$(event om_z x '.header.app_id = "x"')")"
is 'no key: stale' 401 "$(post "$(event om_z x '.header.create_time = "1500000000000"')")"
ok 'no secret in the log' sh -c '! grep -q -e sandbox-secret -e sandbox-token -e sandbox-key -e "t-" "$1"' sh "$STACK_LOG"
finish
