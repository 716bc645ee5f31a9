#!/bin/bash
# What end-to-end tests prove of a process for each request and a store in a folder, once more for
# workers that stay, and for a store in a real Redis.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh

# again NAME…: each script in the present setting; its sum is added.
again() {
    local name good bad
    for name; do
        printf '%s, %s, %s: ' "$name" "${STACK_HOST:-fcgiwrap}" "${STACK_BACKEND:-folder}"
        read -r good bad < <("tests/$name.sh" 2>&1 | tee "$BUILD/tests/otherwise.log" |
            sed -n -E 's/^([0-9]+) passed, ([0-9]+) failed.*$/\1 \2/p' | tail -n 1)
        echo "${good:=0} passed, ${bad:=1} failed"
        [ "$bad" -eq 0 ] || grep -A 4 '^FAILED' "$BUILD/tests/otherwise.log"
        passed=$((passed + good))
        failed=$((failed + bad))
    done
}

export BUILD=${BUILD:-build}
mkdir -p "$BUILD/tests"
STACK_HOST=persistent again e2e_once e2e_contract e2e_commands e2e_log e2e_alerts e2e_words e2e_tick
STACK_BACKEND=redis again e2e_once e2e_contract e2e_commands e2e_kill e2e_log e2e_alerts e2e_alerts_hard \
    e2e_storm e2e_words e2e_tick e2e_life
STACK_HOST=persistent STACK_BACKEND=redis again e2e_once e2e_alerts
finish
