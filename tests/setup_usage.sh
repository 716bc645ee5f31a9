#!/bin/bash
# The command line of the setup tool: help of every command in both languages, wrong words, statuses.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
BUILD=${BUILD:-build}
folder=$(mktemp -d "${TMPDIR:-/tmp}/usage.XXXXXX") || exit
trap 'rm -rf "$folder"' EXIT
export LC_ALL=C.UTF-8 FEISHU_CONFIG=$folder/absent.conf

# run ARGUMENT…: the output is in $folder/out and $folder/errors, and $status.
run() {
    "$BUILD/feishu-setup" "$@" </dev/null >"$folder/out" 2>"$folder/errors"
    status=$?
}

# helps LANGUAGE START ARGUMENT…: help on standard output, in the language, and nothing else.
helps() {
    local language=$1 start=$2
    shift 2
    run "$@" --language "$language"
    [ $status -eq 0 ] && [ ! -s "$folder/errors" ] && head -n 1 "$folder/out" | grep -qF -- "$start" &&
        grep -q -- '--config' "$folder/out"
}

commands='wizard check verify-url test-reply smoke nginx'
declare -A first=([en]='Usage: feishu-setup' [zh]='用法：feishu-setup')
for language in en zh; do
    for word in --help -h help; do
        ok "$language: $word" helps $language "${first[$language]}" $word
    done
    run --help --language $language
    cp "$folder/out" "$folder/all"
    for command in $commands; do
        ok "$language: $command is listed" grep -qE "^  $command +[^ ]" "$folder/all"
        ok "$language: $command --help" helps $language "${first[$language]}" $command --help
        ok "$language: help behind other words" helps $language "${first[$language]}" $command --nonsense -h
        cp "$folder/out" "$folder/$command.$language"
    done
done
for command in $commands; do
    ok "$command: two languages" eval '! cmp -s "$folder/$command.en" "$folder/$command.zh"'
done
env LC_ALL=zh_CN.UTF-8 "$BUILD/feishu-setup" --help >"$folder/out"
ok 'the language of the locale' grep -q '^用法' "$folder/out"
run --language=en --help
ok 'an option with =' grep -q '^Usage' "$folder/out"

# What is wrong is said in one line on standard error, with status 2.
while IFS='|' read -r arguments said; do
    read -r -a words <<<"$arguments"
    run "${words[@]}"
    is "$arguments: the status" 2 $status
    is "$arguments: what is wrong" "feishu-setup: $said" "$(head -n 1 "$folder/errors")"
    is "$arguments: nothing on standard output" '' "$(<"$folder/out")"
done <<'END'
bogus|there is no command "bogus"
--language|--language needs a value
--language=|--language needs a value
--language xx|there is no option --language xx
--language=xx check|there is no option --language xx
--config|--config needs a value
check --config|--config needs a value
check --config=|--config needs a value
--bogus|there is no option --bogus
wizard --app-secret word|there is no option --app-secret
check --off|there is no option --off
check -x|there is no option -x
check -xy|there is no option -x
check --bogus=hidden|there is no option --bogus
check --url|--url needs a value
check word|"word" is one word too many
check -- --offline|"--offline" is one word too many
check -- --config|"--config" is one word too many
verify-url one two|"two" is one word too many
END
"$BUILD/feishuctl" check --bogus 2>"$folder/errors"
ok 'it is called by its other name' grep -q '^feishuctl: there is no option --bogus$' "$folder/errors"

# A value may look like anything.
run nginx --domain help
is '"help" as a value: the status' 0 $status
ok '"help" as a value: is one' grep -q 'server_name help\|/feishu' "$folder/out"
run check --offline --json --config "$folder/other.conf"
is 'a configuration that is not there: the status' 1 $status
ok 'a configuration that is not there: it is named' grep -q "$folder/other.conf" "$folder/out"
finish
