#!/bin/sh
# One night from end to end: answers on record, a plan, old plans away. Any scheduler can call it; it may be called again after a failure.
set -eu
umask 077

ROOT=${MATCHER_ROOT:-/srv/matcher}
NIGHT=${MATCHER_NIGHT:-nacht-$(date +%F)}
BUNDLE=$ROOT/bundle
PLANS=$ROOT/plans

# What agencies sent back about the last plan. Once this night's plan stands, that is the last plan, and its answers are for tomorrow.
if [ -e "$PLANS/latest" ] && [ ! -e "$PLANS/$NIGHT" ]; then
    for answer in "$ROOT"/returned/*; do
        [ -e "$answer" ] || continue
        matcher record "$PLANS/latest" "$ROOT"/returned/* --out "$BUNDLE" --late
        break
    done
fi

# The prices of the last plan make this one sooner done.
set --
if [ -e "$PLANS/latest" ]; then
    set -- --previous-run "$PLANS/latest"
fi

code=0
matcher run "$BUNDLE" --out "$PLANS" --run-id "$NIGHT" --time-limit 1800 --lock-wait 600 --quiet --no-color --log "$ROOT/run.jsonl" "$@" || code=$?
case $code in
    0 | 7) ;;
    *) exit "$code" ;;
esac

matcher verify "$PLANS/$NIGHT" --input "$BUNDLE" --quiet > /dev/null
matcher purge "$PLANS" --older-than 180d > /dev/null
exit "$code"
