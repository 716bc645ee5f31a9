#!/bin/bash
# The setup tool's messages and their translations: messages.sh check|update
#
# check prints every message that a catalogue of setup/po lacks, has but vaguely (fuzzy), or has no
# more use for, and fails if there is one. update brings the catalogues up to the sources.
set -u
cd "$(dirname "$0")/../.." || exit
work=$(mktemp -d "${TMPDIR:-/tmp}/messages.XXXXXX") || exit
trap 'rm -rf "$work"' EXIT

extract() {
    xgettext --language=C --from-code=UTF-8 --keyword=_ --keyword=N_ --no-location --sort-output \
        --package-name=feishu-setup --output="$work/all.pot" setup/*.c setup/*.h
}

# Prints the messages of the catalogue that the option selects, under a title.
selected() {
    local found
    # The first paragraph is the header.
    found=$(msgattrib "$1" --no-wrap "$work/now.po" | awk 'BEGIN { RS = "" } NR > 1')
    [ -z "$found" ] || printf '%s:\n%s\n' "$2" "$found"
}

# Prints what is wrong with the catalogue.
faults() {
    cp "$1" "$work/now.po"
    msgmerge --quiet --no-fuzzy-matching --update --backup=none "$work/now.po" "$work/all.pot"
    selected --untranslated 'not translated'
    selected --only-fuzzy 'to be looked at again'
    selected --only-obsolete 'of no use any more'
    msgfmt --check --output-file=/dev/null "$1" 2>&1
}

extract || exit
case ${1-} in
check)
    for catalogue in setup/po/*.po; do
        found=$(faults "$catalogue")
        [ -z "$found" ] || printf '%s:\n%s\n' "$catalogue" "$found"
    done | { ! grep .; }
    ;;
update)
    for catalogue in setup/po/*.po; do
        msgmerge --quiet --no-fuzzy-matching --no-location --sort-output --update --backup=none \
            "$catalogue" "$work/all.pot" && msgattrib --no-obsolete --output-file="$catalogue" "$catalogue"
    done
    ;;
*)
    echo "usage: messages.sh check|update" >&2
    exit 2
    ;;
esac
