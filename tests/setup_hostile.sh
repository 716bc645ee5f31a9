#!/bin/bash
# The setup tool where somebody means harm, or makes a mistake with a secret: what it takes from its
# surroundings, and what it lets out.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/stack.sh
. tests/tools/stack.sh
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
export LC_ALL=C.UTF-8

STACK_SANDBOX_OPTIONS=(--no-limits)
stack_start
secret=Hostile0secret$$
(umask 077 && echo "$secret" >"$STACK_DIR/secret")

# run ARGUMENT…: the output is in $STACK_DIR/out and $STACK_DIR/errors, and $status.
run() {
    "$stack_build/feishu-setup" "$@" --config "$STACK_DIR/new.conf" \
        </dev/null >"$STACK_DIR/out" 2>"$STACK_DIR/errors"
    status=$?
}

says_secret() {
    grep -q "$secret" "$STACK_DIR/out" "$STACK_DIR/errors"
}

# A secret in the wrong place is not repeated: what is printed may go into a log.
while read -r -a words; do
    run wizard --yes "${words[@]/SECRET/$secret}"
    is "${words[*]}: the status" 2 "$status"
    ok "${words[*]}: names no secret" eval '! says_secret'
done <<END
--app-secret=SECRET
--app-secret SECRET
--encrypt-key SECRET
--verification-token=SECRET
--answers $STACK_DIR/secret
END
run wizard --yes --app-secret "$secret"
ok 'an option is not known by its beginning' grep -q 'there is no option --app-secret$' "$STACK_DIR/errors"

# Several lines are no secret: said where an answer is wrong, not later.
(umask 077 && printf '%s\nsecond\n' "$secret" >"$STACK_DIR/lines")
run wizard --yes --host "$STACK_SANDBOX" --app-id cli_sandbox --app-secret-file "$STACK_DIR/lines"
is 'several lines: the status' 2 "$status"
ok 'several lines: names the option' grep -q -- '--app-secret-file: .* several lines' "$STACK_DIR/errors"
ok 'several lines: names no secret' eval '! says_secret'

# No core file, which would hold the secrets: seen while the platform keeps us waiting.
ulimit -S -c "$(ulimit -H -c)"
has_no_core() {
    grep -q '^Max core file size *0 *0 ' "/proc/$1/limits"
}
kill -STOP "$stack_sandbox_pid"
"$stack_build/feishu-setup" test-reply --chat oc_sandbox_group --config "$STACK_CONFIG" >"$STACK_DIR/out" &
caller=$!
ok 'no core file' stack_wait 5 has_no_core $caller
kill $caller
kill -CONT "$stack_sandbox_pid"
wait $caller 2>"$STACK_DIR/waited"

# What could not be printed was not well.
"$stack_build/feishu-setup" nginx --domain bot.example.com --nginx /nonexistent >"$STACK_DIR/out"
is 'printed: the status' 0 $?
"$stack_build/feishu-setup" verify-url "$STACK_URL" --config "$STACK_CONFIG" --json >"$STACK_DIR/out"
is 'proven: the status' 0 $?
"$stack_build/feishu-setup" verify-url "$STACK_URL" --config "$STACK_CONFIG" --json >/dev/full
is 'proven, but not printed: the status' 1 $?

# Beside a program in a folder where everybody writes, a catalogue may be anybody's.
mkdir -p "$STACK_DIR/bin/locale"
cp "$stack_build/feishu-setup" "$STACK_DIR/bin/"
cp -r "$stack_build/locale/." "$STACK_DIR/bin/locale/"
speaks_chinese() {
    "$STACK_DIR/bin/feishu-setup" --language zh --help | grep -q 用法
}
chmod 755 "$STACK_DIR/bin" "$STACK_DIR/bin/locale"
if [ -e /usr/local/share/locale/zh_CN/LC_MESSAGES/feishu-setup.mo ]; then
    skip 'catalogues beside the program' 'one is installed'
else
    ok 'the catalogue of its owner is taken' speaks_chinese
    chmod 777 "$STACK_DIR/bin/locale"
    ok "the catalogue of everybody is not" eval '! speaks_chinese'
    chmod 755 "$STACK_DIR/bin/locale"
    mv "$STACK_DIR/bin/locale" "$STACK_DIR/bin/elsewhere"
    ln -s elsewhere "$STACK_DIR/bin/locale"
    ok "nor one behind a link" eval '! speaks_chinese'
    rm "$STACK_DIR/bin/locale"
    mv "$STACK_DIR/bin/elsewhere" "$STACK_DIR/bin/locale"
    if [ "$(id -u)" -eq 0 ]; then
        chown nobody "$STACK_DIR/bin/locale"
        ok "nor another user's" eval '! speaks_chinese'
    else
        skip "another user's catalogue" 'only root gives files away'
    fi
fi
finish
