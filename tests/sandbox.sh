#!/bin/bash
# The sandbox from outside: its command line, whom it lets in, its Open API with limits and faults,
# and its controls. What it sends to the bot is tested by check_sandbox.
#
# SANDBOX_WRAPPER: a program to run the sandbox under, with its options.
# shellcheck disable=SC2016,SC2154
set -u
cd "$(dirname "$0")/.." || exit
. tests/tools/report.sh

program=${BUILD:-build}/feishu-sandbox
folder=$(mktemp -d "${TMPDIR:-/tmp}/sandbox.XXXXXX") || exit
pids=()
token=
umask 077
trap 'kill -KILL "${pids[@]}" 2>/dev/null; rm -rf "$folder"' EXIT

cat >"$folder/feishu.conf" <<'END'
app {
  id                 = 'cli_sandbox'
  secret             = 'sandbox-secret'
  verification_token = 'sandbox-token'
  base_url           = 'http://127.0.0.1:80'
}
END
sed 's|http://127.0.0.1:80|https://open.feishu.cn|' "$folder/feishu.conf" >"$folder/real.conf"

# start NAME OPTION…: starts a sandbox; NAME_url is where it listens.
start() {
    local name=$1 address=
    shift
    # The wrapper is several words.
    # shellcheck disable=SC2086
    ${SANDBOX_WRAPPER:-} "$program" --config "$folder/feishu.conf" --listen 127.0.0.1:0 \
        --event-url http://127.0.0.1:9/event "$@" >"$folder/$name.log" 2>&1 &
    pids+=($!)
    for _ in $(seq 400); do
        address=$(sed -n 's/^listening on //p' "$folder/$name.log")
        [ -z "$address" ] || break
        sleep 0.05
    done
    [ -n "$address" ] || { cat "$folder/$name.log"; exit 1; }
    printf -v "${name}_url" '%s' "$address"
}

# ask METHOD PATH [BODY [CURL-OPTION…]]: the answer's status, $folder/head and $folder/body.
ask() {
    local method=$1 path=$2 body=${3:-}
    shift $(($# < 3 ? $# : 3))
    case $method in
    POST | PATCH) set -- --data-binary @- "$@" ;;
    esac
    status=$(printf %s "$body" | curl -s -m 20 -o "$folder/body" -D "$folder/head" \
        -w '%{http_code}' -X "$method" -H "Authorization: Bearer $token" \
        -H 'Content-Type: application/json' "$@" "$url$path")
}

# The last answer has the status, and the expression holds of its body.
says() {
    [ "$status" = "$1" ] && jq -e "$2" "$folder/body" >"$folder/jq" 2>&1 && return
    echo "status $status, but not ($1) $2: $(head -c 600 "$folder/body")"
    return 1
}

# expect TEXT STATUS EXPRESSION METHOD PATH [BODY [CURL-OPTION…]]
expect() {
    local text=$1 wanted=$2 expression=$3
    shift 3
    ask "$@"
    ok "$text" says "$wanted" "$expression"
}

# refuse TEXT STATUS CODE METHOD PATH [BODY [CURL-OPTION…]]: the Open API says no with the code.
refuse() {
    local text=$1 wanted=$2 code=$3
    shift 3
    expect "$text: $code" "$wanted" ".code == $code and (.msg | length > 0) and .error.log_id" "$@"
}

# Something of the last body.
value() {
    jq -r "$1" "$folder/body"
}

head_has() {
    grep -qi "$1" "$folder/head"
}

fetch_token() {
    ask POST /open-apis/auth/v3/tenant_access_token/internal \
        '{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}'
    token=$(value .tenant_access_token)
}

# message TYPE CONTENT [MORE]: a request that sends it; MORE is a jq expression of further fields.
message() {
    jq -cn --arg type "$1" --arg content "$2" "{msg_type: \$type, content: \$content} + ${3:-{\}}"
}

text() {
    message text "$(jq -cn --arg text "$1" '{text: $text}')" "${2:-{\}}"
}

letters() {
    head -c "$1" /dev/zero | tr '\0' a
}

# Of how many requests like this one the answer is the code: tries up to 300, ends at the first that
# has it.
refused_within_300() {
    local code=$1
    shift
    for _ in $(seq 300); do
        ask "$@"
        [ "$(value .code)" != "$code" ] || return 0
    done
    return 1
}

messages=/open-apis/im/v1/messages
send=$messages'?receive_id_type=chat_id'
list=$messages'?container_id_type=chat&container_id=oc_sandbox_group'
group='{receive_id: "oc_sandbox_group"}'
token_path=/open-apis/auth/v3/tenant_access_token/internal
card='{"schema":"2.0","config":{"update_multi":true},"header":{"title":{"tag":"plain_text","content":"T"}},"body":{"elements":[{"tag":"markdown","content":"one"}]}}'

### The command line

# unusable TEXT PATTERN OPTION…: it does not start, and says why.
unusable() {
    local text=$1 pattern=$2 ended
    shift 2
    timeout 20 "$program" "$@" >"$folder/out" 2>"$folder/error"
    ended=$?
    ok "does not start: $text" grep -q -e "$pattern" "$folder/error"
    ok "ends with an error: $text" test $ended -gt 0 -a $ended -lt 100 -a ! -s "$folder/out"
}

usual=(--config "$folder/feishu.conf" --listen 127.0.0.1:0 --event-url http://127.0.0.1:9)
unusable 'no options' 'needed'
unusable 'unknown option' 'unknown option' "${usual[@]}" --more
unusable 'an argument' 'unexpected argument' "${usual[@]}" more
unusable 'no such file' 'none.conf' "${usual[@]}" --config "$folder/none.conf"
unusable 'base_url of the real platform' 'loopback' "${usual[@]}" --config "$folder/real.conf"
unusable 'listen on all addresses' 'loopback only' "${usual[@]}" --listen 0.0.0.0:0
unusable 'listen elsewhere' 'loopback only' "${usual[@]}" --listen 192.0.2.1:80
unusable 'listen on a name' 'loopback only' "${usual[@]}" --listen example.com:80
unusable 'no port' 'ADDRESS:PORT' "${usual[@]}" --listen 127.0.0.1
unusable 'impossible port' 'ADDRESS:PORT' "${usual[@]}" --listen 127.0.0.1:65536
unusable 'event URL' 'event-url' "${usual[@]}" --event-url ftp://127.0.0.1/
unusable 'time scale' 'time-scale' "${usual[@]}" --time-scale 0
unusable 'key without certificate' 'together' "${usual[@]}" --tls-key "$folder/feishu.conf"
unusable 'certificate that is none' 'certificate' "${usual[@]}" --tls-key "$folder/feishu.conf" \
    --tls-certificate "$folder/feishu.conf"
ok '--help' grep -q -e '--event-url URL' <("$program" --help)

start free --no-limits --time-scale 3600
start limited
url=$free_url
unusable 'port in use' 'cannot listen' "${usual[@]}" --listen "${url#http://}"

### Who is let in

for host in 127.0.0.1 127.0.0.1:1 localhost localhost:80 127.1.2.3:9 '[::1]' '[::1]:80'; do
    expect "Host $host" 200 '.messages == []' GET /sandbox/messages '' -H "Host: $host"
done
for host in example.com 127.0.0.1.example.com localhost.example.com 127.0.0.1:x 10.0.0.1 '[::2]' \
    'a@127.0.0.1' '127.0.0.1:80:80' '127.0.0.1:65536' 0.0.0.0 2130706433 '[::1' '[]' ':80'; do
    expect "not Host $host" 403 '.error' GET /sandbox/messages '' -H "Host: $host"
done
expect 'not a request without Host' 403 '.error' GET /sandbox/messages '' --http1.0 -H 'Host:'
expect 'its own Origin' 200 '.messages == []' GET /sandbox/messages '' -H "Origin: $url"
for origin in http://example.com null "https://${url#http://}" http://127.0.0.1:1 "$url.example.com"; do
    expect "not Origin $origin" 403 '.error' POST /sandbox/reset '' -H "Origin: $origin"
done
for body in 'text=ping' '[]' '"a"' 'null' '{' '{"a":1}x' $'{"a":"\xff"}'; do
    expect "a control's body is not $body" 400 '.error' POST /sandbox/say "$body"
done
expect 'a body that is too long' 413 '.error' POST /sandbox/say "$(letters 1100000)"
expect 'unknown control' 404 '.error' GET /sandbox/none
expect 'a path that is not text' 400 '.error' GET /%ff
expect 'nothing was said by any of that' 200 '.messages == []' GET /sandbox/messages

### Tokens

refuse 'no token' 400 99991661 GET /open-apis/bot/v3/info '' -H 'Authorization:'
refuse 'another scheme' 400 99991661 GET /open-apis/bot/v3/info '' -H 'Authorization: Basic t-1'
for kind in 't-wrong 99991663' 'u-wrong 99991668' 'a-wrong 99991664' 'wrong 99991671'; do
    token=${kind% *}
    refuse "token $token" 400 "${kind#* }" GET /open-apis/bot/v3/info
done
token=
refuse 'no app id' 200 10003 POST $token_path '{"app_secret":"sandbox-secret"}'
refuse 'no secret' 200 10003 POST $token_path '{"app_id":"cli_sandbox"}'
refuse 'secret of another type' 200 10003 POST $token_path '{"app_id":"cli_sandbox","app_secret":1}'
refuse 'id without shape' 200 10003 POST $token_path '{"app_id":"sandbox","app_secret":"s"}'
refuse 'id of another' 200 10014 POST $token_path '{"app_id":"cli_other","app_secret":"s"}'
refuse 'wrong secret' 200 10015 POST $token_path '{"app_id":"cli_sandbox","app_secret":"s"}'
refuse 'longer secret' 200 10015 POST $token_path \
    '{"app_id":"cli_sandbox","app_secret":"sandbox-secrets"}'
refuse 'body that is no JSON' 400 9499 POST $token_path 'app_id=cli_sandbox'
fetch_token
ok 'a token' says 200 '.code == 0 and .msg == "ok" and .expire > 7100 and .expire <= 7200
    and (.tenant_access_token | startswith("t-")) and (has("data") | not)'
first=$token
fetch_token
ok 'the same token while it is young' test "$token" = "$first"
ask POST /sandbox/revoke '{"remaining_s":1700}'
fetch_token
ok 'another token when less than half an hour remains' test "$token" != "$first"
second=$token
token=$first
expect 'the old token is still valid' 200 '.code == 0' GET /open-apis/bot/v3/info
token=$second
expect 'and so is the new one' 200 '.code == 0' GET /open-apis/bot/v3/info
ask POST /sandbox/revoke
for token in "$first" "$second"; do
    refuse 'revoked token' 400 99991663 GET /open-apis/bot/v3/info
done
expect 'no such remaining time' 400 '.error' POST /sandbox/revoke '{"remaining_s":"1"}'
fetch_token

### What the API tells

expect 'the bot, at the top level' 200 '.code == 0 and .bot.open_id == "ou_sandbox_bot"
    and .bot.activate_status == 2 and (has("data") | not)' GET /open-apis/bot/v3/info
ok 'X-Tt-Logid' head_has '^X-Tt-Logid: 20[0-9]\{12\}[0-9a-f]\{20\}'
ok 'Date' head_has '^Date: .* GMT'
expect 'scopes' 200 '.data.scopes | length > 0 and all(.grant_status == 1)' \
    GET /open-apis/application/v6/scopes
expect 'chats: groups only' 200 '.code == 0 and .data.has_more == false
    and [.data.items[].chat_id] == ["oc_sandbox_group"]' GET /open-apis/im/v1/chats
refuse 'page size of chats' 400 99992402 GET '/open-apis/im/v1/chats?page_size=101'
refuse 'unknown path' 404 99991201 GET /open-apis/im/v2/messages
refuse 'unknown method' 404 99991201 PUT $messages/om_1 '{}'
refuse 'too many segments' 404 99991201 GET $messages/om_1/reactions/1/2

### Sending

expect 'a text' 200 '.code == 0 and (.data | (.message_id | startswith("om_")) and .msg_type == "text"
    and .chat_id == "oc_sandbox_group" and .deleted == false and .updated == false
    and (.create_time | length == 13) and .sender == {id: "cli_sandbox", id_type: "app_id",
    sender_type: "app", tenant_key: "sandbox_tenant"} and (has("parent_id") | not)
    and (.body.content | fromjson | .text == "hello"))' POST "$send" "$(text hello "$group")"
hello=$(value .data.message_id)
expect 'a text to a person' 200 '.data.chat_id == "oc_sandbox_p2p"' \
    POST $messages'?receive_id_type=open_id' "$(text hello '{receive_id: "ou_sandbox_user"}')"
expect 'mentions by markup' 200 '.data.body.content == "{\"text\":\"@_user_1 and @_all <at>\"}"
    and [.data.mentions[] | .key, .id] == ["@_user_1", "ou_x", "@_all", ""]' POST "$send" \
    "$(text '<at user_id="ou_x">X</at> and <at user_id="all"></at> <at>' "$group")"
expect 'a reply' 200 ".data.parent_id == \"$hello\" and .data.root_id == \"$hello\"
    and .data.chat_id == \"oc_sandbox_group\" and (.data | has(\"thread_id\") | not)" \
    POST "$messages/$hello/reply" "$(text one)"
reply=$(value .data.message_id)
expect 'a reply to a reply' 200 ".data.parent_id == \"$reply\" and .data.root_id == \"$hello\"" \
    POST "$messages/$reply/reply" "$(text two)"
expect 'a reply in a thread' 200 '.data.thread_id | startswith("omt_")' \
    POST "$messages/$hello/reply" "$(text three '{reply_in_thread: true}')"
refuse 'no kind of receiver' 400 99992402 POST $messages "$(text hello "$group")"
refuse 'unknown kind of receiver' 400 99992402 POST $messages'?receive_id_type=name' \
    "$(text hello "$group")"
refuse 'no receiver' 400 99992402 POST "$send" "$(text hello)"
refuse 'unknown chat' 400 230002 POST "$send" "$(text hello '{receive_id: "oc_other"}')"
refuse 'unknown person' 400 99992351 POST $messages'?receive_id_type=open_id' \
    "$(text hello '{receive_id: "ou_other"}')"
refuse 'unknown address' 400 230034 POST $messages'?receive_id_type=email' \
    "$(text hello '{receive_id: "a@example.com"}')"
refuse 'no type' 400 99992402 POST "$send" '{"receive_id":"oc_sandbox_group","content":"{}"}'
refuse 'no content' 400 99992402 POST "$send" '{"receive_id":"oc_sandbox_group","msg_type":"text"}'
refuse 'content as an object' 400 99992402 POST "$send" \
    '{"receive_id":"oc_sandbox_group","msg_type":"text","content":{"text":"a"}}'
refuse 'unknown type' 400 230001 POST "$send" "$(message song '{}' "$group")"
for content in 'plain' '"text"' '{}' '{"text":1}' '{"text":""}' '[]'; do
    refuse "content $content" 400 230001 POST "$send" "$(message text "$content" "$group")"
done
refuse 'a post without language' 400 230001 POST "$send" \
    "$(message post '{"content":[[{"tag":"text","text":"a"}]]}' "$group")"
expect 'a post' 200 '.code == 0' POST "$send" \
    "$(message post '{"zh_cn":{"title":"t","content":[[{"tag":"text","text":"a"}]]}}' "$group")"
refuse 'a body that is no JSON' 400 9499 POST "$send" 'hello'
refuse 'reply to what is no message' 400 230001 POST $messages/hello/reply "$(text a)"
refuse 'reply to an unknown message' 400 230002 POST $messages/om_unknown/reply "$(text a)"
refuse 'reply with a wrong field' 400 99992402 POST "$messages/$hello/reply" \
    "$(text a '{reply_in_thread: 1}')"

# of_length BYTES TYPE CONTENT-PATTERN: a request of exactly that length; @ stands for the filling.
of_length() {
    local request
    request=$(message "$2" "$3" "$group")
    printf %s "${request/@/$(letters $(($1 - ${#request} + 1)))}"
}
full_card='{"schema":"2.0","body":{"elements":[{"tag":"markdown","content":"@"}]}}'
full_post='{"zh_cn":{"content":[[{"tag":"text","text":"@"}]]}}'
expect 'a text of 150,000 bytes' 200 '.code == 0' POST "$send" \
    "$(of_length 150000 text '{"text":"@"}')"
refuse 'a text of 150,001 bytes' 400 230025 POST "$send" "$(of_length 150001 text '{"text":"@"}')"
expect 'a card of 30,000 bytes' 200 '.code == 0' POST "$send" \
    "$(of_length 30000 interactive "$full_card")"
refuse 'a card of 30,001 bytes' 400 230025 POST "$send" \
    "$(of_length 30001 interactive "$full_card")"
refuse 'a post of 30,001 bytes' 400 230025 POST "$send" "$(of_length 30001 post "$full_post")"

# bad_card REASON CARD
bad_card() {
    refuse "card $2" 400 230099 POST "$send" "$(message interactive "$2" "$group")"
    ok "for the reason $1" says 400 ".msg | contains(\"ext=ErrCode: $1\")"
}
bad_card 200621 'plain'
bad_card 200621 '{}'
bad_card 200621 '{"schema":"2.0"}'
bad_card 200621 '{"schema":"2.0","body":{}}'
bad_card 200621 '{"schema":"3.0","body":{"elements":[]}}'
bad_card 200621 '{"schema":"2.0","elements":[]}'
bad_card 200621 '{"schema":"2.0","config":{"update_multi":false},"body":{"elements":[]}}'
bad_card 200621 '{"schema":"2.0","body":{"elements":["a"]}}'
bad_card 200861 '{"schema":"2.0","body":{"elements":[{"tag":"action","actions":[]}]}}'
bad_card 200861 '{"schema":"2.0","body":{"elements":[{"tag":"column_set","columns":[{"tag":"column","elements":[{"tag":"note"}]}]}]}}'
bad_card 200621 '{"schema":2,"elements":[]}'
bad_card 200621 '{"type":"template","data":{}}'
expect 'a template' 200 '.code == 0' POST "$send" \
    "$(message interactive '{"type":"template","data":{"template_id":"AAq"}}' "$group")"
many=$(jq -cn '{schema: "2.0", body: {elements: [range(200) | {tag: "hr"}]}}')
expect 'a card of 200 elements' 200 '.code == 0' POST "$send" \
    "$(message interactive "$many" "$group")"
bad_card 11310 "$(jq -c '.body.elements += [{tag: "hr"}]' <<<"$many")"
expect 'a card of schema 1.0' 200 '.code == 0' POST "$send" \
    "$(message interactive '{"elements":[{"tag":"action","actions":[]}]}' "$group")"
old_card=$(value .data.message_id)

### The same uuid

expect 'a uuid' 200 '.code == 0' POST "$messages/$hello/reply" "$(text first '{uuid: "u1"}')"
once=$(value .data.message_id)
expect 'the same uuid is the same message' 200 ".code == 0 and .data.message_id == \"$once\"
    and (.data.body.content | contains(\"first\"))" \
    POST "$messages/$hello/reply" "$(text second '{uuid: "u1"}')"
expect 'it was posted once, by two requests' 200 "[.messages[] | select(.uuid == \"u1\")]
    | length == 1 and .[0].posts == 2 and .[0].text == \"first\"" GET /sandbox/messages
expect 'another uuid is another message' 200 ".data.message_id != \"$once\"" \
    POST "$messages/$hello/reply" "$(text third '{uuid: "u2"}')"
refuse 'a uuid that is too long' 400 99992402 POST "$send" \
    "$(text a "$group + {uuid: \"$(letters 51)\"}")"
expect 'a uuid that is long' 200 '.code == 0' POST "$send" \
    "$(text a "$group + {uuid: \"$(letters 50)\"}")"
refuse 'a uuid that is none' 400 99992402 POST "$send" "$(text a "$group + {uuid: 1}")"
# An hour of this sandbox is a second.
sleep 1.1
expect 'after an hour it is another message' 200 ".data.message_id != \"$once\"" \
    POST "$messages/$hello/reply" "$(text first '{uuid: "u1"}')"

### Reading

expect 'one message' 200 ".code == 0 and (.data.items | length == 1)
    and .data.items[0].message_id == \"$once\"" GET "$messages/$once"
refuse 'an unknown message' 400 230002 GET $messages/om_unknown
expect 'the messages of a chat' 200 ".data.items[0].message_id == \"$hello\"
    and (.data.items | length > 10 and all(.chat_id == \"oc_sandbox_group\"))" GET "$list"
expect 'a page of them' 200 '.data.items | length == 2' GET "$list&page_size=2"
next=$(value .data.page_token)
ids=$(value '[.data.items[].message_id]')
expect 'the next page' 200 ".data.items | length == 2 and ([.[].message_id] - $ids | length == 2)" \
    GET "$list&page_size=2&page_token=$next"
expect 'all of them' 200 '.data.has_more == false and (.data | has("page_token") | not)' \
    GET "$list&page_size=50"
last=$(value '.data.items[-1].message_id')
expect 'newest first' 200 ".data.items[0].message_id == \"$last\"" \
    GET "$list&sort_type=ByCreateTimeDesc"
expect 'none before they began' 200 '.data.items == []' GET "$list&end_time=1"
expect 'none after they ended' 200 '.data.items == []' GET "$list&start_time=9999999999"
expect 'the other chat' 200 '[.data.items[].chat_id] == ["oc_sandbox_p2p"]' \
    GET $messages'?container_id_type=chat&container_id=oc_sandbox_p2p'
refuse 'an unknown chat' 400 230002 GET $messages'?container_id_type=chat&container_id=oc_other'
for query in 'container_id_type=chat' 'container_id=oc_sandbox_group' \
    'container_id_type=thread&container_id=omt_1'; do
    refuse "list $query" 400 99992402 GET "$messages?$query"
done
for query in page_size=0 page_size=51 page_size=x page_token=x sort_type=up start_time=-1; do
    refuse "list $query" 400 99992402 GET "$list&$query"
done

### Cards change, messages go

expect 'a card' 200 '.code == 0' POST "$send" "$(message interactive "$card" "$group")"
shared=$(value .data.message_id)
expect 'it is given out simplified' 200 '.data.items[0].body.content | fromjson
    == {title: "T", elements: [[{tag: "text", text: "one"}]]}' GET "$messages/$shared"
expect 'and whole to who asks' 200 '.data.items[0].body.content | fromjson | .schema == "2.0"' \
    GET "$messages/$shared?card_msg_content_type=user_card_content"
update() {
    jq -cn --arg content "$1" '{content: $content}'
}
expect 'it is updated' 200 '.code == 0 and .data == {}' \
    PATCH "$messages/$shared" "$(update "${card/one/two}")"
expect 'and says so' 200 '.data.items[0] | .updated == true and (.body.content | contains("two"))' \
    GET "$messages/$shared"
refuse 'new card is not shared' 400 230001 PATCH "$messages/$shared" \
    "$(update '{"schema":"2.0","body":{"elements":[]}}')"
refuse 'old card is not shared' 400 230001 PATCH "$messages/$old_card" "$(update "$card")"
refuse 'update of a text' 400 230001 PATCH "$messages/$hello" "$(update "$card")"
refuse 'update without content' 400 99992402 PATCH "$messages/$shared" '{}'
refuse 'update with a bad card' 400 230099 PATCH "$messages/$shared" "$(update '{}')"
refuse 'update that is too long' 400 230025 PATCH "$messages/$shared" \
    "$(update "${full_card/@/$(letters 30000)}")"
refuse 'update of an unknown message' 400 230002 PATCH $messages/om_unknown "$(update "$card")"
ask POST /sandbox/say '{"text":"@bot hi"}'
theirs=$(value .message_id)
refuse 'recall of what others wrote' 400 230026 DELETE "$messages/$theirs"
refuse 'update of what others wrote' 400 230017 PATCH "$messages/$theirs" "$(update "$card")"
expect 'recall' 200 '.code == 0 and .data == {}' DELETE "$messages/$shared"
expect 'it is there as recalled' 200 '.data.items[0] | .deleted == true
    and .body.content == "This message was recalled"' GET "$messages/$shared"
refuse 'recall again' 400 230011 DELETE "$messages/$shared"
refuse 'reply to it' 400 230011 POST "$messages/$shared/reply" "$(text a)"
refuse 'update of it' 400 230011 PATCH "$messages/$shared" "$(update "$card")"
refuse 'reaction to it' 400 231003 POST "$messages/$shared/reactions" \
    '{"reaction_type":{"emoji_type":"SMILE"}}'

### Reactions

smile='{"reaction_type":{"emoji_type":"SMILE"}}'
expect 'a reaction' 200 '.code == 0 and .data.reaction_type.emoji_type == "SMILE"
    and .data.operator == {operator_id: "cli_sandbox", operator_type: "app"}
    and (.data.action_time | length == 13)' POST "$messages/$theirs/reactions" "$smile"
reaction=$(value .data.reaction_id)
expect 'the same again' 200 ".data.reaction_id == \"$reaction\"" \
    POST "$messages/$theirs/reactions" "$smile"
ask POST "$messages/$theirs/reactions" "${smile/SMILE/OK}"
expect 'reactions' 200 '[.data.items[].reaction_type.emoji_type] == ["SMILE", "OK"]' \
    GET "$messages/$theirs/reactions"
expect 'reactions of one kind' 200 '[.data.items[].reaction_type.emoji_type] == ["OK"]' \
    GET "$messages/$theirs/reactions?reaction_type=OK"
expect 'a reaction is taken back' 200 ".data.reaction_id == \"$reaction\"" \
    DELETE "$messages/$theirs/reactions/$reaction"
expect 'and is gone' 200 '[.data.items[].reaction_type.emoji_type] == ["OK"]' \
    GET "$messages/$theirs/reactions"
refuse 'take it back again' 400 231011 DELETE "$messages/$theirs/reactions/$reaction"
refuse 'a bad emoji' 400 231001 POST "$messages/$theirs/reactions" "${smile/SMILE/:-)}"
refuse 'no emoji' 400 99992402 POST "$messages/$theirs/reactions" '{"reaction_type":"SMILE"}'
refuse 'reaction to nothing' 400 231003 POST $messages/om_unknown/reactions "$smile"

### What people see, and what they say

expect 'a person reads names' 200 "[.messages[] | select(.message_id == \"$theirs\")][0]
    | .text == \"@Sandbox Bot hi\" and .sender == \"ou_sandbox_user\" and .from_bot == false
    and .reactions == [\"OK\"]" GET /sandbox/messages
expect 'messages of one chat' 200 '[.messages[].chat_id] | unique == ["oc_sandbox_p2p"]' \
    GET '/sandbox/messages?chat_id=oc_sandbox_p2p'
for body in '{}' '{"text":1}' '{"text":"a","chat":"none"}' '{"text":"a","schema":"3.0"}' \
    '{"text":"a","repeat":0}' '{"text":"a","repeat":10001}' '{"text":"a","repeat":"1"}' \
    '{"text":"a","content":"{}"}' '{"text":"a","mention":"bot"}' '{"text":"a","reply_to":"om_x"}' \
    '{"text":"a","age_s":-1}'; do
    expect "cannot be said: $body" 400 '.error' POST /sandbox/say "$body"
done
for body in '{}' '{"type":"a"}' '{"type":"a","event":[]}' '{"event":{}}'; do
    expect "is no event: $body" 400 '.error' POST /sandbox/event "$body"
done
expect 'an event that there was not' 400 '.error' POST /sandbox/redeliver '{"event_id":"none"}'
for query in '' what=nothing what=messages\&count=x 'what=deliveries&state=late'; do
    expect "is nothing to wait for: $query" 400 '.error' GET "/sandbox/wait?$query"
done

### Faults

# fault JSON: the next request goes wrong like this.
fault() {
    expect "fault $1" 200 '. == {}' POST /sandbox/fault "$1"
}
ask POST /sandbox/reset
expect 'reset forgets messages' 200 '.messages == []' GET /sandbox/messages
expect 'and requests' 200 '.requests == []' GET /sandbox/requests
expect 'but not tokens' 200 '.code == 0' GET /open-apis/bot/v3/info
fault '{"path":"/open-apis/im/","code":230020,"count":2}'
expect 'another path is not concerned' 200 '.code == 0' GET /open-apis/bot/v3/info
refuse 'first time' 400 230020 POST "$send" "$(text a "$group")"
refuse 'second time' 400 230020 POST "$send" "$(text a "$group")"
expect 'third time' 200 '.code == 0' POST "$send" "$(text a "$group")"
fault '{"path":"/open-apis/im/","method":"DELETE","code":230001}'
expect 'another method is not concerned' 200 '.code == 0' GET "$list"
refuse 'the method' 400 230001 DELETE $messages/om_1
fault '{"path":"/open-apis/im/","http":200,"code":99991663}'
refuse 'another status' 200 99991663 GET "$list"
fault '{"path":"/open-apis/im/","code":99991400,"reset_s":7}'
refuse 'the limit' 429 99991400 GET "$list"
ok 'and when there is more' head_has '^x-ogw-ratelimit-reset: 7'
fault '{"path":"/open-apis/im/","http":502}'
ask GET "$list"
ok 'no JSON' test "$status" = 502 -a "$(head -c 1 "$folder/body")" != '{'
ok 'but HTML' head_has '^Content-Type: text/html'
fault '{"path":"/open-apis/im/","body":"{\"code\":","content_type":"application/json"}'
ask GET "$list"
ok 'half a JSON' test "$status" = 200 -a "$(cat "$folder/body")" = '{"code":'
fault '{"path":"/open-apis/im/","drop":"before"}'
ask POST "$send" "$(text dropped "$group")"
ok 'no answer' test "$status" = 000
expect 'and nothing happened' 200 '[.messages[].text] == ["a"]' GET /sandbox/messages
fault '{"path":"/open-apis/im/","drop":"after"}'
ask POST "$send" "$(text cut "$group")"
ok 'no answer either' test "$status" = 000
expect 'but it happened' 200 '[.messages[].text] == ["a", "cut"]' GET /sandbox/messages
fault '{"path":"/open-apis/im/","code":230049,"apply":true}'
refuse 'it is being sent' 400 230049 POST "$send" "$(text sent "$group + {uuid: \"u\"}")"
expect 'and was' 200 '[.messages[].text] == ["a", "cut", "sent"]' GET /sandbox/messages
fault '{"path":"/open-apis/im/","code":230001}'
refuse 'a refusal' 400 230001 POST "$send" "$(text no "$group")"
expect 'does nothing' 200 '.messages | length == 3' GET /sandbox/messages
fault '{"path":"/open-apis/im/","delay_ms":600000}'
ask POST "$send" "$(text slow "$group")" -m 1
ok 'too slow' test "$status" = 000
expect 'but it happened all the same' 200 '.messages[-1].text == "slow"' GET /sandbox/messages
fault '{"path":"/open-apis/im/","delay_ms":100}'
expect 'slow' 200 '.code == 0' GET "$list"
expect 'the requests, as they came' 200 '[.requests[] | select(.path | startswith("/open-apis/bot"))]
    == [] and (.requests | length > 10) and (.requests[0] | .method == "POST" and .http == 400
    and .code == 230020 and .at_ms > 0)' GET '/sandbox/requests?path=/open-apis/im/'
for body in '{}' '{"path":"/sandbox/","code":1}' '{"path":"/open-apis/","code":"1"}' \
    '{"path":"/open-apis/","http":99}' '{"path":"/open-apis/","count":0}' \
    '{"path":"/open-apis/","drop":"half"}' '{"path":"/open-apis/","apply":1}' \
    '{"path":"/open-apis/","delay_ms":-1}'; do
    expect "is no fault: $body" 400 '.error' POST /sandbox/fault "$body"
done
fault '{"path":"/open-apis/im/","code":230001,"count":1000}'
ask POST /sandbox/reset
expect 'reset forgets faults' 200 '.code == 0' GET "$list"

### Waiting

expect 'not yet' 408 '.reached == false and .count == 0' \
    GET '/sandbox/wait?what=messages&timeout_ms=0'
ask POST /sandbox/say '{"text":"hi"}'
event=$(value .event_id)
expect 'what people write does not count' 408 '.count == 0' \
    GET '/sandbox/wait?what=messages&timeout_ms=0'
curl -s -m 20 -o "$folder/waited" "$url/sandbox/wait?what=messages&count=2" &
waiting=$!
ask POST "$send" "$(text one "$group")"
ask POST "$send" "$(text two "$group")"
wait $waiting
ok 'messages that come meanwhile' grep -qx '{"reached":true,"count":2}' "$folder/waited"
expect 'messages of one chat' 408 '.count == 0' \
    GET '/sandbox/wait?what=messages&chat_id=oc_sandbox_p2p&timeout_ms=0'
expect 'requests' 200 '.count >= 2' GET "/sandbox/wait?what=requests&path=$messages&count=2"
expect 'attempts' 200 '.reached' \
    GET "/sandbox/wait?what=deliveries&state=attempt&count=3&event_id=$event"
expect 'an event that is over' 200 '.reached' GET "/sandbox/wait?what=deliveries&event_id=$event" \
    '' -m 30
expect 'how it went' 200 '.deliveries | length == 1 and (.[0] | .state == "given up"
    and (.attempts | length == 5 and all(.status == 0 and (.error | length > 0))))' \
    GET "/sandbox/deliveries?event_id=$event"

### Limits

for _ in $(seq 60); do
    ask POST "$send" "$(text a "$group")"
    [ "$(value .code)" = 0 ] || break
done
ok 'no limits' says 200 '.code == 0'
url=$limited_url
fetch_token
for number in 1 2 3 4 5; do
    expect "message $number of a second" 200 '.code == 0' POST "$send" "$(text a "$group")"
done
ok 'more in a second are too many' refused_within_300 230020 POST "$send" "$(text a "$group")"
ok 'with HTTP 400' says 400 '.code == 230020'
expect 'another chat has its own' 200 '.code == 0' POST $messages'?receive_id_type=open_id' \
    "$(text a '{receive_id: "ou_sandbox_user"}')"
sleep 1.1
expect 'a second later there are more' 200 '.code == 0' POST "$send" "$(text a "$group")"
# One curl for many requests: as many processes would take more than a second.
many=()
for _ in $(seq 300); do
    many+=("$url/open-apis/bot/v3/info")
done
curl -s -i -m 20 -w '\n' -H "Authorization: Bearer $token" "${many[@]}" | tr -d '\r' >"$folder/answers"
grep '^HTTP' "$folder/answers" >"$folder/codes"
ok '50 requests of an API in a second' test "$(head -50 "$folder/codes" | sort -u)" = 'HTTP/1.1 200 OK'
ok 'more are too many' grep -q '^HTTP/1.1 429' "$folder/codes"
ok 'with a code' grep -q '^{"code":99991400,' "$folder/answers"
ok 'x-ogw-ratelimit-reset' grep -qx 'x-ogw-ratelimit-reset: 1' "$folder/answers"
ok 'x-ogw-ratelimit-limit' grep -qx 'x-ogw-ratelimit-limit: 50' "$folder/answers"
expect 'another API has its own' 200 '.code == 0' GET /open-apis/im/v1/chats

### TLS

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$folder/key.pem" -out "$folder/cert.pem" \
    -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>"$folder/error"
start secure --tls-certificate "$folder/cert.pem" --tls-key "$folder/key.pem"
url=$secure_url
ok 'HTTPS' test "${url%%:*}" = https
expect 'over TLS' 200 '.messages == []' GET /sandbox/messages '' --cacert "$folder/cert.pem"
expect 'its own Origin over TLS' 200 '.messages == []' GET /sandbox/messages '' \
    --cacert "$folder/cert.pem" -H "Origin: $url"

### The end

for pid in "${pids[@]}"; do
    kill -TERM "$pid"
    wait "$pid"
    ok 'ends well' test $? -eq 0
done
pids=()
ok 'prints nothing but that it listens' test "$(cat "$folder"/*.log | grep -vc '^listening on ')" = 0
finish
