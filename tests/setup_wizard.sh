#!/bin/bash
# The wizard as a person meets it, on a real pseudo-terminal and in both languages; as a script
# meets it; and that no secret gets anywhere but into the configuration.
# shellcheck disable=SC2016,SC2034
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

# Values that no other test's process has among its arguments.
SECRET=wizard-secret-$$
STACK_TOKEN=wizard-token-$$
STACK_KEY=wizard-key-$$
STACK_SANDBOX_OPTIONS=(--no-limits --fresh)
stack_start
export STACK_SANDBOX STACK_URL STACK_TOKEN STACK_KEY SECRET NO_COLOR=1 SCREEN=
platform=$STACK_DIR/platform.conf
scopes='"im:message.p2p_msg:readonly","im:message.group_at_msg:readonly","im:message:send_as_bot","im:chat:readonly"'
manage='"application:application:self_manage"'
patch='"application:application:patch"'
place=(--cgi "$stack_build/feishu.cgi" --user "$(id -un)" --socket "$STACK_DIR/cgi.socket"
    --nginx "$stack_nginx" --nginx-prefix "$STACK_DIR/nginx/"
    --nginx-config "$STACK_DIR/nginx/nginx.conf")

# The sandbox keeps the configuration with the app; the bot's has everything but the app.
(umask 077 && sed "s/'sandbox-secret'/'$SECRET'/" "$STACK_CONFIG" >"$platform")
sed '/^app {/,/^}/d' "$platform" >"$STACK_DIR/empty.conf"
(
    umask 077
    printf '%s\n' "$SECRET" "$STACK_TOKEN" "$STACK_KEY" >"$STACK_DIR/secrets"
    printf '%s\n' "$SECRET" >"$STACK_DIR/secret"
    printf 'other-token\n' >"$STACK_DIR/token"
)

# A new app, and a bot that knows of none.
anew() {
    stack_sandbox_stop
    STACK_CONFIG=$platform stack_sandbox_start
    rm -rf "$STACK_CONFIG" "$STACK_CONFIG.bak" "$STACK_DIR/store"/*
    install -m 600 "$STACK_DIR/empty.conf" "$STACK_CONFIG"
}

# person NAME ARGUMENT… <SCRIPT: runs the wizard at a terminal, with a person who does what the
# script for expect says. The screen is then in $SCREEN, its last lines tell the status.
person() {
    SCREEN=$STACK_DIR/screen-$1
    shift
    WIZARD=$(printf '%q ' "$BUILD/feishu-setup" --config "$STACK_CONFIG" "${place[@]}" "$@")
    export WIZARD
    {
        echo 'source tests/tools/wizard.exp'
        cat
    } >"$STACK_DIR/script.exp"
    expect "$STACK_DIR/script.exp" >"$STACK_DIR/expect" 2>&1 && return
    cat "$STACK_DIR/expect"
    tail -n 30 "$SCREEN"
    return 1
}

shows() {
    grep -qE -- "$1" "$SCREEN"
}

shows_not() {
    ! shows "$1"
}

# The terminal echoes again; "-echo" if not.
echoes() {
    grep -qE '(^| )echo( |;)' "$SCREEN"
}

# Nothing beside the files that are meant to be there.
whole() {
    [ -z "$(find "$STACK_DIR" -maxdepth 1 -name 'feishu.conf*' ! -name feishu.conf ! -name feishu.conf.bak)" ]
}

# loads: the configuration is one that can be used.
loads() {
    "$BUILD/feishuctl" check --offline --json --config "$STACK_CONFIG" "${place[@]}" >"$STACK_DIR/check" 2>&1
    jq -e '.steps[] | select(.name == "config" and .status != "fail")' "$STACK_DIR/check" >"$STACK_DIR/jq"
}

# Looks at every process's arguments, as ps does, until the file is removed.
watch_arguments() {
    while [ -e "$STACK_DIR/watching" ]; do
        grep -hzaFf "$STACK_DIR/secrets" /proc/[0-9]*/cmdline 2>/dev/null
        sleep 0.05
    done | tr '\0' '\n' >"$STACK_DIR/seen"
}
: >"$STACK_DIR/watching"
watch_arguments &
watcher=$!

# The whole of it in a language, in two runs: in between the version is approved.
first_run() {
    person "$1-first" --language "$1" <<END
begin
see {1/8}
answer {\[feishu\]} "\$env(STACK_SANDBOX)"
answer {\nApp ID} "cli_sandbox"
answer {\nApp Secret} "wrong-secret"
answer {\[http://127[^\n]*\]} ""
answer {\[cli_sandbox\]} ""
answer {\[…\]} "\$env(SECRET)"
see {2/8}
press_enter
see {3/8}
answer {\[a\]} "x"
control /sandbox/app {{"grant":[$scopes,$manage]}}
answer {\[a\]} ""
see {4/8}
answer {\nVerification Token} "\$env(STACK_TOKEN)"
answer {\nEncrypt Key} "\$env(STACK_KEY)"
see {5/8}
answer {bot.example.com} "ftp://127.0.0.1/feishu/event"
answer {bot.example.com} "\$env(STACK_URL)/event"
see {6/8}
see {card|回调|Request URL}
control /sandbox/verify {{}}
see {card.action.trigger}
control /sandbox/verify {{"field":"callback"}}
press_enter
control /sandbox/app {{"draft":{"bot":true,"events":["im.message.receive_v1","im.chat.member.bot.added_v1"]},"version":"in_review"}}
press_enter
answer {\[a\]} "q"
finish
END
}

# Run again while the version still waits: nothing is to be clicked again.
waiting_run() {
    person "$1-waiting" --language "$1" <<'END'
begin
see {6/8}
answer {\[a\]} "q"
finish
END
}

second_run() {
    person "$1-second" --language "$1" <<'END'
begin
see {7/8}
see {@Sandbox Bot ping}
control /sandbox/say {{"text":"@bot ping"}}
see {8/8}
finish
END
}

# both LANGUAGE
both() {
    anew
    ok "$1: a first run" first_run "$1"
    ok "$1: it can be left where the version waits" shows 'status=1'
    ok "$1: the terminal echoes" echoes
    ok "$1: wrong and right secret" [ "$(grep -c '✗ App ID' "$SCREEN")$(grep -c '✓ App ID' "$SCREEN")" = 11 ]
    ok "$1: the console's challenges are seen" [ "$(stack_get /sandbox/app | jq '[.request_url, .callback_request_url] | unique | length')" = 1 ]
    ok "$1: the configuration can be used" loads
    is "$1: nobody else can read it" "600" "$(stat -c %a "$STACK_CONFIG" | sed s/640/600/)"
    cp -p "$STACK_CONFIG" "$STACK_DIR/before"
    ok "$1: run again while the version waits" waiting_run "$1"
    ok "$1: nothing is to be clicked again" shows_not 'Request URL|im.message.receive_v1'
    stack_post /sandbox/app '{"version":"published"}' >"$STACK_DIR/app"
    ok "$1: a second run, without a question" second_run "$1"
    ok "$1: which ends well" shows 'status=0'
    ok "$1: shows the chat and the reply" shows 'oc_sandbox_group.* om_[0-9a-f]{32}'
    ok "$1: and changes no file" cmp "$STACK_CONFIG" "$STACK_DIR/before"
    ok "$1: names the next step" shows 'feishuctl smoke .*--chat oc_sandbox_group'
    is "$1: smoke" 0 "$("$BUILD/feishuctl" smoke --config "$STACK_CONFIG" --chat oc_sandbox_group >"$STACK_DIR/smoke" 2>&1; echo $?)"
}
both zh
both en
ok 'the wrong secret: in plain words' grep -q 'the App Secret is wrong' "$STACK_DIR/screen-en-first"
ok 'the wrong URL: in plain words' grep -q 'begin with https://' "$STACK_DIR/screen-en-first"
ok 'permissions: exactly those that lack' grep -q 'auth?q=im:message.p2p_msg:readonly,' "$STACK_DIR/screen-en-first"
ok 'the challenge arrives' grep -q "✓ Feishu's challenge: it has just arrived" "$STACK_DIR/screen-en-first"
ok 'the second challenge arrives' grep -q "✓ the callback's URL" "$STACK_DIR/screen-en-first"
ok 'a good place to stop' grep -q 'a good place to stop' "$STACK_DIR/screen-en-first"
ok 'attackers are turned away' [ "$(grep -c '✓ an event .*refused' "$STACK_DIR/screen-en-first")" = 4 ]

# What is mended does not count, and what was given by a flag is not asked again.
stack_post /sandbox/symptom '{"name":"scope_missing"}' >"$STACK_DIR/symptom"
ok 'mended: the run' person mended <<'END'
begin
answer {\[a\]} "x"
control /sandbox/symptom {{"name":"none"}}
answer {\[a\]} ""
see {8/8}
finish
END
ok 'mended: the status' shows 'status=0'
ok 'a wrong secret by flag: the run' person flag --app-secret-file "$STACK_DIR/token" <<'END'
begin
see {App Secret is wrong}
see {status=}
finish
END
ok 'a wrong secret by flag: the status' shows 'status=1'

# Why nothing comes: the platform is asked. What the bot has noted is forgotten first.
rm -rf "$STACK_DIR/store"/*
stack_post /sandbox/symptom '{"name":"event_missing"}' >"$STACK_DIR/symptom"
ok 'silence: the run' person silence --wait 1 <<'END'
begin
see {6/8}
see {Request URL}
control /sandbox/verify {{}}
press_enter
press_enter
answer {\[a\]} "s"
see {7/8}
answer {\[a\]} "q"
finish
END
ok 'silence: the cause' [ "$(grep -c '✗ .*has not subscribed to messages' "$SCREEN")" = 2 ]
ok 'silence: the status' shows 'status=1'

# Ctrl-C. A configuration that works stays as it is until the new one is right.
cp -p "$STACK_CONFIG" "$STACK_DIR/before"
ok 'Ctrl-C with a bot that works: the run' person working --host http://127.0.0.1:1 <<'END'
begin
interrupt {\[a\]}
finish
END
ok 'Ctrl-C with a bot that works: the status' shows 'status=130'
ok 'Ctrl-C with a bot that works: it is left alone' cmp "$STACK_CONFIG" "$STACK_DIR/before"
stack_post /sandbox/symptom '{"name":"scope_missing"}' >"$STACK_DIR/symptom"
ok 'Ctrl-C after a step with a bot that works: the run' person elsewhere \
    --host "${STACK_SANDBOX/127.0.0.1/localhost}" <<'END'
begin
see {✓ App ID and App Secret: http://localhost}
interrupt {\[a\]}
finish
END
ok 'Ctrl-C after a step with a bot that works: it is left alone' cmp "$STACK_CONFIG" "$STACK_DIR/before"

anew
rm "$STACK_CONFIG"
ok 'Ctrl-C at the secret: the run' person secret <<'END'
begin
answer {\[feishu\]} "$env(STACK_SANDBOX)"
answer {\nApp ID} "cli_sandbox"
interrupt {\nApp Secret}
finish
END
ok 'Ctrl-C at the secret: the status' shows 'status=130'
ok 'Ctrl-C at the secret: the terminal echoes' echoes
ok 'Ctrl-C at the secret: no file' [ ! -e "$STACK_CONFIG" ]
ok 'Ctrl-C at the secret: nothing beside it' whole
ok 'an arrow key in the secret: the run' person arrow <<'END'
begin
answer {\[feishu\]} "$env(STACK_SANDBOX)"
answer {\nApp ID} "cli_sandbox"
answer {\nApp Secret} "abc\x1b\[D"
see {arrow key}
interrupt {\nApp Secret}
finish
END
ok 'an arrow key in the secret: is asked again' shows 'status=130'
ok 'Ctrl-C later: the run' person later <<END
begin
answer {\[feishu\]} "\$env(STACK_SANDBOX)"
answer {\nApp ID} "cli_sandbox"
answer {\nApp Secret} "\$env(SECRET)"
press_enter
answer {\[a\]} "x"
control /sandbox/app {{"grant":[$scopes]}}
answer {\[a\]} ""
interrupt {\nVerification Token}
finish
END
ok 'Ctrl-C later: the status' shows 'status=130'
ok 'Ctrl-C later: the terminal echoes' echoes
ok 'Ctrl-C later: what was verified is kept, whole' grep -q "^  id *= 'cli_sandbox'" "$STACK_CONFIG"
ok 'Ctrl-C later: with the comments of the sample' grep -q '^#command ' "$STACK_CONFIG"
ok 'Ctrl-C later: nothing beside it' whole
ok 'Ctrl-C later: run again' person again <<'END'
begin
see {✓ App ID and App Secret}
see {2/8}
press_enter
see {4/8}
interrupt {\nVerification Token}
finish
END
ok 'Ctrl-C later: run again asks for no secret' shows_not 'App Secret .is not shown'

# Not reached: perhaps there is a proxy.
anew
ok 'a proxy: the run' person proxy <<'END'
begin
answer {\[feishu\]} "http://127.0.0.1:1"
answer {\nApp ID} "cli_sandbox"
answer {\nApp Secret} "$env(SECRET)"
see {no connection}
answer {\[http://127.0.0.1:1\]} "$env(STACK_SANDBOX)"
answer {\[cli_sandbox\]} ""
answer {\[…\]} ""
answer {\[none\]} "http://127.0.0.1:2"
see {✓ App ID and App Secret}
interrupt {Enter}
finish
END
ok 'a proxy: is kept' grep -q "^ *proxy = 'http://127.0.0.1:2'" "$STACK_CONFIG"

# A key that is made here: shown once, so that it can be pasted, and wiped.
anew
ok 'a made key: the run' person made --app-id cli_sandbox --host "$STACK_SANDBOX" \
    --app-secret-file "$STACK_DIR/secret" --url "$STACK_URL/event" <<END
begin
press_enter
answer {\[a\]} "x"
control /sandbox/app {{"grant":[$scopes]}}
answer {\[a\]} ""
answer {\nVerification Token} "\$env(STACK_TOKEN)"
answer {\nEncrypt Key} ""
see {    ([0-9a-f]{32})\r}
set key \$expect_out(1,string)
press_enter
control /sandbox/app "{\"encryption_key\":\"\$key\"}"
see {6/8}
see {Request URL}
control /sandbox/verify {{}}
see {✓ Feishu's challenge}
interrupt {Enter}
finish
END
ok 'a made key: is the one that is configured' grep -q "encrypt_key = '[0-9a-f]\{32\}'" "$STACK_CONFIG"
ok 'a made key: its line is wiped' grep -qF $'\033[2A\r\033[K    …' "$SCREEN"

# Without a person.
answers() {
    (
        umask 077
        printf '%s\n' "$@" >"$STACK_DIR/answers"
    )
}

# run ARGUMENT…: unattended; the output is in $STACK_DIR/out and $STACK_DIR/errors, and $status.
run() {
    "$BUILD/feishu-setup" --yes --config "$STACK_CONFIG" "${place[@]}" "$@" \
        </dev/null >"$STACK_DIR/out" 2>"$STACK_DIR/errors"
    status=$?
}

anew
cp -p "$STACK_CONFIG" "$STACK_DIR/before"
while IFS='|' read -r name arguments wanted; do
    answers "host = '$STACK_SANDBOX'" "app-id = 'cli_sandbox'" "app-secret = '$SECRET'"
    eval "run $arguments"
    is "unattended: $name: the status" 2 "$status"
    ok "unattended: $name: names it" grep -qF -- "$wanted" "$STACK_DIR/errors"
    ok "unattended: $name: no file is changed" cmp "$STACK_CONFIG" "$STACK_DIR/before"
done <<'END'
no app||--app-id is needed
no secret|--app-id cli_sandbox --host "$STACK_SANDBOX"|--app-secret-file is needed
a wrong id|--app-id 12|--app-id:
a wrong host|--host ftp://x|--host:
a secret's file that is not there|--app-id cli_sandbox --app-secret-file /nonexistent|--app-secret-file:
no token|--answers "$STACK_DIR/answers"|--verification-token-file is needed
answers that are not there|--answers /nonexistent|--answers:
answers that others may read|--answers <(:)|--answers:
a wrong time|--wait long|--wait
a wrong address|--connect-to here|--connect-to
an unknown option|--app-secret x|--app-secret
END

# What only a person can do is passed over, and told.
stack_post /sandbox/app "{\"grant\":[$scopes,$manage]}" >"$STACK_DIR/app"
answers "host = '$STACK_SANDBOX'" "app-id = 'cli_sandbox'" "app-secret = '$SECRET'" \
    "verification-token = '$STACK_TOKEN'" "encrypt-key = '$STACK_KEY'" "url = '$STACK_URL/event'"
run --answers "$STACK_DIR/answers"
is 'unattended, console by hand: the status' 0 $status
ok 'unattended, console by hand: is skipped' grep -q 'skip URL, events and version in the console' "$STACK_DIR/out"
ok 'unattended, console by hand: what to run later' grep -qF "feishu-setup wizard --config $STACK_CONFIG" "$STACK_DIR/out"
ok 'unattended: the message is skipped' grep -q "skip a message of somebody's" "$STACK_DIR/out"
ok 'unattended: the backup' cmp "$STACK_CONFIG.bak" "$STACK_DIR/before"

# Where the app may change itself and something is still missing, that can be mended on the spot.
anew
stack_post /sandbox/app "{\"grant\":[$scopes,$manage,$patch]}" >"$STACK_DIR/app"
ok 'the app changes itself: the run' person change --app-id cli_sandbox --host "$STACK_SANDBOX" \
    --url "$STACK_URL/event" --change-app yes --wait 1 <<'END'
begin
answer {\nApp Secret} "$env(SECRET)"
press_enter
see {210041}
control /sandbox/app {{"draft":{"bot":true}}}
answer {\[a\]} ""
see {7/8}
answer {\[a\]} "q"
finish
END
ok 'the app changes itself: at the second look' shows '(✓|pass) .*events and callbacks go to'

# A version that waits for its approval: nothing more can be done, now and when run again.
anew
stack_post /sandbox/app "{\"draft\":{\"bot\":true},\"review\":true,\"grant\":[$scopes,$manage,$patch]}" >"$STACK_DIR/app"
answers "host = '$STACK_SANDBOX'" "app-id = 'cli_sandbox'" "app-secret = '$SECRET'" "url = '$STACK_URL/event'"
for time in first second; do
    run --answers "$STACK_DIR/answers"
    is "unattended, in review, $time time: the status" 0 "$status"
    ok "unattended, in review, $time time: says so" grep -q 'skip version: .* waits for an administrator' "$STACK_DIR/out"
    ok "unattended, in review, $time time: a good place to stop" grep -q 'a good place to stop' "$STACK_DIR/out"
done

# Where the app may change itself, nothing is left to do.
anew
stack_post /sandbox/app "{\"draft\":{\"bot\":true},\"grant\":[$scopes,$manage,$patch]}" >"$STACK_DIR/app"
answers "host = '$STACK_SANDBOX'" "app-id = 'cli_sandbox'" "app-secret = '$SECRET'" "url = '$STACK_URL/event'"
run --answers "$STACK_DIR/answers"
is 'unattended: the status' 0 $status
ok 'unattended: sets the app up' grep -q 'pass URL, encryption, events and callbacks' "$STACK_DIR/out"
ok 'unattended: publishes' grep -q 'pass version: .* is online' "$STACK_DIR/out"
ok 'unattended: advises to withdraw the right' grep -q 'ithdraw application:application:patch' "$STACK_DIR/out"
is 'unattended: all eight steps' 8 "$(grep -c '^[1-8]/8  ' "$STACK_DIR/out")"
grep -oE "(verification_token|encrypt_key) = '[^']*'" "$STACK_CONFIG" | cut -d"'" -f2 >"$STACK_DIR/made"
is 'unattended: key and token are made' 2 "$(grep -cE '^[0-9a-f]{32}$' "$STACK_DIR/made")"
ok 'unattended: and not shown' sh -c '! grep -qFf "$1" "$2" "$3"' sh "$STACK_DIR/made" "$STACK_DIR/out" "$STACK_DIR/errors"
stack_say '@bot ping' >"$STACK_DIR/said"
ok 'unattended: the bot answers' [ "$(stack_get '/sandbox/wait?what=messages' | jq .reached)" = true ]
stack_get "/sandbox/wait?what=deliveries&event_id=$(jq -r .event_id "$STACK_DIR/said")" >"$STACK_DIR/wait"
cp -p "$STACK_CONFIG" "$STACK_DIR/before"
run
is 'unattended, again: the status' 0 $status
ok 'unattended, again: changes no file' cmp "$STACK_CONFIG" "$STACK_DIR/before"
ok 'unattended, again: publishes no second version' [ "$(stack_get /sandbox/app | jq '.versions | length')" = 1 ]
ok 'unattended, again: knows the message' grep -q "pass a message of somebody's" "$STACK_DIR/out"
run --verification-token-file "$STACK_DIR/token" --change-app no
is 'unattended, another token: the status' 0 $status
ok 'unattended, another token: earlier proof counts no more' grep -q "skip a message of somebody's" "$STACK_DIR/out"

# nginx without a location: the block, and the file where it belongs.
sed 's,include server.conf;,include bare.conf;,; s,^pid .*,pid bare.pid;,' "$STACK_DIR/nginx/nginx.conf" >"$STACK_DIR/nginx/bare-nginx.conf"
printf 'server {\n    listen 127.0.0.1:%s;\n    server_name bot.example.com;\n}\n' "$(stack_free_port)" \
    >"$STACK_DIR/nginx/bare.conf"
port=${STACK_URL#*127.0.0.1:}
export SERVER=$STACK_DIR/nginx/server.conf BARE=$STACK_DIR/nginx/bare.conf
ok 'nginx: the run' person nginx --nginx-config "$STACK_DIR/nginx/bare-nginx.conf" \
    --url http://bot.example.com/feishu/event --connect-to "127.0.0.1:${port%%/*}" <<'END'
begin
see {location ~ \^/feishu}
exec sed "s/server_name .*;/server_name bot.example.com;/" $env(SERVER) > $env(BARE)
answer {\[a\]} ""
answer {\[no\]} ""
see {6/8}
send "\x03"
finish
END
ok 'nginx: the server that is there is named' shows "bot.example.com already \\($STACK_DIR/nginx/bare.conf, line 1\\)"
ok 'nginx: not reloaded unless told' shows '- reloading nginx: not told to'

# No secret anywhere but where it belongs.
rm "$STACK_DIR/watching"
wait $watcher
is 'no secret among the arguments of any process' '' "$(<"$STACK_DIR/seen")"
ok 'no secret on the screen' sh -c '! grep -lFf "$@"' sh "$STACK_DIR/secrets" "$STACK_DIR"/screen-*
ok 'no secret in a log' sh -c '! grep -lFf "$@"' sh "$STACK_DIR/secrets" "$STACK_DIR"/*.log "$STACK_DIR/out" "$STACK_DIR/errors"
is 'no secret in a file that others can read' '' \
    "$(find "$STACK_DIR" -type f -perm /o+r -exec grep -lFf "$STACK_DIR/secrets" {} +)"
finish
