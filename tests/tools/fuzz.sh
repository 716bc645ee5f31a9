#!/bin/bash
# Runs every fuzz target for a while: fuzz.sh SECONDS. What is in tests/data is the first input of
# each; what it finds stays in $BUILD/corpus/NAME, an input that breaks something in $BUILD.
set -u
cd "$(dirname "$0")/../.." || exit
seconds=$1
passed=0
failed=0

# Seeds of a target: its own folder where there is one, else all the data.
seeds() {
    if [ -d "tests/data/$1" ]; then
        echo "tests/data/$1"
    elif [ -d tests/data ]; then
        find tests/data -type d
    fi
}

fuzz() {
    local name=$1 corpus=$BUILD/corpus/$1 log=$BUILD/$1.log folders
    mkdir -p "$corpus"
    mapfile -t folders < <(seeds "${name#fuzz_}")
    "$BUILD/tests/$name" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=65536 \
        -artifact_prefix="$BUILD/$name-" "$corpus" "${folders[@]}" >"$log" 2>&1
}

for file in tests/fuzz_*.c; do
    [ -e "$file" ] || continue
    name=$(basename "$file" .c)
    if fuzz "$name"; then
        passed=$((passed + 1))
        echo "$name: $(tail -n 1 "$BUILD/$name.log")"
    else
        failed=$((failed + 1))
        echo "FAILED: $name"
        tail -n 40 "$BUILD/$name.log"
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
