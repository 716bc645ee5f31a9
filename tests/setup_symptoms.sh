#!/bin/bash
# What feishu-setup check says of each symptom that the sandbox can be put into: the right step ends
# as it should, in the right words, and no other step is led astray.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

STACK_SANDBOX_OPTIONS=(--no-limits)
stack_start
platform=(token clock bot scopes version events)

# examine LANGUAGE: runs check; the answer is in $STACK_DIR/check, its status in $status.
examine() {
    "$BUILD/feishu-setup" check --json --language "$1" --config "$STACK_CONFIG" \
        --cgi "$stack_build/feishu.cgi" --user "$(id -un)" --socket "$STACK_DIR/cgi.socket" \
        --nginx "$stack_nginx" --nginx-prefix "$STACK_DIR/nginx/" \
        --nginx-config "$STACK_DIR/nginx/nginx.conf" >"$STACK_DIR/check" 2>"$STACK_DIR/check.err"
    status=$?
}

# statuses platform|local: prints "name:status", a word each, of the steps that ask the platform or of
# the others.
statuses() {
    jq -r --arg of "$1" '["token", "clock", "bot", "scopes", "version", "events"] as $platform
        | [.steps[] | select((.name | IN($platform[])) == ($of == "platform"))
            | "\(.name):\(.status)"] | join(" ")' "$STACK_DIR/check"
}

# wanted LETTERS: one of p, w, f, s for each step of the platform; prints them as statuses does.
wanted() {
    local at=0 gap="" letter word
    for letter in $1; do
        case $letter in
        p) word=pass ;;
        f) word=fail ;;
        w) word=warn ;;
        s) word=skip ;;
        esac
        printf "%s%s:%s" "$gap" "${platform[at]}" $word
        gap=" "
        at=$((at + 1))
    done
}

# step NAME KEY: what the step says.
step() {
    jq -r --arg name "$1" ".steps[] | select(.name == \$name) | .$2" "$STACK_DIR/check"
}

holds() {
    case $1 in
    *"$2"*) return 0 ;;
    esac
    printf '"%s" does not hold "%s"\n' "$1" "$2"
    return 1
}

# symptom JSON STATUSES STEP DETAIL FIX
symptom() {
    stack_post /sandbox/symptom "$1" >"$STACK_DIR/symptom" || stack_fail "no symptom $1"
    examine en
    is "$1: the platform's steps" "$(wanted "$2")" "$(statuses platform)"
    is "$1: the others" "$others" "$(statuses local)"
    ok "$1: what is the case" holds "$(step "$3" detail)" "$4"
    ok "$1: what to do" holds "$(step "$3" fix)" "$5"
    case $2 in
    *f*) is "$1: the exit status" 1 $status ;;
    esac
    ok "$1: no secret" test "$(grep -c 'sandbox-secret\|sandbox-key\|sandbox-token' "$STACK_DIR/check")" = 0
}

console=$STACK_SANDBOX/app/cli_sandbox
stack_post /sandbox/symptom '{"name":"none"}' >"$STACK_DIR/symptom"
examine en
others=$(statuses local)
ok 'check looks at this machine too' test -n "$others"
is 'all is well' "$(wanted 'p p p p p p')" "$(statuses platform)"

symptom '{"name":"wrong_secret"}' 'f p s s s s' token 'the App Secret is wrong' "$console/baseinfo"
symptom '{"name":"wrong_host"}' 'f p s s s s' token 'does not know this App ID' 'open.larksuite.com'
symptom '{"name":"ip_whitelist"}' 'f p s s s s' token 'IP whitelist' "$console/safe"
symptom '{"name":"app_disabled"}' 'f p s s s s' token 'the app is disabled' '应用管理'
symptom '{"name":"not_installed"}' 'p p f s s s' bot 'not installed' "$console/version"
symptom '{"name":"bot_off"}' 'p p f p p p' bot 'the app has no bot' "$console/capability"
symptom '{"name":"scope_missing"}' 'p p p f p p' scopes 'private chats stay silent' \
    "$console/auth?q=im:message.p2p_msg:readonly"
symptom '{"name":"scope_missing","scope":"group_at"}' 'p p p f p p' scopes 'groups stay silent' \
    '{"scopes":{"tenant":["im:message.group_at_msg:readonly"],"user":[]}}'
symptom '{"name":"no_read_scope"}' 'p p p p s s' events 'may not read its own versions' \
    "$console/auth?q=application:application:self_manage"
symptom '{"name":"event_missing"}' 'p p p p p f' events 'has not subscribed to messages' "$console/event"
symptom '{"name":"callback_missing"}' 'p p p p p p' events 'has subscribed to messages' ''
symptom '{"name":"unpublished"}' 'p p f p f s' version 'no version was ever published' "$console/version"
symptom '{"name":"in_review"}' 'p p p p w f' version 'version 1.0.1 waits' '应用审核'
symptom '{"name":"in_review","first":true}' 'p p f p f s' version 'and no other is online' '应用审核'
symptom '{"name":"rejected"}' 'p p p p w f' events 'was rejected' 'publish another version'
symptom '{"name":"rejected","first":true}' 'p p f p f s' version 'was rejected' "$console/version"
symptom '{"name":"long_connection"}' 'p p p p p p' events 'has subscribed to messages' ''
symptom '{"name":"other_url"}' 'p p p p p p' events 'has subscribed to messages' ''
symptom '{"name":"clock_ahead"}' 'p f p p p p' clock "ahead of the platform's" 'timedatectl'
symptom '{"name":"clock_behind"}' 'p f p p p p' clock "behind the platform's" 'timedatectl'

# The platform is not there at all: said once, and not waited for again.
stack_sandbox_stop
examine en
is 'no platform: its steps' "$(wanted 'f s s s s s')" "$(statuses platform)"
ok 'no platform: what is the case' holds "$(step token detail)" 'no connection'
ok 'no platform: what to do' holds "$(step token fix)" 'firewall'
stack_sandbox_start

# In Chinese the same, with no English sentence left.
if tests/tools/messages.sh check >"$STACK_DIR/messages" 2>&1; then
    for name in wrong_secret bot_off scope_missing event_missing in_review clock_ahead; do
        stack_post /sandbox/symptom "{\"name\":\"$name\"}" >"$STACK_DIR/symptom"
        examine en
        cp "$STACK_DIR/check" "$STACK_DIR/english"
        examine zh
        is "$name: the same steps in Chinese" \
            "$(jq -c '[.steps[] | [.name, .status]]' "$STACK_DIR/english")" \
            "$(jq -c '[.steps[] | [.name, .status]]' "$STACK_DIR/check")"
        is "$name: no English sentence" '[]' "$(jq -c --slurpfile english "$STACK_DIR/english" '
            def said: [.steps[] | select(.status != "pass") | .detail, .fix | select(. != "")];
            said - (said - ($english[0] | said))' "$STACK_DIR/check")"
    done
else
    skip 'Chinese' 'its catalogue is not complete'
fi
finish
