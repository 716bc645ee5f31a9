#!/bin/bash
# Prints the path of each daemon named, one a line:
# daemons.sh NAME …, which are the names in the table below.
#
# An installed one is used as it is. One that is not is unpacked from its Debian package under
# build/tools, with the libraries it lacks: nothing is installed, so nothing is started. No root.
set -u
cd "$(dirname "$0")/../.." || exit
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
tools=$PWD/build/tools
log=$tools/log
apt_options=()

# Name, packages, path in the first of them.
daemons() {
    cat <<'END'
nginx    nginx    usr/sbin/nginx
fcgiwrap fcgiwrap usr/sbin/fcgiwrap
spawn-fcgi spawn-fcgi usr/bin/spawn-fcgi
multiwatch multiwatch usr/bin/multiwatch
redis-server redis-server+redis-tools usr/bin/redis-server
redis-cli redis-tools usr/bin/redis-cli
prometheus-alertmanager prometheus-alertmanager usr/bin/prometheus-alertmanager
amtool   prometheus-alertmanager usr/bin/amtool
prometheus prometheus usr/bin/prometheus
wrk      wrk      usr/bin/wrk
END
}

fail() {
    echo "daemons.sh: $*" >&2
    exit 1
}

apt() {
    apt-get -q "${apt_options[@]}" "$@" >>"$log" 2>&1
}

# Makes apt use lists of our own, for where the machine's are missing or too old.
use_own_lists() {
    mkdir -p "$tools/apt/lists/partial" "$tools/apt/cache/archives/partial"
    apt_options=(-o "Dir::State::Lists=$tools/apt/lists" -o "Dir::Cache=$tools/apt/cache")
    apt update
}

# Downloads packages into the present folder.
download() {
    apt download "$@" && return
    [ ${#apt_options[@]} -eq 0 ] && use_own_lists && apt download "$@"
}

# Prints the library packages that installing the package would bring.
libraries() {
    apt-get "${apt_options[@]}" -s install --no-install-recommends "$1" 2>>"$log" |
        sed -n 's/^Inst \(\(lib\|lua-\)[^ ]*\) .*/\1/p'
}

lacks_libraries() {
    ldd "$1" | grep -q 'not found'
}

# Unpacks the package into the folder.
unpack() {
    local package=$1 folder=$2 path=$3 more deb
    mkdir -p "$folder/debs"
    cd "$folder/debs" || return
    mapfile -t more < <(tr + '\n' <<<"$package")
    download "${more[@]}" || return
    for deb in ./*.deb; do
        dpkg-deb -x "$deb" "$folder" || return
    done
    if lacks_libraries "$folder/$path"; then
        mapfile -t more < <(libraries "${package%+*}")
        [ ${#more[@]} -gt 0 ] && download "${more[@]}" || return
        for deb in ./*.deb; do
            dpkg-deb -x "$deb" "$folder" || return
        done
    fi
    rm -r "$folder/debs"
}

# Prints the folders with libraries that were unpacked, below $tools, for the launcher.
library_path() {
    find "$1" -name '*.so*' -printf '%h\n' | sort -u | sed "s,^$tools,\$tools," | paste -s -d :
}

# Writes the program that starts the daemon. The loader is called by name because LD_LIBRARY_PATH
# would reach what the daemon starts, too.
write_launcher() {
    local program=$1 folder=$2 launcher=$3 loader
    if lacks_libraries "$program"; then
        loader=$(ldd "$program" | sed -n 's,^[[:space:]]*\(/[^ ]*/ld-linux[^ ]*\) .*,\1,p')
        [ -n "$loader" ] || return
        loader="$loader --library-path \"$(library_path "$folder")\" --argv0 ${program##*/} "
    fi
    cat >"$launcher" <<END
#!/bin/sh
tools=\$(cd "\${0%/*}/.." && pwd) || exit
exec ${loader-}"\$tools${program#"$tools"}" "\$@"
END
    chmod +x "$launcher"
}

# Unpacks the daemon and writes its launcher, unless somebody else has just done so.
provide() {
    local name=$1 package=$2 path=$3 folder=$tools/${2%+*}
    mkdir -p "$tools/bin"
    exec 9>"$tools/lock"
    flock 9
    [ ! -x "$tools/bin/$name" ] || return 0
    echo "Unpacking $name from its Debian package into build/tools; it is not installed." >&2
    rm -rf "$folder"
    (unpack "$package" "$folder" "$path") &&
        write_launcher "$folder/$path" "$folder" "$tools/bin/$name" && return
    tail -n 20 "$log" >&2
    fail "$name cannot be had; all that apt-get said is in $log"
}

# Prints where the daemon is.
find_daemon() {
    local name package path
    read -r name package path < <(daemons | grep "^$1 ") || fail "no daemon is called $1"
    command -v "$name" && return
    if [ ! -x "$tools/bin/$name" ]; then
        command -v apt-get >/dev/null || fail "$name is missing. Please install it."
        provide "$name" "$package" "$path"
    fi
    echo "$tools/bin/$name"
}

for name; do
    find_daemon "$name"
done
