#!/bin/bash
# The sandbox's page in a real browser, before the real stack: run.sh
#
# Needs chromium, node and a finished build; BUILD is its folder. Nothing is fetched from anywhere.
set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/alertmanager.sh
. tests/tools/alertmanager.sh

for program in node chromium; do
    if ! command -v "$program" >/dev/null; then
        echo "run.sh: $program is missing. As root, run: apt-get install -y nodejs chromium" >&2
        exit 1
    fi
done

# add_command FILE: a folder command that prints what is in the file, and has its name.
add_command() {
    local command
    command=$STACK_COMMANDS_DIR/$(basename "$1")
    printf '#!/bin/sh\ncat <<"END"\n%s\nEND\n' "$(<"$1")" >"$command"
    chmod 755 "$command"
}

token=0123456789abcdef
STACK_MORE="alertmanager 'prod' { urls = {'http://127.0.0.1:$ALERTMANAGER_PORT'} }
receiver 'ops' {
  token = {'$token'}
  chat = 'oc_sandbox_group'
  alertmanager = 'prod'
  mention 'severity=critical' { people = {'ou_sandbox_user'} }
}"
STACK_SANDBOX_OPTIONS=(--no-limits)
stack_start
for file in tests/browser/commands/*; do
    add_command "$file"
done
export STACK_SANDBOX STACK_LOG
node --test --test-reporter=tap tests/browser/page.test.js || exit
if ! alertmanager_is_possible; then
    echo 'skipped: an alert from a real Alertmanager (no folder can be laid over another here)'
    exit
fi
stack_post /sandbox/reset '{}' >"$STACK_DIR/reset"
alertmanager_start "$STACK_URL/alert/ops" "$token"
export ALERTMANAGER_URL=http://127.0.0.1:$ALERTMANAGER_PORT AMTOOL=$alertmanager_amtool
node --test --test-reporter=tap tests/browser/alert.test.js
