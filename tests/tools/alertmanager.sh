# shellcheck shell=bash
# A real Alertmanager, from its Debian package, on loopback. To be sourced after stack.sh, before
# stack_start; ends with the stack.
#
#   alertmanager_start URL TOKEN   starts it: it posts to URL with TOKEN, quickly
#   alertmanager_stop              ends it; its state stays for the next start
#   alertmanager_tool ARGUMENT…    amtool on it
# shellcheck disable=SC2154
ALERTMANAGER_PORT=$(stack_free_port)
alertmanager_pid=
alertmanager_program=$(tests/tools/daemons.sh prometheus-alertmanager) || exit
alertmanager_amtool=$(tests/tools/daemons.sh amtool) || exit

alertmanager_is_ready() {
    curl -fsS -o "$STACK_DIR/ready" "http://127.0.0.1:$ALERTMANAGER_PORT/-/ready" 2>/dev/null
}

# Runs the command where the package's own files are in /usr/share, as if it were installed.
alertmanager_at_home() {
    local share=$stack_root/build/tools/prometheus-alertmanager/usr/share as_root=--map-root-user
    if [ -e /usr/share/prometheus/alertmanager/default.tmpl ]; then
        exec setsid "$@"
    fi
    [ "$(id -u)" -ne 0 ] || as_root=
    # shellcheck disable=SC2086,SC2016
    exec setsid unshare --mount $as_root sh -c \
        'mount -t overlay none -o "lowerdir=$1:/usr/share" /usr/share && shift && exec "$@"' sh "$share" "$@"
}

# Whether it can be run here at all.
alertmanager_is_possible() {
    (alertmanager_at_home true) 2>/dev/null
}

alertmanager_start() {
    mkdir -p "$STACK_DIR/alertmanager"
    [ $# -eq 0 ] || cat >"$STACK_DIR/alertmanager.yml" <<END
route: { receiver: feishu, group_by: [alertname], group_wait: 100ms, group_interval: 500ms, repeat_interval: 1h }
receivers:
  - name: feishu
    webhook_configs:
      - url: $1
        send_resolved: true
        http_config: { authorization: { credentials: $2 } }
END
    alertmanager_at_home "$alertmanager_program" --config.file="$STACK_DIR/alertmanager.yml" \
        --storage.path="$STACK_DIR/alertmanager" --web.listen-address="127.0.0.1:$ALERTMANAGER_PORT" \
        --cluster.listen-address= >>"$STACK_DIR/alertmanager.log" 2>&1 &
    alertmanager_pid=$!
    trap 'alertmanager_stop; stack_stop' EXIT
    stack_wait 20 alertmanager_is_ready || stack_fail 'Alertmanager does not start'
}

alertmanager_stop() {
    [ -n "$alertmanager_pid" ] || return 0
    kill -CONT "$alertmanager_pid" 2>/dev/null
    kill "$alertmanager_pid" 2>/dev/null
    wait "$alertmanager_pid" 2>/dev/null
    alertmanager_pid=
}

alertmanager_tool() {
    "$alertmanager_amtool" --alertmanager.url="http://127.0.0.1:$ALERTMANAGER_PORT" "$@"
}
