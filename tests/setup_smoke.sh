#!/bin/bash
# smoke and test-reply against the real bot behind nginx and the sandbox: what they prove, what they
# say of each thing that can be wrong, and that they leave nothing in the chat.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

STACK_SANDBOX_OPTIONS=(--no-limits)
stack_start
setup=$stack_build/feishu-setup
messages=/open-apis/im/v1/messages
said=$STACK_DIR/said # all that was ever printed
out=$STACK_DIR/out

# setup WORD…: runs it; standard output is in $out, the status in $status.
setup() {
    "$setup" "$@" --config "$STACK_CONFIG" --language en </dev/null >"$out" 2>"$out.err"
    status=$?
    cat "$out" "$out.err" >>"$said"
}

# smoke: of the bot behind nginx, as JSON.
smoke() {
    setup smoke --chat oc_sandbox_group --url "$STACK_URL/event" --json
}

# steps: a letter for each step: p, w, f, s.
steps() {
    jq -r '[.steps[].status[:1]] | join("")' "$out"
}

# step NAME [KEY]
step() {
    jq -r --arg name "$1" --arg key "${2:-detail}" '.steps[] | select(.name == $name) | .[$key]' "$out"
}

# holds TEXT PART
holds() {
    case $1 in
    *"$2"*) return 0 ;;
    esac
    printf '"%s" does not hold "%s"\n' "$1" "$2"
    return 1
}

# chat: how many messages are in it, and how many of these are not recalled.
chat() {
    stack_get /sandbox/messages | jq -r '"\(.messages | length) \([.messages[] | select(.recalled | not)] | length)"'
}

forget() {
    stack_post /sandbox/reset '{}' >"$STACK_DIR/reset"
}

# fault JQ: the faults that the filter makes, in this order.
fault() {
    local one
    while read -r one; do
        stack_post /sandbox/fault "$one" >"$STACK_DIR/fault" || stack_fail "no fault $one"
    done < <(jq -cn "$1")
}

# -- all is well
smoke
is 'the exit status' 0 $status
is 'the steps' 'config token bot message event reply repeat recall' "$(jq -r '[.steps[].name] | join(" ")' "$out")"
is 'each passes' pppppppp "$(steps)"
is 'it is ok' true "$(jq .ok "$out")"
is 'each step has its time' 8 "$(jq '[.steps[].ms | numbers] | length' "$out")"
ok 'says what it does not prove' holds "$(jq -r .note "$out")" 'Feishu itself reaches the bot'
is 'two messages, both recalled' '2 0' "$(chat)"
is 'the reply is one to the message' true "$(stack_get /sandbox/messages | jq '.messages[1].reply_to == .messages[0].message_id')"
is 'it was posted once' 1 "$(stack_get /sandbox/messages | jq '.messages[1].posts')"
ok 'encrypted and signed' holds "$(step event)" 'encrypted and signed'
ok 'read back' holds "$(step reply)" 'as a reply to the message'
is 'the event is known as our own' 2 "$(grep -c 'feishu-setup-' "$STACK_LOG")"
is 'and not noted as one of the platform' '' "$(grep -rlaF journal "$STACK_DIR/store" --include '*.value')"
forget

setup smoke --chat oc_sandbox_group --url http://bot.example.com/feishu/event --connect-to "$(cut -d / -f 3 <<<"$STACK_URL")"
is 'connected elsewhere' 0 $status
ok 'for people: a line a step' grep -q '^  pass Reply in the chat: om_' "$out"
ok 'for people: the sum' grep -q '^8 pass, 0 warn, 0 fail, 0 skip' "$out"
ok 'for people: what it does not prove' grep -q '^That Feishu itself reaches the bot' "$out"
forget

# -- not encrypted
STACK_KEY=none stack_configure
smoke
is 'without a key: the steps' wppppppp "$(steps)"
is 'without a key: the exit status' 0 $status
ok 'without a key: said so' holds "$(step event)" 'neither encrypted nor signed'
is 'without a key: nothing is left' '2 0' "$(chat)"
forget

# -- the URL is in the configuration, or nowhere
STACK_APP="event_url = '$STACK_URL/event'" stack_configure
setup smoke --chat oc_sandbox_group --json
is 'the configured URL' pppppppp "$(steps)"
forget
stack_configure
setup smoke --chat oc_sandbox_group --json
is 'no URL' fsssssss "$(steps)"
is 'no URL: the exit status' 1 $status
ok 'no URL: what to do' holds "$(step config fix)" '--url'
is 'no URL: nothing was sent' '0 0' "$(chat)"

# -- what can be wrong: name, what it is made wrong with, the steps, who tells, what, and how many
# messages there are then, and of these how many are left.
while IFS='|' read -r name wrong expected teller detail there; do
    case $wrong in
    '{'*) fault "$wrong" ;;
    *) stack_post /sandbox/symptom "{\"name\":\"$wrong\"}" >"$STACK_DIR/symptom" ;;
    esac
    smoke
    is "$name: the steps" "$expected" "$(steps)"
    is "$name: the exit status" "$(case $expected in *f*) echo 1 ;; *) echo 0 ;; esac)" $status
    is "$name: ok or not" "$([ $status -eq 0 ] && echo true || echo false)" "$(jq .ok "$out")"
    ok "$name: said" holds "$(step "$teller")" "$detail"
    ok "$name: what to do" test -n "$(step "$teller" fix)$([ $status -ne 0 ] || echo none)"
    is "$name: the chat" "$there" "$(chat)"
    forget
    stack_post /sandbox/symptom '{"name":"none"}' >"$STACK_DIR/symptom"
done <<END
wrong secret|wrong_secret|pfssssss|token|the App Secret is wrong|0 0
bot off|bot_off|ppfsssss|bot|the app has no bot|0 0
too many messages|{path: "$messages", method: "POST", http: 400, code: 230020}|pppfssss|message|too many messages into this chat|0 0
too many requests|{path: "$messages", method: "POST", http: 429, code: 99991400}|pppfssss|message|too many requests|0 0
the message's answer is lost|{path: "$messages", method: "POST", http: 500, apply: true}|pppfsssp|message|trouble of its own|1 0
… for longer|{path: "$messages", method: "POST", http: 500, apply: true, count: 3}|pppfsssp|message|trouble of its own|1 0
the reply's answer is lost|{path: "$messages/om_", method: "POST", http: 500, apply: true}|ppppfssp|event|could not reply in time|2 0
the bot may not reply now|{path: "$messages/om_", method: "POST", http: 429, code: 99991400}|ppppfssp|event|could not reply in time|1 0
the reply is refused for good|{path: "$messages/om_", method: "POST", http: 400, code: 230035}|pppppfsp|reply|wrote no reply|1 0
may not read|{path: "$messages", method: "GET", http: 400, code: 99991672, count: 2}|pppppwwp|reply|by the bot's own word|2 0
may not list|{path: "$messages", method: "GET", delay_ms: 1}, {path: "$messages", method: "GET", http: 400, code: 230027}|pppppppp|repeat|by the bot's own word|2 0
reading fails|{path: "$messages", method: "GET", http: 500}|pppppfsp|reply|trouble of its own|2 0
the reply is one to something else|{path: "$messages", method: "GET", http: 200, content_type: "application/json", body: "{\"code\":0,\"data\":{\"items\":[{\"message_id\":\"om_x\",\"parent_id\":\"om_y\"}]}}"}|pppppfsp|reply|is no reply to the message|2 0
recall slow at first|{path: "$messages", method: "DELETE", http: 429, code: 99991400}|pppppppp|recall|2, so that|2 0
recall refused|{path: "$messages", method: "DELETE", http: 400, code: 230026, count: 2}|pppppppf|recall|is still in the chat|2 2
a slow platform|{path: "/open-apis/bot/", delay_ms: 1000, count: 2}|pppfssss|message|no time is left|0 0
END

# -- the bot is not there
while IFS='|' read -r name url detail; do
    setup smoke --chat oc_sandbox_group --url "$url" --json
    is "$name: the steps" ppppfssp "$(steps)"
    is "$name: the exit status" 1 $status
    ok "$name: said" holds "$(step event)" "$detail"
    is "$name: nothing is left" '1 0' "$(chat)"
    forget
done <<END
nobody listens|http://127.0.0.1:1/feishu/event|refused
no such location|${STACK_URL%/feishu}/elsewhere|404
END
sed "s/'$STACK_KEY'/'another-key'/" "$STACK_CONFIG" >"$STACK_DIR/other.conf"
chmod 600 "$STACK_DIR/other.conf"
STACK_CONFIG=$STACK_DIR/other.conf smoke
is 'a wrong key: the steps' ppppfssp "$(steps)"
ok 'a wrong key: said' holds "$(step event)" 'another Encrypt Key'
is 'a wrong key: nothing is left' '1 0' "$(chat)"
forget
setup smoke --chat oc_elsewhere --url "$STACK_URL/event" --json
is 'another chat: the steps' pppfssss "$(steps)"
ok 'another chat: said' holds "$(step message)" 'not in that chat'

# -- an app that may not read: what the bot does not tell is found out all the same
stack_post /sandbox/app '{"scopes":["im:message.p2p_msg:readonly","im:message.group_at_msg:readonly","im:message:send_as_bot","im:chat:readonly"]}' >"$STACK_DIR/scopes"
smoke
is 'no scope to read: the steps' pppppwwp "$(steps)"
is 'no scope to read: the exit status' 0 $status
ok 'no scope to read: the link' holds "$(step repeat fix)" 'auth?q=im:message:readonly'
is 'no scope to read: nothing is left' '2 0' "$(chat)"
forget
fault "{path: \"$messages/om_\", method: \"POST\", http: 500, apply: true}"
smoke
is 'no scope to read, the reply is not told of: the steps' ppppfssp "$(steps)"
is 'no scope to read, the reply is not told of: nothing is left' '2 0' "$(chat)"
forget
stack_post /sandbox/symptom '{"name":"none"}' >"$STACK_DIR/symptom"

# -- Ctrl-C: while the message is sent, while the bot replies, and by whom else it may be ended
# interrupt PATH SIGNAL
interrupt() {
    fault "{path: \"$1\", method: \"POST\", delay_ms: 400}"
    env --default-signal=INT "$setup" smoke --chat oc_sandbox_group --url "$STACK_URL/event" --json \
        --config "$STACK_CONFIG" --language en >"$out" 2>"$out.err" &
    stack_get "/sandbox/wait?what=requests&path=$1" >"$STACK_DIR/wait"
    kill "-$2" $!
    wait $!
    status=$?
    cat "$out" "$out.err" >>"$said"
}
while IFS='|' read -r path signal expected there; do
    interrupt "$path" "$signal"
    is "$signal at $path: the exit status" 130 $status
    is "$signal at $path: the steps" "$expected" "$(steps)"
    is "$signal at $path: not ok" false "$(jq .ok "$out")"
    is "$signal at $path: nothing is left" "$there" "$(chat)"
    forget
done <<END
$messages|INT|ppppfssp|1 0
$messages/om_|INT|pppppfsp|2 0
$messages/om_|TERM|pppppfsp|2 0
END

# -- a bot that forgets, at a platform that forgets the uuid: the event is answered twice
STACK_STORE="url = 'none'" stack_configure
stack_sandbox_stop
STACK_SANDBOX_OPTIONS=(--no-limits --time-scale 1000000)
stack_sandbox_start
fault "{path: \"$messages\", method: \"GET\", delay_ms: 50}"
smoke
is 'a second reply: the steps' ppppppfp "$(steps)"
is 'a second reply: the exit status' 1 $status
ok 'a second reply: said' holds "$(step repeat)" 'answered twice'
is 'a second reply: nothing is left' '3 0' "$(chat)"
forget
fault "{path: \"$messages\", method: \"GET\", delay_ms: 50, http: 400, code: 99991672, count: 2}"
smoke
is 'a second reply, and may not read' pppppwfp "$(steps)"
forget
stack_sandbox_stop
STACK_SANDBOX_OPTIONS=(--no-limits)
stack_sandbox_start
STACK_STORE='' stack_configure

# -- the bot answers again and does not tell; a reply is slipped in while the first one is read back
slip() {
    local token message
    stack_get '/sandbox/wait?what=messages&count=2' >"$STACK_DIR/wait"
    message=$(stack_get /sandbox/messages | jq -r '.messages[0].message_id')
    token=$(stack_post /open-apis/auth/v3/tenant_access_token/internal '{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}' | jq -r .tenant_access_token)
    curl -fsS -m 10 -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -o "$STACK_DIR/slip" \
        -d '{"msg_type":"text","content":"{\"text\":\"again\"}"}' "$STACK_SANDBOX$messages/$message/reply"
}
fault "{path: \"$messages\", method: \"GET\", delay_ms: 700}"
slip &
smoke
wait $!
is 'a second reply that is not told of: the steps' ppppppfp "$(steps)"
is 'a second reply that is not told of: nothing is left' '3 0' "$(chat)"
forget

# -- the command line
while IFS='|' read -r words detail; do
    # shellcheck disable=SC2086
    setup $words
    is "$words: the exit status" 2 $status
    ok "$words: said" holds "$(cat "$out.err")" "$detail"
    is "$words: nothing else" '' "$(cat "$out")"
done <<'END'
smoke|--chat oc_… is needed
smoke --chat|--chat needs a value
smoke --chat ou_x|no chat's id
smoke --chat oc_x --url example.com|no URL
smoke --chat oc_x --connect-to 443|not HOST:PORT
smoke --chat oc_x more|one word too many
smoke --chat oc_x --recall|there is no option --recall
test-reply --chat x|no chat's id
test-reply --json|there is no option --json
END
is 'nothing was sent' '0 0' "$(chat)"
setup smoke --help
is 'help' 0 $status

# -- test-reply
setup test-reply
is 'test-reply: the exit status' 0 $status
is 'test-reply: message and reply' '2 2' "$(chat)"
is 'test-reply: a reply' true "$(stack_get /sandbox/messages | jq '.messages[1].reply_to == .messages[0].message_id')"
ok 'test-reply: the one chat' grep -q 'the bot is in one: oc_sandbox_group, "Sandbox Group"' "$out"
forget
setup test-reply --recall
is 'test-reply --recall' '2 0' "$(chat)"
forget
fault "{path: \"$messages/om_\", method: \"POST\", http: 400, code: 230035}"
setup test-reply --recall
is 'test-reply --recall, no reply: the exit status' 1 $status
is 'test-reply --recall, no reply: nothing is left' '1 0' "$(chat)"
forget
setup test-reply --chat oc_sandbox_p2p
is 'test-reply in a private chat' '2 2' "$(chat)"
is 'which is the one' oc_sandbox_p2p "$(stack_get /sandbox/messages | jq -r '.messages[1].chat_id')"
forget
fault "{path: \"$messages\", method: \"DELETE\", http: 400, code: 230026, count: 2}"
setup test-reply --recall
is 'test-reply --recall, refused' 1 $status
forget
fault "{path: \"/open-apis/im/v1/chats\", http: 400, code: 99991672}"
setup test-reply
is 'test-reply, may not list: the exit status' 1 $status
ok 'test-reply, may not list: said' grep -q 'FAIL Chats: a permission is missing' "$out"

# chats JSON: the next list of chats.
chats() {
    fault "{path: \"/open-apis/im/v1/chats\", http: 200, content_type: \"application/json\", body: ({code: 0, msg: \"ok\", data: {has_more: false, items: $1}} | tojson)}"
}
chats '[]'
setup test-reply
is 'test-reply, no chat: the exit status' 1 $status
ok 'test-reply, no chat: what to do' grep -q '群机器人' "$out"
two='[{chat_id: "oc_other", name: "Other"}, {chat_id: "oc_sandbox_group", name: "The Group"}]'
chats "$two"
setup test-reply
is 'test-reply, two chats: the exit status' 2 $status
ok 'test-reply, two chats: listed' grep -q '2  oc_sandbox_group  The Group' "$out"
ok 'test-reply, two chats: what to write' grep -q 'feishu-setup test-reply --chat oc_other' "$out.err"
is 'test-reply, two chats: nothing was sent' '0 0' "$(chat)"

# -- on a terminal
# terminal INPUT WORD…: runs it on a pseudo-terminal, where INPUT is typed.
terminal() {
    local input=$1
    shift
    printf '%b' "$input" |
        TERM=xterm script -qec "$(printf '%q ' "$setup" "$@" --config "$STACK_CONFIG" --language en)" /dev/null >"$out"
    status=$?
    cat "$out" >>"$said"
}
chats "$two"
terminal '7\nx\n2\n' test-reply
is 'on a terminal, two chats: the exit status' 0 $status
is 'on a terminal, two chats: asked again, twice' 2 "$(grep -c 'a number from 1 to 2' "$out")"
is 'on a terminal, two chats: the one that was chosen' 'oc_sandbox_group oc_sandbox_group' "$(stack_get /sandbox/messages | jq -r '[.messages[].chat_id] | join(" ")')"
forget
chats "$two"
terminal '\003' test-reply
is 'on a terminal, Ctrl-C' 130 $status
is 'on a terminal, Ctrl-C: nothing was sent' '0 0' "$(chat)"
terminal '' smoke --chat oc_sandbox_group --url "$STACK_URL/event"
is 'on a terminal: the exit status' 0 $status
is 'on a terminal: each step is shown as going on, then as ended' 8 "$(grep -c $'\r\033\[K  \033\[3[23]m[✓!]' "$out")"
export NO_COLOR=1
terminal '' smoke --chat oc_sandbox_group --url "$STACK_URL/event"
is 'NO_COLOR: progress' 8 "$(grep -c $'\r\033\[K  [✓!]' "$out")"
is 'NO_COLOR: no colours' 0 "$(grep -c $'\033\[[0-9]*m' "$out")"
unset NO_COLOR
forget

# -- in Chinese, and secrets
"$setup" smoke --chat oc_sandbox_group --url "$STACK_URL/event" --language zh --config "$STACK_CONFIG" >"$out"
is 'in Chinese: the exit status' 0 $?
cat "$out" >>"$said"
ok 'something was printed' test -s "$said"
is 'no secret was printed' 0 "$(grep -cE 'sandbox-secret|sandbox-key|sandbox-token|another-key' "$said")"
finish
