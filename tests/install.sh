#!/bin/bash
# make install and make uninstall: which files, with which rights and which paths in them; that systemd
# accepts the units; and, where a mount namespace can be had, an installation on the machine itself.
set -u
cd "$(dirname "$0")/.." || exit
# shellcheck source=tests/tools/report.sh
. tests/tools/report.sh
PATH=$PATH:/usr/sbin:/sbin
export BUILD=${BUILD:-build}
folder=$(mktemp -d "${TMPDIR:-/tmp}/install.XXXXXX") || exit
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
fcgiwrap=$(tests/tools/daemons.sh fcgiwrap) || exit
# Quicker than as people build it; what is tested here does not depend on it.
quick=(BUILD="$BUILD/installed" CFLAGS=-O0 HARDENING=)

# install_to FOLDER TARGET [VARIABLE=VALUE…]
install_to() {
    local destination=$1 target=$2
    shift 2
    env -u MAKEFLAGS -u MAKELEVEL make -s "$target" DESTDIR="$destination" "$@" >"$folder/output" 2>&1 ||
        cat "$folder/output"
}

# files FOLDER: mode and name of each.
files() {
    find "$1" -type f -printf '%m /%P\n' | sort -k 2
}

manuals() {
    local page
    for page in docs/*.[1578]; do
        [ ! -e "$page" ] || echo "644 $1/share/man/man${page##*.}/$(basename "$page")"
    done
}

# What an installation consists of. Arguments: PREFIX, CGIDIR, SYSTEMDDIR.
expected() {
    local document
    {
        echo "755 $2/feishu.cgi"
        echo "755 $1/bin/feishu-sandbox"
        echo "755 $1/bin/feishu-setup"
        echo "644 $1/share/locale/zh_CN/LC_MESSAGES/feishu-setup.mo"
        for document in README.md INSTALL.md; do
            [ ! -e "$document" ] || echo "644 $1/share/doc/feishu-cgi/$document"
        done
        echo "644 $1/share/doc/feishu-cgi/feishu.conf.sample"
        echo "644 $1/share/doc/feishu-cgi/sample-nginx.conf"
        echo "644 $3/systemd/system/feishu-alert.service"
        echo "644 $3/systemd/system/feishu-alert.socket"
        echo "644 $3/systemd/system/feishu-cgi.service"
        echo "644 $3/systemd/system/feishu-cgi.socket"
        echo "644 $3/systemd/system/feishu-tick.service"
        echo "644 $3/systemd/system/feishu-tick.timer"
        echo "644 $3/sysusers.d/feishu.conf"
        for document in setup/transforms.d/*; do
            echo "755 $4/feishu/transforms.d/$(basename "$document")"
        done
        echo "644 $3/tmpfiles.d/feishu.conf"
        manuals "$1"
    } | sort -k 2
}

holds() {
    grep -qaF -- "$2" "$1"
}

nothing_unfilled() {
    ! grep -rlI '@[A-Z]*@' "$1"
}

# The same paths must be in what was compiled, in the units and in the documents.
check_paths() {
    local name=$1 root=$2 systemd=$3 cgi=$4 etc=$5 var=$6 user=$7
    ok "$name: nothing unfilled" nothing_unfilled "$root"
    ok "$name: configuration" holds "$root$cgi/feishu.cgi" "$etc/feishu/feishu.conf"
    ok "$name: commands" holds "$root$cgi/feishu.cgi" "$etc/feishu/commands.d"
    ok "$name: state" holds "$root$cgi/feishu.cgi" "$var/lib/feishu"
    ok "$name: the service runs it" holds "$root$systemd/systemd/system/feishu-cgi.service" \
        "-c 8 -p $cgi/feishu.cgi"
    ok "$name: the service's user" holds "$root$systemd/systemd/system/feishu-cgi.service" "User=$user"
    ok "$name: the service may write" holds "$root$systemd/systemd/system/feishu-cgi.service" \
        "ReadWritePaths=$var/lib/feishu"
    ok "$name: the socket's user" holds "$root$systemd/systemd/system/feishu-cgi.socket" \
        "SocketUser=$user"
    ok "$name: the timer's service runs it" holds "$root$systemd/systemd/system/feishu-tick.service" \
        "ExecStart=${8-/usr/local}/bin/feishuctl tick"
    ok "$name: the timer's user" holds "$root$systemd/systemd/system/feishu-tick.service" "User=$user"
    ok "$name: the setup tool knows the program" holds "$root${8-/usr/local}/bin/feishu-setup" \
        "$cgi/feishu.cgi"
    ok "$name: the setup tool knows its user" holds "$root${8-/usr/local}/bin/feishu-setup" "$user"
    is "$name: it is there by its second name" feishu-setup \
        "$(readlink "$root${8-/usr/local}/bin/feishuctl")"
    ok "$name: nginx runs it" holds "$root${8-/usr/local}/share/doc/feishu-cgi/sample-nginx.conf" \
        "SCRIPT_FILENAME $cgi/feishu.cgi;"
}

one=$folder/one
mkdir -p "$one/etc/feishu" "$one/var/lib/feishu"
echo mine | tee "$one/etc/feishu/feishu.conf" >"$one/var/lib/feishu/state"
kept=$(files "$one")
install_to "$one" install "${quick[@]}"
is 'files' "$(expected /usr/local /usr/local/lib/cgi-bin /usr/local/lib /etc)" \
    "$(files "$one" | grep -v -e /feishu/feishu.conf -e /lib/feishu/state)"
check_paths 'as it is' "$one" /usr/local/lib /usr/local/lib/cgi-bin /etc /var feishu
install_to "$one" install "${quick[@]}"
is 'again: the same files' "$(expected /usr/local /usr/local/lib/cgi-bin /usr/local/lib /etc)" \
    "$(files "$one" | grep -v -e /feishu/feishu.conf -e /lib/feishu/state)"
is 'configuration and state are not touched' "$kept" "$(files "$one" | grep -e /feishu/feishu.conf -e /lib/feishu/state)"
is 'the configuration is as it was' mine "$(<"$one/etc/feishu/feishu.conf")"

sample_is_valid() {
    local answer
    sed "s/^\( *[a-z_]* *= \)''/\1'filled-in'/" \
        "$one/usr/local/share/doc/feishu-cgi/feishu.conf.sample" >"$folder/feishu.conf"
    chmod 600 "$folder/feishu.conf"
    answer=$(env -i FEISHU_CONFIG="$folder/feishu.conf" REQUEST_METHOD=GET PATH_INFO=/healthz \
        "$one/usr/local/lib/cgi-bin/feishu.cgi" </dev/null)
    [[ $answer == *'"ok"'* ]] || ! echo "$answer"
}
ok 'the sample configuration, filled in, is valid' sample_is_valid

units_are_valid() {
    local unit
    mkdir -p "$folder/units"
    # systemd wants the programs to be there: ours, and an unpacked fcgiwrap where none is installed.
    for unit in "$one"/usr/local/lib/systemd/system/*; do
        sed "s,^ExecStart=/usr/sbin/fcgiwrap,ExecStart=$fcgiwrap,; s,^ExecStart=/usr/local/,ExecStart=$one/usr/local/," \
            "$unit" >"$folder/units/${unit##*/}"
    done
    systemd-analyze verify --man=no "$folder"/units/* >"$folder/verdict" 2>&1 && ! grep . "$folder/verdict"
}
# The override for workers that stay, as INSTALL.md has it. Without its line nothing would be proven.
override_is_valid() {
    local text
    text=$(sed -n "s/^    # printf '\(.*\)' > .*workers\.conf$/\1/p" INSTALL.md)
    mkdir -p "$folder/units/feishu-cgi.service.d"
    printf '%b' "$text" | sed "s,=/usr/bin/multiwatch,=$folder/multiwatch," >"$folder/units/feishu-cgi.service.d/workers.conf"
    : >"$folder/multiwatch"
    chmod 755 "$folder/multiwatch"
    grep -qx 'StandardInput=socket' "$folder/units/feishu-cgi.service.d/workers.conf" &&
        systemd-analyze verify --man=no "$folder/units/feishu-cgi.service" >"$folder/verdict" 2>&1 &&
        ! grep . "$folder/verdict"
}
# Points out of a hundred by systemd's own count; an ordinary service has 96.
service_is_hardened() {
    systemd-analyze security --offline=yes --threshold=25 "$folder/units/$1" \
        >"$folder/verdict" 2>&1 || ! tail -n 1 "$folder/verdict"
}
if command -v systemd-analyze >/dev/null; then
    ok 'systemd accepts the units' units_are_valid
    ok 'systemd accepts the override for workers that stay' override_is_valid
    ok 'the service is hardened' service_is_hardened feishu-cgi.service
    ok "the service for alerts is hardened" service_is_hardened feishu-alert.service
    ok "the timer's service is hardened" service_is_hardened feishu-tick.service
else
    skip 'systemd accepts the units' 'there is no systemd-analyze'
fi

install_to "$one" uninstall "${quick[@]}"
is 'uninstall leaves configuration and state alone' "$kept" "$(files "$one")"

two=$folder/two
install_to "$two" install "${quick[@]}" PREFIX=/opt/bridge SYSCONFDIR=/opt/etc LOCALSTATEDIR=/srv \
    CGIDIR=/opt/cgi CGIUSER=www-data
is 'elsewhere: files' "$(expected /opt/bridge /opt/cgi /etc /opt/etc)" "$(files "$two")"
check_paths elsewhere "$two" /etc /opt/cgi /opt/etc /srv www-data /opt/bridge
ok 'elsewhere: no other state' sh -c '! grep -qaF /var/lib/feishu "$1"' sh "$two/opt/cgi/feishu.cgi"
install_to "$two" uninstall "${quick[@]}" PREFIX=/opt/bridge SYSCONFDIR=/opt/etc LOCALSTATEDIR=/srv \
    CGIDIR=/opt/cgi CGIUSER=www-data
is 'elsewhere: uninstall' '' "$(files "$two")"

# On the machine itself, but with /etc, /usr/local and /var laid over, so that nothing of it lasts.
# Prints the rights of what the installation made, and how it all looks after make uninstall.
install_here() {
    local name
    mount -t tmpfs none "$folder/over" || return
    for name in /etc /var /usr/local; do
        mkdir -p "$folder/over$name"/{upper,work}
        mount -t overlay none -o "lowerdir=$name,upperdir=$folder/over$name/upper,workdir=$folder/over$name/work" \
            $name || return
    done
    userdel feishu 2>/dev/null
    rm -rf /etc/feishu /var/lib/feishu
    env -u MAKEFLAGS -u MAKELEVEL make -s install "${quick[@]}" >"$folder/output" 2>&1 || return
    stat -c '%a %U %G %n' /etc/feishu /etc/feishu/commands.d /var/lib/feishu
    grep -c 'Next: feishu-setup' "$folder/output"
    env -i LC_ALL=zh_CN.UTF-8 /usr/local/bin/feishuctl --help | grep -c '^用法'
    find /etc/systemd -newer "$folder/over" -lname '*feishu*'
    echo mine >/etc/feishu/feishu.conf
    env -u MAKEFLAGS -u MAKELEVEL make -s uninstall "${quick[@]}" >"$folder/output" || return
    find /usr/local -name '*feishu*'
    cat /etc/feishu/feishu.conf
}

try_overlay() {
    mkdir -p "$folder/over" "$folder/try"/{upper,work}
    unshare -m mount -t overlay none -o "lowerdir=/etc,upperdir=$folder/try/upper,workdir=$folder/try/work" /etc
}

if [ "$(id -u)" -ne 0 ]; then
    skip 'on the machine itself' 'that needs root'
elif ! command -v systemd-sysusers >/dev/null || ! command -v systemd-tmpfiles >/dev/null; then
    skip 'on the machine itself' 'there is no systemd'
elif ! try_overlay 2>/dev/null; then
    skip 'on the machine itself' 'no folder can be laid over another here'
else
    export -f install_here
    is 'on the machine itself' '750 root feishu /etc/feishu
755 root root /etc/feishu/commands.d
700 feishu feishu /var/lib/feishu
1
1
mine' "$(unshare -m bash -c "folder=$folder; quick=(${quick[*]@Q}); install_here" 2>&1)"
fi
finish
