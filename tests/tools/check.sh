#!/bin/bash
# Runs the tests: check.sh [NAME…], without names all of them.
#
# Programs of tests/check_*.c run side by side, scripts tests/*.sh one after the other. A script's
# last line is "N passed, N failed", and ", N skipped" if any were; so is the last line of all.
set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
export BUILD=${BUILD:-build} CK_TIMEOUT_MULTIPLIER=${CK_TIMEOUT_MULTIPLIER:-5}
logs=$BUILD/tests/logs

# Counts a program's result. Arguments: name, exit status.
count_program() {
    local log=$logs/$1 run failures errors
    read -r run failures errors < <(sed -n \
        's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p' "$log")
    if [ -z "${run-}" ]; then
        run=1 failures=1 errors=0
    fi
    local bad=$((failures + errors))
    # A program that ends badly for another reason than its tests, as when it leaks.
    [ "$2" -eq 0 ] || [ $bad -gt 0 ] || bad=1 run=$((run + 1))
    [ $bad -eq 0 ] || cat "$log"
    printf '%s: %d passed, %d failed\n' "$1" $((run - bad)) $bad
    passed=$((passed + run - bad))
    failed=$((failed + bad))
}

# Counts a script's result. Arguments: name, exit status.
count_script() {
    local good bad skips
    read -r good bad skips < <(tail -n 1 "$logs/$1" | sed -n -E \
        's/^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 0\4/p')
    if [ -z "${good-}" ]; then
        good=0 bad=1 skips=0
        echo "FAILED: $1 did not come to its end (status $2)"
    elif [ "$2" -ne 0 ] && [ "$bad" -eq 0 ]; then
        bad=1
        echo "FAILED: $1 ended with status $2"
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
    skipped=$((skipped + 10#$skips))
}

run_program() {
    "$BUILD/tests/$1"
}

run_programs() {
    local name
    side_by_side "$logs" run_program "$@"
    for name; do
        count_program "$name" "$(<"$logs/$name.status")"
    done
}

run_script() {
    echo "$1:"
    "tests/$1.sh" </dev/null 2>&1 | tee "$logs/$1"
    count_script "$1" "${PIPESTATUS[0]}"
}

# What sanitizers wrote, also in processes whose status nobody sees.
count_sanitizers() {
    local file
    for file in "$BUILD"/sanitizer.*; do
        [ -e "$file" ] || continue
        cat "$file"
        echo "FAILED: a sanitizer complained ($file)"
        failed=$((failed + 1))
    done
}

wanted() {
    local name
    [ ${#names[@]} -gt 0 ] || return 0
    for name in "${names[@]}"; do
        [ "$name" != "$1" ] || return 0
    done
    return 1
}

names=("$@")
rm -rf "$logs" "$BUILD"/sanitizer.*
mkdir -p "$logs"
programs=()
for file in tests/check_*.c; do
    name=$(basename "$file" .c)
    [ ! -e "$file" ] || ! wanted "$name" || programs+=("$name")
done
run_programs "${programs[@]}"
for file in tests/*.sh; do
    name=$(basename "$file" .sh)
    # The demo is for people; a script tests it.
    [ "$name" = demo ] || ! wanted "$name" || run_script "$name"
done
count_sanitizers
[ $((passed + failed + skipped)) -gt 0 ] || ok 'there is something to test' false
finish
