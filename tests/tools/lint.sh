#!/bin/bash
# Looks at the sources without running them. LINT_FLAGS: the flags they are compiled with, as words
# for a shell.
set -u
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
declare -a flags
eval "flags=($LINT_FLAGS -iquote setup -iquote tests -iquote tests/sandbox -DSANITIZER_LOG='\"\"')"

listed() {
    git ls-files -co --exclude-standard "$@" | while read -r file; do
        [ ! -e "$file" ] || echo "$file"
    done
}

mapfile -t sources < <(listed '*.c')
mapfile -t headers < <(listed '*.h')
mapfile -t scripts < <(listed | xargs awk 'FNR == 1 && /^#!.*sh$|^# shellcheck shell=/ { print FILENAME } { nextfile }')
mapfile -t configs < <(listed 'lib/config*')
mapfile -t https < <(listed 'lib/http*')

formatted() {
    clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}"
}

# Runs the command, which gets a file and then the flags, on each source whose name matches; as many
# at a time as there are processors.
each_source() {
    printf '%s\0' "${sources[@]}" | grep -z "$2" |
        xargs -0 -P "$(nproc)" -I FILE sh -c "$1" sh FILE "${flags[@]}"
}

# In tests the macros of Check make every function look complicated, and rows of tables may be padded.
tidy() {
    export TEST_CHECKS='-readability-*,-clang-analyzer-optin.performance.Padding,-misc-misleading-bidirectional'
    # shellcheck disable=SC2016
    each_source 'file=$1; shift
        case $file in
        tests/sandbox/*) checks= ;;
        tests/*) checks=--checks=$TEST_CHECKS ;;
        esac
        clang-tidy --quiet $checks "$file" -- "$@" 2>&1 |
            grep -vE "^[0-9]+ warnings? (generated|treated)|^Suppressed |^Use -header-filter|^Error while processing|^$" &&
            exit 1
        exit 0' .
}

# In the library only: elsewhere the analyzer of gcc 12 sees paths that there are not.
analyzed() {
    # shellcheck disable=SC2016
    each_source 'file=$1; shift
        gcc "$@" -O1 -Werror -fanalyzer -c -o /dev/null "$file"' '^lib/'
}

cppchecked() {
    cppcheck --quiet --error-exitcode=1 --std=c11 -D_GNU_SOURCE -Ilib -Isetup -Itests \
        --enable=warning,performance,portability --inline-suppr -j "$(nproc)" \
        lib cgi-bin setup tests/sandbox
}

shellchecked() {
    shellcheck -x -S warning "${scripts[@]}"
}

# Each library has one user: FILES are the only ones that may include HEADER.
only() {
    local header=$1
    shift
    ! grep -l "#include <$header" "${sources[@]}" "${headers[@]}" | grep '^lib/\|^cgi-bin/' |
        grep -vxF "$(printf '%s\n' "$@")"
}

kind_of() {
    sed -n '1s,^/\* \([A-Z][a-z]*\).*,\1,p' "$1"
}

declared() {
    local header bad=0
    for header in lib/*.h setup/*.h; do
        case $(kind_of "$header") in
        Pure | Effect) ;;
        *)
            echo "$header: the first line says neither Pure. nor Effect."
            bad=1
            ;;
        esac
    done
    return $bad
}

# What is pure asks nothing of the system.
pure() {
    local header bad=0
    for header in lib/*.h setup/*.h; do
        [ "$(kind_of "$header")" = Pure ] || continue
        grep -nE '^#include <(dirent|fcntl|poll|pthread|signal|spawn|sys/(file|mman|socket|stat|time|wait)|syslog|unistd)\.h>' \
            /dev/null "${header%.h}.c" && bad=1
        grep -nE '\b(getenv|time|localtime(_r)?|clock_gettime|clock_(wall|steady)_ms|fopen|printf)\(' \
            /dev/null "${header%.h}.c" && bad=1
    done 2>/dev/null
    return $bad
}

finished() {
    ! grep -nE '\b(TODO|FIXME|XXX)\b' "${sources[@]}" "${headers[@]}"
}

ok 'clang-format' formatted
ok 'clang-tidy' tidy
ok 'gcc -fanalyzer' analyzed
ok 'cppcheck' cppchecked
ok 'shellcheck' shellchecked
ok 'libcurl has one user' only curl/ "${https[@]}"
ok 'OpenSSL has two users' only openssl/ lib/cipher.c lib/secret.c
ok 'json-c has one user' only json-c/ lib/tree.c
ok 'libconfuse is for the configuration' only confuse.h "${configs[@]}"
ok 'headers say what they are' declared
ok 'what is pure stays pure' pure
ok 'nothing is left to be done' finished
ok 'every message is there in Chinese' tests/tools/messages.sh check
finish
