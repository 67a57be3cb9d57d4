#!/usr/bin/env bash
# Runs a command where nothing can leave and everything that tries is counted: `unshare -n -m bash scripts/offline.sh COMMAND`.
# The way out is a wire to nowhere, with a route and a name server, so that whoever wants to leave gets as far as sending; the
# kernel counts the packets. They are printed last, and written into the file SENT names. Linux, as root.
set -eu
ip link set lo up
ip link add wire type veth peer name end
ip addr add 10.99.0.2/24 dev wire
ip link set wire arp off up
ip link set end arp off up
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 2>/dev/null || true
ip route add default via 10.99.0.1
names=$(mktemp)
trap 'rm -f "$names"' EXIT
printf 'nameserver 10.99.0.1\noptions timeout:1 attempts:1\n' >"$names"
# For Chromium under another user, too.
chmod 644 "$names"
mount --bind "$names" /etc/resolv.conf
# Sent packets; /sys would still show the namespace outside.
sent() { awk '$1 == "wire:" { print $11 }' /proc/net/dev; }
before=$(sent)
status=0
"$@" || status=$?
sleep 0.2
packets=$(($(sent) - before))
echo "packets: $packets"
[ -z "${SENT:-}" ] || echo "$packets" >"$SENT"
exit "$status"
