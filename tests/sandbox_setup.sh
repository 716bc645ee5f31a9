#!/bin/bash
# The sandbox's app: what is configured, published and granted decides what the platform does. The
# bot itself answers the challenges and takes the events.
# shellcheck disable=SC2016
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

STACK_SANDBOX_OPTIONS=(--no-limits --time-scale 3600)
stack_start
token=
v6=/open-apis/application/v6
v7=/open-apis/application/v7/applications/cli_sandbox
token_path=/open-apis/auth/v3/tenant_access_token/internal
credentials='{"app_id":"cli_sandbox","app_secret":"sandbox-secret"}'
message_event=im.message.receive_v1
p2p=im:message.p2p_msg:readonly
group_at=im:message.group_at_msg:readonly
manage=application:application:self_manage

# ask METHOD PATH [BODY]: the answer's status, $STACK_DIR/head and $STACK_DIR/body.
ask() {
    local data=()
    [ "$1" = GET ] || data=(-H 'Content-Type: application/json' -d "${3:-}")
    status=$(curl -s -m 20 -o "$STACK_DIR/body" -D "$STACK_DIR/head" -w '%{http_code}' -X "$1" \
        -H "Authorization: Bearer $token" "${data[@]}" "$STACK_SANDBOX$2")
}

# The last answer has the status, and the expression holds of its body.
says() {
    [ "$status" = "$1" ] && jq -e "$2" "$STACK_DIR/body" >"$STACK_DIR/jq" 2>&1 && return
    echo "status $status, but not ($1) $2: $(head -c 800 "$STACK_DIR/body")"
    return 1
}

# expect TEXT STATUS EXPRESSION METHOD PATH [BODY]
expect() {
    local text=$1 wanted=$2 expression=$3
    shift 3
    ask "$@"
    ok "$text" says "$wanted" "$expression"
}

# refuse TEXT CODE METHOD PATH [BODY]: the platform says no with the code.
refuse() {
    local text=$1 code=$2
    shift 2
    ask "$@"
    ok "$text: $code" says "$status" ".code == $code and (.msg | length > 0) and .error.log_id"
}

value() {
    jq -r "$1" "$STACK_DIR/body"
}

fetch_token() {
    ask POST $token_path "$credentials"
    token=$(value .tenant_access_token)
}

# app JSON: a setting of the app.
app() {
    expect "app $1" 200 .draft POST /sandbox/app "$1"
}

symptom() {
    expect "symptom $1" 200 .draft POST /sandbox/symptom "$1"
}

# delivers TEXT [CHAT]: the platform brings what somebody writes, and the bot takes it.
delivers() {
    local event
    ask POST /sandbox/say "{\"text\":\"@bot ping\",\"chat\":\"${2:-group}\"}"
    event=$(value .event_id)
    expect "$1: comes" 200 '.deliveries[0].state == "delivered"' GET \
        "/sandbox/deliveries?event_id=$(waited "$event")"
}

# waited EVENT [STATE]: prints the event's id when it is over, or has been attempted.
waited() {
    curl -s -m 20 -o "$STACK_DIR/waited" \
        "$STACK_SANDBOX/sandbox/wait?what=deliveries&event_id=$1&state=${2:-done}"
    echo "$1"
}

# withholds TEXT REASON [CHAT]: what somebody writes is in the chat, but no event comes of it.
withholds() {
    local before
    ask GET /sandbox/deliveries
    before=$(value '.deliveries | length')
    expect "$1: does not come" 200 "(.message_id | startswith(\"om_\")) and (has(\"event_id\") | not)
        and (.withheld | contains(\"$2\"))" POST /sandbox/say "{\"text\":\"@bot ping\",\"chat\":\"${3:-group}\"}"
    expect "$1: nothing is on its way" 200 ".deliveries | length == $before" GET /sandbox/deliveries
}

# version_of KEY: the version that the application names so.
version_of() {
    local id
    ask GET "$v6/applications/me?lang=zh_cn"
    id=$(value ".data.app.$1")
    ask GET "$v6/applications/me/app_versions/$id?lang=zh_cn"
}

# clock_ahead: how far this machine's clock is ahead of the header Date, in seconds,
# by the last answer.
clock_ahead() {
    local date
    date=$(sed -n 's/^[Dd]ate: *\(.*GMT\).*/\1/p' "$STACK_DIR/head")
    echo $(($(date +%s) - $(date -d "$date" +%s)))
}

between() {
    [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]
}

### An app that is all right

fetch_token
expect 'the app' 200 ".known and .secret_right and .ip_allowed and .installed and .console_made
    and .review == false and .status == 1 and .activate_status == 2 and .clock_ahead_s == 0
    and .subscription_type == \"webhook\" and .callback_type == \"webhook\"
    and .request_url == \"$STACK_URL\" and .callback_request_url == \"$STACK_URL\"
    and (.versions | length == 1) and .versions[0].online and .versions[0].version == \"1.0.0\"
    and .versions[0].status == 1 and (.granted | index(\"$p2p\")) and (has(\"withheld\") | not)" \
    GET /sandbox/app
ok 'it shows no secret' test "$(grep -c 'sandbox-secret\|sandbox-key\|sandbox-token' "$STACK_DIR/body")" = 0
delivers 'a message in the group'
delivers 'a private message' p2p
expect 'application' 200 '.code == 0 and (.data.app | .app_id == "cli_sandbox" and .status == 1
    and .unaudit_version_id == "" and (.online_version_id | startswith("oav_"))
    and .create_source == "developer_console")' GET "$v6/applications/me?lang=zh_cn"
version=$(value .data.app.online_version_id)
expect 'by its id' 200 ".data.app.online_version_id == \"$version\"" \
    GET "$v6/applications/cli_sandbox?lang=en_us"
refuse 'application without language' 99992402 GET $v6/applications/me
refuse 'another application' 210506 GET "$v6/applications/cli_other?lang=zh_cn"
expect 'version' 200 ".data.app_version | .version_id == \"$version\" and .version == \"1.0.0\"
    and .status == 1 and .events == [\"$message_event\"]
    and [.event_infos[].event_type] == [\"$message_event\"] and .ability.bot
    and (.create_time | test(\"^[0-9]{10}$\"))" GET "$v6/applications/me/app_versions/$version?lang=zh_cn"
refuse 'version without language' 99992402 GET "$v6/applications/me/app_versions/$version"
refuse 'no such version' 211002 GET "$v6/applications/me/app_versions/oav_1?lang=zh_cn"
expect 'scopes' 200 ".data.scopes | length == 6 and all(.grant_status == 1)
    and any(.scope_name == \"$group_at\")" GET $v6/scopes
for change in 'PATCH config' 'PATCH ability' 'POST publish'; do
    refuse "$change without the right" 99991672 "${change% *}" "$v7/${change#* }" '{}'
    ok 'it says where to get it' says 400 '.msg
        | contains("/app/cli_sandbox/auth?q=application:application:patch")'
done

### What it can have wrong

symptom '{"name":"wrong_secret"}'
refuse 'token' 10015 POST $token_path "$credentials"
symptom '{"name":"wrong_host"}'
refuse 'token' 10014 POST $token_path "$credentials"
ok 'in words' says 200 '.msg == "app id not exists"'
# after_token SYMPTOM CODE: a token can be had, and nothing else.
after_token() {
    symptom "{\"name\":\"$1\"}"
    expect "$1: token" 200 '.code == 0' POST $token_path "$credentials"
    for path in /open-apis/bot/v3/info $v6/scopes "$v6/applications/me?lang=zh_cn" /open-apis/im/v1/chats; do
        refuse "$1: $path" "$2" GET "$path"
    done
}
after_token ip_whitelist 99991401
after_token app_disabled 99991662
withholds app_disabled disabled
after_token not_installed 99991673
withholds not_installed installed
symptom '{"name":"bot_off"}'
refuse 'no bot' 11205 GET /open-apis/bot/v3/info
refuse 'no bot in chats' 232025 GET /open-apis/im/v1/chats
refuse 'no bot that writes' 230006 POST '/open-apis/im/v1/messages?receive_id_type=chat_id' '{}'
version_of online_version_id
ok 'no ability' says 200 '.data.app_version.ability == {}'
withholds bot_off bot

symptom '{"name":"scope_missing"}'
withholds 'without scope' private p2p
delivers 'the group with its own scope'
expect 'the scope is not there' 200 "[.data.scopes[].scope_name] | index(\"$p2p\") == null" GET $v6/scopes
symptom '{"name":"scope_missing","scope":"group_at"}'
withholds 'without scope' groups
delivers 'the private chat with its own scope' p2p
symptom '{"name":"scope_missing","scope":"im:chat:readonly"}'
refuse 'chats' 99991672 GET /open-apis/im/v1/chats
delivers 'another scope is not concerned'

symptom '{"name":"event_missing"}'
withholds event_missing "not subscribed to $message_event"
version_of online_version_id
ok 'the version has no event' says 200 '.data.app_version | .events == [] and .event_infos == []'
symptom '{"name":"unpublished"}'
withholds unpublished 'no version is published'
expect 'nothing is online' 200 '.data.app | .online_version_id == "" and .unaudit_version_id == ""
    and .status == 2' GET "$v6/applications/me?lang=zh_cn"
refuse 'no bot before a version' 11205 GET /open-apis/bot/v3/info
for pair in in_review:3 rejected:2; do
    symptom "{\"name\":\"${pair%:*}\"}"
    withholds "${pair%:*}" 'not subscribed'
    expect "${pair%:*}: the bot is there" 200 '.code == 0' GET /open-apis/bot/v3/info
    version_of unaudit_version_id
    ok "${pair%:*}: the version has the event" says 200 ".data.app_version | .status == ${pair#*:}
        and .version == \"1.0.1\" and .events == [\"$message_event\"] and (has(\"publish_time\") | not)"
    version_of online_version_id
    ok "${pair%:*}: the one that is online has not" says 200 '.data.app_version
        | .status == 1 and .events == []'
    symptom "{\"name\":\"${pair%:*}\",\"first\":true}"
    withholds "${pair%:*}, the first" 'no version is published'
    expect "${pair%:*}, the first: nothing is online" 200 '.data.app
        | .online_version_id == "" and .unaudit_version_id != ""' GET "$v6/applications/me?lang=zh_cn"
done
symptom '{"name":"none"}'
ask POST /sandbox/say '{"text":"@bot ping"}'
event=$(waited "$(value .event_id)")
symptom '{"name":"long_connection"}'
withholds long_connection 'long connection'
expect 'nor does an event come again' 200 '.withheld' POST /sandbox/redeliver "{\"event_id\":\"$event\"}"
symptom '{"name":"callback_missing"}'
card='{"type":"card.action.trigger","event":{"operator":{"open_id":"ou_sandbox_user"},"action":{"value":{}},
    "context":{"open_message_id":"om_1","open_chat_id":"oc_sandbox_group"}}}'
expect 'no callback' 200 '.withheld | contains("card.action.trigger")' POST /sandbox/event "$card"
delivers 'messages without callback'
symptom '{"name":"none"}'
expect 'a callback' 200 '.event_id' POST /sandbox/event "$card"
expect 'it comes' 200 '.deliveries[0].state == "delivered"' GET \
    "/sandbox/deliveries?event_id=$(waited "$(value .event_id)")"
symptom '{"name":"other_url"}'
ask POST /sandbox/say '{"text":"@bot ping"}'
expect 'another URL gets it' 200 '.deliveries[0].attempts | length > 0 and all(.status == 0)' GET \
    "/sandbox/deliveries?event_id=$(waited "$(value .event_id)" attempt)"
symptom '{"name":"no_read_scope"}'
refuse 'application' 99991672 GET "$v6/applications/me?lang=zh_cn"
refuse 'version' 99991672 GET "$v6/applications/me/app_versions/oav_1?lang=zh_cn"
expect 'scopes all the same' 200 "[.data.scopes[].scope_name] | index(\"$manage\") == null" GET $v6/scopes
delivers 'messages all the same'
app '{"grant":["admin:app.info:readonly"]}'
expect 'another scope that does' 200 '.code == 0' GET "$v6/applications/me?lang=zh_cn"
symptom '{"name":"clock_ahead"}'
ask GET $v6/scopes
ok 'our clock is ahead' between "$(clock_ahead)" 115 125
ok 'one Date' test "$(grep -ci '^date:' "$STACK_DIR/head")" = 1
symptom '{"name":"clock_behind"}'
ask POST $token_path "$credentials"
ok 'our clock is behind' between "$(clock_ahead)" -125 -115
symptom '{"name":"none"}'
ask GET $v6/scopes
ok 'our clock is right' between "$(clock_ahead)" -5 5
delivers 'all is right again'
expect 'also the rights' 200 '.granted | index("admin:app.info:readonly") == null' GET /sandbox/app
for body in '{}' '{"name":1}' '{"name":"sad"}' '{"name":"none","first":1}' '{"name":"none","scope":1}'; do
    expect "is no symptom: $body" 400 .error POST /sandbox/symptom "$body"
done

### Settings

for activate in 0 1 2 3 4 5 6; do
    app "{\"activate_status\":$activate}"
    expect "activate_status $activate" 200 ".bot.activate_status == $activate" GET /open-apis/bot/v3/info
done
for application in 1 2 3; do
    app "{\"status\":$application}"
    expect "status $application" 200 ".data.app.status == $application" GET "$v6/applications/me?lang=zh_cn"
done
symptom '{"name":"none"}'
ask GET /sandbox/app
before=$(value 'tojson')
for body in '{"status":4}' '{"status":-1}' '{"activate_status":7}' '{"activate_status":"2"}' \
    '{"clock_ahead_s":100000}' '{"known":1}' '{"review":"yes"}' '{"bot":1}' '{"scopes":"a"}' \
    '{"events":[1]}' '{"callbacks":[""]}' '{"draft":1}' '{"draft":{"events":1}}' '{"grant":1}' \
    '{"withdraw":[{}]}' '{"version":"next"}' '{"version":1}' '{"subscription_type":"post"}' \
    '{"callback_type":1}' '{"request_url":1}' '{"encryption_key":1}'; do
    expect "is no setting: $body" 400 .error POST /sandbox/app "${body%\}},\"installed\":false}"
done
expect 'nothing of them was set' 200 "tojson == $(jq -cn --arg text "$before" '$text')" GET /sandbox/app
app '{"events":[]}'
app "{\"draft\":{\"events\":[\"$message_event\"]}}"
withholds 'an event that is not published' 'not subscribed'
app '{"version":"published"}'
delivers 'once it is'
app "{\"withdraw\":[\"$p2p\"]}"
ok 'a scope that is withdrawn is not asked for either' says 200 \
    "([.granted[], .draft.scopes[]] | index(\"$p2p\") == null) and (.granted | length == 5)"
app "{\"draft\":{\"scopes\":[\"im:message:send_as_bot\",\"$p2p\",\"$group_at\",\"$manage\"]}}"
expect 'a scope that was asked for' 200 "[.data.scopes[] | select(.scope_name == \"$p2p\")]
    | length == 1 and .[0].grant_status == 2" GET $v6/scopes
withholds 'a scope that is not granted' private p2p
app '{"version":"published"}'
delivers 'once it is' p2p
expect 'what was not asked for any more is gone' 200 '.data.scopes | length == 4' GET $v6/scopes
app '{"request_url":""}'
withholds 'no URL' 'no request URL'
expect 'the console tries the URL that it is given' 200 '.ok == false and .console' \
    POST /sandbox/verify '{"url":"http://127.0.0.1:9/"}'
expect 'and does not save it' 200 '.request_url == ""' GET /sandbox/app
expect 'the right one' 200 '.ok' POST /sandbox/verify "{\"url\":\"$STACK_URL\"}"
delivers 'it is saved'
expect 'as callback' 200 '.ok' POST /sandbox/verify "{\"url\":\"$STACK_URL?a\",\"field\":\"callback\"}"
expect 'only there' 200 ".callback_request_url == \"$STACK_URL?a\" and .request_url == \"$STACK_URL\"" \
    GET /sandbox/app
for body in '{"url":1}' '{"field":"other"}' '{"field":1}'; do
    expect "cannot be verified: $body" 400 .error POST /sandbox/verify "$body"
done
app '{"known":false}'
expect 'reset leaves the app' 200 '. == {}' POST /sandbox/reset
expect 'as it is' 200 '.known == false' GET /sandbox/app

### A new app

stack_sandbox_stop
STACK_SANDBOX_OPTIONS+=(--fresh)
stack_sandbox_start
fetch_token
expect 'nothing is there' 200 '.draft == {bot: false, scopes: [], events: [], callbacks: []}
    and .granted == [] and .versions == [] and .request_url == "" and .callback_request_url == ""
    and .status == 2 and .activate_status == 0' GET /sandbox/app
refuse 'no bot' 11205 GET /open-apis/bot/v3/info
expect 'no scopes' 200 '.data.scopes == []' GET $v6/scopes
refuse 'application' 99991672 GET "$v6/applications/me?lang=zh_cn"
refuse 'config' 99991672 PATCH $v7/config '{}'
withholds 'a new app' 'no version is published'

# A person grants the rights to do the rest through the API.
app "{\"grant\":[\"$manage\",\"application:application:patch\"]}"
scopes="[{\"scope_name\":\"im:message:send_as_bot\",\"token_type\":\"tenant\"},
    {\"scope_name\":\"$p2p\",\"token_type\":\"tenant\"},
    {\"scope_name\":\"$group_at\",\"token_type\":\"tenant\"},
    {\"scope_name\":\"im:message\",\"token_type\":\"user\"}]"
# config URL [KEY [TOKEN]]: a change of everything.
config() {
    jq -cn --arg url "$1" --arg key "${2:-$STACK_KEY}" --arg token "${3:-$STACK_TOKEN}" \
        --arg event $message_event --argjson scopes "$scopes" '{
            scope: {add_scopes: $scopes},
            event: {subscription_type: "webhook", request_url: $url, add_events: [$event]},
            event_and_callback_encrypt_strategy: {encryption_key: $key, verification_token: $token},
            callback: {callback_type: "webhook", request_url: $url, add_callbacks: ["card.action.trigger"]}}'
}
refuse 'before there is a bot' 210041 PATCH $v7/config "$(config "$STACK_URL")"
refuse 'ability that is none' 210011 PATCH $v7/ability '{"bot":{"enable":1}}'
expect 'the ability' 200 '.code == 0 and .data == {}' PATCH $v7/ability '{"bot":{"enable":true}}'
refuse 'it waits for a version' 11205 GET /open-apis/bot/v3/info
refuse 'nobody answers there' 210042 PATCH $v7/config "$(config http://127.0.0.1:9/)"
refuse 'something else answers there' 210042 PATCH $v7/config "$(config "$STACK_URL/healthz")"
refuse 'another key' 210042 PATCH $v7/config "$(config "$STACK_URL" other-key)"
refuse 'another token' 210042 PATCH $v7/config "$(config "$STACK_URL" "$STACK_KEY" other-token)"
refuse 'another URL for callbacks' 210042 PATCH $v7/config \
    "$(config "$STACK_URL" | jq -c '.callback.request_url = "http://127.0.0.1:9/"')"
for change in '.scope = 1' '.scope.add_scopes = "a"' '.scope.add_scopes[0].token_type = "bot"' \
    'del(.scope.add_scopes[0].scope_name)' 'del(.event.subscription_type)' \
    '.event.subscription_type = "post"' '.event.request_url = 1' '.event.add_events = "a"' \
    'del(.callback.callback_type)' '.callback.add_callbacks = [1]' \
    '.event_and_callback_encrypt_strategy.encryption_key = ""' \
    '.event_and_callback_encrypt_strategy.encryption_key = "a" * 33' \
    '.event_and_callback_encrypt_strategy.verification_token = "a" * 33'; do
    refuse "config $change" 210031 PATCH $v7/config "$(config "$STACK_URL" | jq -c "$change")"
done
expect 'nothing of that took effect' 200 '.request_url == "" and .draft.events == []
    and (.draft.scopes | length == 2)' GET /sandbox/app
refuse 'the app of others' 210036 PATCH ${v7/sandbox/other}/config "$(config "$STACK_URL")"
refuse 'the ability of others' 210016 PATCH ${v7/sandbox/other}/ability '{}'
expect 'the configuration' 200 '.code == 0 and .data == {}' PATCH $v7/config "$(config "$STACK_URL")"
expect 'the URL at once, the rest with a version' 200 ".request_url == \"$STACK_URL\"
    and .draft.events == [\"$message_event\"] and .draft.callbacks == [\"card.action.trigger\"]
    and (.draft.scopes | length == 5) and (.granted | length == 2)" GET /sandbox/app
withholds 'before it is published' 'no version is published'
publish='{"mobile_default_ability":"bot","pc_default_ability":"bot","remark":"r","changelog":"c","version":"1.2.3"}'
for field in mobile_default_ability pc_default_ability remark changelog; do
    refuse "publish without $field" 210304 POST $v7/publish "$(jq -c "del(.$field)" <<<"$publish")"
done
for number in 1 1.2 1.2.3.4 1.2.x 1..2 1.2.1000 0.0.0 -1.2.3 ''; do
    refuse "version $number" 210303 POST $v7/publish "$(jq -c ".version = \"$number\"" <<<"$publish")"
done
refuse 'publish the app of others' 210036 POST ${v7/sandbox/other}/publish "$publish"
expect 'publish' 200 '.code == 0 and .data.version == "1.2.3"
    and (.data.version_id | startswith("oav_"))' POST $v7/publish "$publish"
version=$(value .data.version_id)
expect 'it is online' 200 ".data.app | .online_version_id == \"$version\" and .status == 1" \
    GET "$v6/applications/me?lang=zh_cn"
expect 'the bot is there' 200 '.bot.activate_status == 2' GET /open-apis/bot/v3/info
delivers 'a message to the new bot'
delivers 'a private one' p2p
refuse 'the same version again' 210303 POST $v7/publish "$publish"

# The key and the token of the API are in force, not those of the configuration.
expect 'another key' 200 '.code == 0' PATCH $v7/config \
    '{"event_and_callback_encrypt_strategy":{"encryption_key":"another-key"}}'
ask POST /sandbox/say '{"text":"@bot ping"}'
expect 'the bot refuses it' 200 '.deliveries[0].attempts
    | length > 0 and all(.status >= 400 and .status < 500)' GET \
    "/sandbox/deliveries?event_id=$(waited "$(value .event_id)" attempt)"
expect 'the right key' 200 '.code == 0' PATCH $v7/config \
    "{\"event_and_callback_encrypt_strategy\":{\"encryption_key\":\"$STACK_KEY\"}}"
delivers 'the right key'

### Review

app '{"review":true}'
expect 'an event less' 200 '.code == 0' PATCH $v7/config \
    "{\"event\":{\"subscription_type\":\"webhook\",\"remove_events\":[\"$message_event\"]}}"
delivers 'not before the version'
expect 'publish' 200 '.data.version == "1.2.4"' POST $v7/publish "$(jq -c 'del(.version)' <<<"$publish")"
version=$(value .data.version_id)
expect 'it waits' 200 ".data.app | .unaudit_version_id == \"$version\" and .online_version_id != \"$version\"" \
    GET "$v6/applications/me?lang=zh_cn"
delivers 'not before it is approved'
refuse 'config under review' 210040 PATCH $v7/config '{}'
refuse 'ability under review' 210020 PATCH $v7/ability '{}'
refuse 'publish under review' 210302 POST $v7/publish "$publish"
app '{"version":"rejected"}'
expect 'it is rejected' 200 '.data.app_version.status == 2' \
    GET "$v6/applications/me/app_versions/$version?lang=zh_cn"
delivers 'nothing came of it'
expect 'another one' 200 '.data.version == "1.2.5"' POST $v7/publish "$(jq -c 'del(.version)' <<<"$publish")"
app '{"version":"published"}'
withholds 'it is approved' 'not subscribed'
app '{"console_made":false}'
refuse 'config of an app made elsewhere' 210043 PATCH $v7/config '{}'
refuse 'ability of an app made elsewhere' 210021 PATCH $v7/ability '{}'
refuse 'publish an app made elsewhere' 210001 POST $v7/publish "$publish"

### Without a URL on the command line

"$BUILD/feishu-sandbox" --config "$STACK_CONFIG" --listen 127.0.0.1:0 --fresh >"$STACK_DIR/fresh.log" 2>&1 &
pid=$!
stack_wait 10 grep -q '^listening on ' "$STACK_DIR/fresh.log"
ok 'a new app needs no URL' grep -q '^listening on ' "$STACK_DIR/fresh.log"
kill "$pid"
wait "$pid"
is 'it ends well' 0 $?
finish
