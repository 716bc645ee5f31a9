#!/bin/bash
# All of the benchmark: run.sh. Prints a table as it goes, with the ratio to each reference, and writes
# the same into docs/performance.md between its two marks. The machine must have nothing else to do.
set -u
cd "$(dirname "$0")/../.." || exit
page=docs/performance.md
figures=build/bench.tsv

# The figures as a table of Markdown.
table() {
    echo '| # | what | measured | reference | ratio | goal | |'
    echo '|---|---|---|---|---|---|---|'
    sed 's/|/\\|/g; s/\t/ | /g; s/^/| /; s/$/ |/' "$figures"
}

machine() {
    printf '%s, %s processors, Linux %s, %s; %s\n' \
        "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" \
        "$(uname -r | cut -d- -f1)" "$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)" "$(date -u +%F)"
}

mkdir -p build
for part in cost load; do
    "tests/bench/$part.sh"
done | tee "$figures" | awk -F '\t' '{ printf "%-6s %-100s %14s %14s %8s %8s  %s\n", $1, $2, $3, $4, $5, $6, $7; fflush() }'
[ -s "$figures" ] || exit 1
{
    sed '/<!-- figures -->/q' "$page"
    printf '\n%s\n\n' "$(machine)"
    table
    echo
    sed -n '/<!-- end of figures -->/,$p' "$page"
} >build/performance.md && mv build/performance.md "$page"
