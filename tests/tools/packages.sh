#!/bin/bash
# Gets the Debian packages that are missing: packages.sh build|demo|check|bench|ci
#
# Silent when nothing is missing. Otherwise it says what it is about to install, asks if somebody is
# at the terminal, and installs through apt-get, as root or with sudo. None of these packages brings
# a service.
set -u
cd "$(dirname "$0")/../.." || exit
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
log=build/packages.log
declare -A jobs=([build]=1 [demo]=2 [check]=3 [bench]=4 [ci]=5)

# From which job on it is needed, the package, how to see whether it is there, what to look for.
needs() {
    cat <<'END'
1 gcc                  command cc
1 libc6-dev            header  stdio.h
1 pkg-config           command pkg-config
1 libjson-c-dev        header  json-c/json.h
1 libconfuse-dev       header  confuse.h
1 libssl-dev           header  openssl/evp.h
1 libcurl4-openssl-dev header  curl/curl.h
1 libcurl4             library libcurl.so.4
1 libmicrohttpd-dev    header  microhttpd.h
1 libfcgi-dev          header  fcgiapp.h
1 libhiredis-dev       header  hiredis/hiredis.h
1 gettext              command msgfmt
2 curl                 command curl
2 jq                   command jq
3 check                header  check.h
3 expect               command expect
3 iproute2             command ip
3 openssl              command openssl
3 procps               command pgrep
3 strace               command strace
5 clang                command clang
5 libclang-rt-14-dev   package libclang-rt-14-dev
5 llvm                 command llvm-symbolizer
5 clang-format         command clang-format
5 clang-tidy           command clang-tidy
5 cppcheck             command cppcheck
5 shellcheck           command shellcheck
5 valgrind             command valgrind
5 libc6-dbg            package libc6-dbg
5 gcovr                command gcovr
5 mandoc               command mandoc
5 systemd              command systemd-analyze
4 nodejs               command node
4 npm                  command npm
5 chromium             command chromium
END
}

installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Prints the packages whose headers are missing. Arguments: header package header package …
missing_headers() {
    local pairs=("$@") i
    if ! command -v cc >/dev/null; then
        for ((i = 1; i < $#; i += 2)); do
            installed "${pairs[i]}" || echo "${pairs[i]}"
        done
        return
    fi
    printf '#if !__has_include(<%s>)\n%s\n#endif\n' "${pairs[@]}" | cc -E -P -x c -
}

# Prints the packages that are missing for the job.
missing() {
    local level package kind what headers=()
    while read -r level package kind what; do
        [ "$level" -le "${jobs[$1]}" ] || continue
        case $kind in
        command) command -v "$what" >/dev/null || echo "$package" ;;
        library) ldconfig -p | grep -q "^[[:space:]]$what " || echo "$package" ;;
        package) installed "$package" || echo "$package" ;;
        header) headers+=("$what" "$package") ;;
        esac
    done < <(needs)
    missing_headers "${headers[@]}"
}

# Whether apt can say how to install these packages; not so before its lists are fetched.
known() {
    apt-get -s install --no-install-recommends "$@" >/dev/null 2>&1
}

# apt-get, as root, that asks nothing and restarts nothing, not even what uses a library it upgrades.
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 SYSTEMD_OFFLINE=1 \
        apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null >>$log 2>&1
}

install() {
    local updated=no
    if ! known "$@"; then
        apt update || return
        updated=yes
    fi
    apt install --no-install-recommends "$@" && return
    # Lists that are too old name files that are gone.
    [ "$updated" = no ] && apt update && apt install --no-install-recommends "$@"
}

# Says how somebody who may can install them.
refuse() {
    local update='apt-get update && '
    known "$@" && update=
    echo "Packages are missing. As root, run: ${update}apt-get install -y --no-install-recommends $*" >&2
    exit 1
}

if [ -z "${1-}" ] || [ -z "${jobs[$1]-}" ]; then
    echo "usage: packages.sh ${!jobs[*]}" >&2
    exit 2
fi
mapfile -t packages < <(missing "$1")
[ ${#packages[@]} -gt 0 ] || exit 0
if ! command -v apt-get >/dev/null; then
    echo "These are missing, by their Debian names: ${packages[*]}. Please install them." >&2
    exit 1
fi

terminal=no
[ -t 0 ] && [ -t 2 ] && terminal=yes
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || refuse "${packages[@]}"
    as_root=(sudo)
    [ "$terminal" = yes ] || sudo -n true 2>/dev/null || refuse "${packages[@]}"
fi

echo "To be installed through apt-get${as_root:+ with sudo}: ${packages[*]}" >&2
if [ "$terminal" = yes ]; then
    read -r -p 'Go on? [Y/n] ' answer || answer=n
    case $answer in
    '' | [Yy]*) ;;
    *)
        echo 'Nothing was installed.' >&2
        exit 1
        ;;
    esac
    [ ${#as_root[@]} -eq 0 ] || sudo -v || refuse "${packages[@]}"
fi
mkdir -p build
: >$log
if ! install "${packages[@]}"; then
    tail -n 20 $log >&2
    echo "apt-get failed; all it said is in $log." >&2
    exit 1
fi
mapfile -t packages < <(missing "$1")
if [ ${#packages[@]} -gt 0 ]; then
    echo "Installed, and still not found: ${packages[*]}." >&2
    exit 1
fi
