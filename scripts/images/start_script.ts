/** The start glue of a rootfs: order, watchdog entries, restarts. EVE's pillar calls it where it started the Go agents. */

/** A POSIX shell script. */
export function startScript(): string {
  return `#!/bin/sh
# Starts eve-comms in an EVE rootfs and returns. Agents that are named as arguments are left out: Go ones run in their place.
# A program that ends with 0 was asked to, or is done (client): nobody watches it any more. Any other end is followed by a new start.
# The bridge comes first, so that Go subscribers find its sockets; the others need no order, each waits for what it needs.
set -u
bin=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)/bin
skip=" $* "

# name, what the watchdog looks at below /run/watchdog, then the words of the command
agent() {
  name=$1 watched=$2
  shift 2
  case "$skip" in *" $name "*) return ;; esac
  for entry in $watched; do touch "/run/watchdog/$entry"; done
  (
    delay=1
    while :; do
      begun=$(date +%s)
      "$bin/$name" "$@"
      code=$?
      if [ "$code" -eq 0 ]; then
        for entry in $watched; do rm -f "/run/watchdog/$entry"; done
        exit 0
      fi
      [ $(($(date +%s) - begun)) -ge 600 ] && delay=1
      echo "eve-comms: $name ended with $code, it starts again in $delay s" >&2
      sleep "$delay"
      [ "$delay" -lt 60 ] && delay=$((delay * 2))
    done
  ) &
}

mkdir -p /run/watchdog/pid /run/watchdog/file /persist/status
agent bridge ''
agent nim 'pid/nim.pid file/nim.touch'
agent zedagent 'pid/zedagent.pid file/zedagent.touch'
agent loguploader 'pid/loguploader.pid file/loguploader.touch'
# Without an onboarding pair there is nothing to register with.
register=
[ -e /config/onboard.cert.pem ] && [ -e /config/onboard.key.pem ] && register=selfRegister
agent client 'pid/zedclient.pid' $register getUuid
if [ -p /run/diag.pipe ]; then
  agent diag '' -f -s /run/diag.out -o /run/diag.pipe
else
  agent diag '' -f -s /run/diag.out
fi
`;
}
