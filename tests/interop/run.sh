#!/bin/bash
# Proves the sandbox and the CGI against the official SDK: run.sh
#
# Needs node, npm and a finished build; BUILD is its folder. The SDK comes from npm, by the lock file.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
for program in node npm; do
    if ! command -v "$program" >/dev/null; then
        echo "run.sh: $program is missing. As root, run: apt-get install -y nodejs npm" >&2
        exit 1
    fi
done
for program in feishu-sandbox feishu.cgi; do
    if [ ! -x "$build/$program" ]; then
        echo "run.sh: $build/$program is missing. Run make first." >&2
        exit 1
    fi
done
FEISHU_BUILD=$(realpath "$build")
export FEISHU_BUILD
cd tests/interop
# Installed once for each state of the lock file. No package's own scripts are run.
if ! cmp -s package-lock.json node_modules/.installed-lock; then
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/.installed-lock
fi
# Nothing here talks to anything but loopback, whatever proxy the environment names.
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
exec node --test --test-reporter=tap ./*.test.js
