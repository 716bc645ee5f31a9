# shellcheck shell=bash
# Sourced by test scripts: what they report with.
passed=0
failed=0
skipped=0

# ok NAME COMMAND…: one test; it passes if the command succeeds.
ok() {
    local name=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    printf 'FAILED: %s\n' "$name"
}

# is NAME EXPECTED ACTUAL
is() {
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
        return
    fi
    failed=$((failed + 1))
    printf 'FAILED: %s\n  expected: %s\n  was:      %s\n' "$1" "$2" "$3"
}

# starts TEXT BEGINNING, contains TEXT PART
starts() { [[ $1 == "$2"* ]]; }
contains() { [[ $1 == *"$2"* ]]; }

# skip NAME REASON: a test that is impossible here.
skip() {
    skipped=$((skipped + 1))
    printf 'skipped: %s: %s\n' "$1" "$2"
}

# side_by_side FOLDER FUNCTION NAME…: calls the function with each name, as many at a time as there are
# processors. What it printed is then in FOLDER/NAME, its status in FOLDER/NAME.status.
side_by_side() {
    local folder=$1 function=$2 name running=0
    shift 2
    for name; do
        [ $running -lt "$(nproc)" ] || wait -n
        running=$((running + 1))
        {
            "$function" "$name" >"$folder/$name" 2>&1
            echo $? >"$folder/$name.status"
        } &
    done
    wait
}

# finish: the closing line; the status says whether all passed.
finish() {
    printf '%d passed, %d failed' $passed $failed
    [ $skipped -eq 0 ] || printf ', %d skipped' $skipped
    echo
    [ $failed -eq 0 ]
}
