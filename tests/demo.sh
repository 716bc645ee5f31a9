#!/bin/bash
# The bot answers, on this machine alone: the sandbox in Feishu's place, nginx, fcgiwrap, feishu.cgi.
# With KEEP=1 it stays up until Ctrl-C, to be talked to.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh

answers=0

# Somebody writes the text in the group; prints it, the bot's reply, and the time each step took.
talk() {
    local said thing
    said=$(stack_say "$1") || stack_fail 'the sandbox does not take the message'
    answers=$((answers + 1))
    for thing in "messages&count=$answers" "deliveries&event_id=$(jq -r .event_id <<<"$said")"; do
        stack_get "/sandbox/wait?what=$thing" >"$STACK_DIR/wait.log" 2>&1 ||
            stack_fail "no reply to \"$1\""
    done
    jq -rn --argjson said "$said" --slurpfile messages <(stack_get /sandbox/messages) \
        --slurpfile deliveries <(stack_get /sandbox/deliveries) '
        def indent: gsub("\n"; "\n                 ");
        ($messages[0].messages | map(select(.message_id == $said.message_id))[0]) as $question
        | ($messages[0].messages | map(select(.reply_to == $said.message_id))[0]) as $reply
        | ($deliveries[0].deliveries | map(select(.event_id == $said.event_id))[0].attempts[-1]) as $event
        | "  Sandbox User   \($question.text | indent)",
          "  Sandbox Bot    \($reply.text | indent)",
          "                 · \($reply.time_ms - $question.time_ms) ms until the reply was in the chat; event answered with \($event.status) after \($event.ms) ms",
          ""'
}

write_command() {
    cat >"$STACK_COMMANDS_DIR/uptime" <<'END'
#!/bin/sh
read -r up _ </proc/uptime
read -r load _ </proc/loadavg
echo "up $((${up%.*} / 3600)) h $((${up%.*} / 60 % 60)) min, load $load"
END
    chmod 755 "$STACK_COMMANDS_DIR/uptime"
}

# The app as somebody has just made it in the console, with its bot and its permissions; the last of
# these lets the wizard do the rest. The sandbox has read id and secret: the bot's configuration
# begins without them.
make_app() {
    local scopes='["im:message.p2p_msg:readonly", "im:message.group_at_msg:readonly",
        "im:message:send_as_bot", "im:message:readonly", "im:chat:readonly",
        "application:application:self_manage", "application:application:patch"]'
    stack_post /sandbox/app "{\"draft\": {\"bot\": true}, \"grant\": $scopes}" >"$STACK_DIR/app.log" ||
        stack_fail 'the sandbox does not take the app'
    (
        umask 077
        sed '/^app {/,/^}/d' "$STACK_CONFIG" >"$STACK_DIR/bot.conf"
        sed -n "s/^  secret *= '\(.*\)'$/\1/p" "$STACK_CONFIG" >"$STACK_DIR/secret"
    )
    mv "$STACK_DIR/bot.conf" "$STACK_CONFIG"
}

# Runs the wizard without asking; prints its steps and what they came to.
configure() {
    "$BUILD/feishu-setup" --language en --yes --config "$STACK_CONFIG" --host "$STACK_SANDBOX" \
        --app-id cli_sandbox --app-secret-file "$STACK_DIR/secret" --url "$STACK_URL/event" \
        --cgi "$stack_build/feishu.cgi" --user "$(id -un)" --socket "$STACK_DIR/cgi.socket" \
        --nginx "$stack_nginx" --nginx-prefix "$STACK_DIR/nginx/" \
        --nginx-config "$STACK_DIR/nginx/nginx.conf" >"$STACK_DIR/wizard.log" 2>&1 ||
        stack_fail 'the wizard does not succeed'
    sed -n 's/^[1-8]\/8 .*/  &/p; s/^[0-9]* pass, .*/  &/p' "$STACK_DIR/wizard.log"
}

verify() {
    local verdict
    verdict=$(stack_post /sandbox/verify '{}')
    [ "$(jq .ok <<<"$verdict")" = true ] || stack_fail "the bot's address is not accepted: $verdict"
    jq -r '"\(.ms) ms"' <<<"$verdict"
}

# The proof from end to end; then the chat is empty again.
smoke() {
    "$BUILD/feishuctl" smoke --language en --config "$STACK_CONFIG" --chat oc_sandbox_group \
        >"$STACK_DIR/smoke.log" 2>&1 || stack_fail 'smoke does not succeed'
    grep -E '^  (pass|warn|skip) |^[0-9]+ pass, ' "$STACK_DIR/smoke.log" | sed 's/^[0-9]/  &/'
    stack_post /sandbox/reset '{}' >"$STACK_DIR/reset.log"
}

# A real alert by a real Alertmanager, where one can be had: a card with buttons that do something.
alert() {
    local token=0123456789abcdef
    tests/tools/daemons.sh prometheus-alertmanager amtool >"$STACK_DIR/daemons.log" 2>&1 || return
    # shellcheck source=tests/tools/alertmanager.sh
    . tests/tools/alertmanager.sh
    alertmanager_is_possible || return
    cat >>"$STACK_CONFIG" <<END
alertmanager 'demo' { urls = {'http://127.0.0.1:$ALERTMANAGER_PORT'} }
receiver 'demo' {
  token        = {'$token'}
  chat         = 'oc_sandbox_group'
  alertmanager = 'demo'
  mention 'severity=critical' { people = {'ou_sandbox_user'} }
}
END
    alertmanager_start "$STACK_URL/alert/demo" "$token"
    alertmanager_tool alert add DiskFull instance=db1 severity=critical mountpoint=/data \
        --annotation='summary=/data on db1 is almost full' --annotation='runbook_url=https://wiki.example.com/disk' &&
        stack_wait 20 has_card
}

has_card() {
    [ "$(stack_get /sandbox/messages | jq '[.messages[] | select(.type == "interactive")] | length')" -gt 0 ]
}

explain_alert() {
    cat <<END

An alert fires: its card is on that page, and its buttons act on a real Alertmanager at
  http://127.0.0.1:$ALERTMANAGER_PORT
Send one of your own:
  curl -H 'Authorization: Bearer 0123456789abcdef' -d 'backup of db1 failed' $STACK_URL/alert/demo
END
}

explain() {
    cat <<END
All of it stays up until you press Ctrl-C.

  Feishu's place is taken by  $STACK_SANDBOX   (open it in a browser)
  the bot is at               $STACK_URL
  configuration and log       $STACK_CONFIG
                              $STACK_LOG

Write to the bot (in a private chat with "chat":"p2p"):
  curl -H 'Content-Type: application/json' -d '{"text":"@bot help"}' $STACK_SANDBOX/sandbox/say

Read the chat:
  curl -s $STACK_SANDBOX/sandbox/messages | jq -r '.messages[] | .sender + ": " + .text'

Add a command of your own: put an executable into
  $STACK_COMMANDS_DIR
END
}

leave() {
    [ -z "${ALERTMANAGER_PORT:-}" ] || alertmanager_stop
    stack_stop
    echo "Everything that was started is stopped again; nothing is left."
}

tests/tools/daemons.sh nginx fcgiwrap >/dev/null || exit
STACK_SANDBOX_OPTIONS=(--fresh)
started=${EPOCHREALTIME/./}
stack_start
write_command
make_app
echo
echo "Sandbox, nginx and fcgiwrap are up on loopback, after $(((${EPOCHREALTIME/./} - started) / 1000)) ms."
echo
echo 'The wizard sets the bot up: feishu-setup --yes'
echo
configure || exit
echo
verified=$(verify) || exit
echo "The platform has checked the bot's address (url_verification), answered after $verified."
echo
echo 'Does it answer, from end to end? feishuctl smoke --chat oc_sandbox_group'
echo
smoke || exit
echo
echo "Sandbox Group"
echo
talk '@bot ping'
talk '@bot id'
talk '@bot uptime'
echo "uptime is a shell script in the folder of commands; ping and id are built in."
if [ -n "${KEEP:-}" ]; then
    echo
    trap 'echo; leave; exit 0' INT TERM
    explain
    if alert; then
        explain_alert
    else
        echo
        echo "No alert is shown: an Alertmanager is not to be had on this machine."
    fi
    wait "$stack_sandbox_pid"
    stack_fail 'the sandbox has ended'
fi
leave
