# Prepares a network namespace for one firewall:
#
#   namespace.sh iptables|ufw|firewalld|nftables own|bare [MODULE...]
#
# An own network gets rules of other programs, and the firewall is switched on. The folders that
# the firewall writes to are copies that only this namespace sees. /run/python is a Python for
# scripts on standard input, with the MODULEs imported. The script prints its process id when the
# firewall is up, and ends when standard input does.
set -eu
mount -t tmpfs tmpfs /run
own() { # own DIRECTORY: mounts a copy in place of it
	mkdir -p "/run/own$1"
	cp -a "$1/." "/run/own$1"
	mount --bind "/run/own$1" "$1"
}
mount -t tmpfs tmpfs /var/lib # where portspec keeps its records
ip link set lo up
here=$(cd "$(dirname "$0")" && pwd)
firewall=$1
network=$2
shift 2
pids=
trap 'for pid in $pids; do kill "$pid" || true; done' EXIT
wait_for() { # wait_for COMMAND...: waits until it succeeds, for at most half a minute
	n=0
	until "$@" >/dev/null 2>&1; do
		n=$((n + 1))
		[ $n -lt 150 ] || exit 1
		sleep 0.2
	done
}
fork() { # fork NAME PROGRAM [MODULE...]: makes /run/NAME run PROGRAM by forks.py
	name=$1
	shift
	/usr/bin/python3 "$here/forks.py" "/run/$name.socket" "$@" >&2 &
	pids="$pids $!"
	printf '#!/bin/sh\nexec %s %s "$@"\n' "'$here/forks-call.py'" "/run/$name.socket" >"/run/$name"
	chmod 755 "/run/$name"
	wait_for test -S "/run/$name.socket"
}
replace() { # replace PROGRAM [MODULE...]: replaces it by one that forks.py runs
	fork "${1##*/}" "$@"
	mount --bind "/run/${1##*/}" "$1"
}
[ $# -eq 0 ] || fork python - "$@"
case $firewall in
nftables) ;;
iptables)
	if [ "$network" = bare ]; then iptables= ; else iptables="iptables ip6tables"; fi
	for iptables in $iptables; do
		$iptables -P INPUT DROP
		$iptables -A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		$iptables -A INPUT -p tcp --dport 22 -j ACCEPT
	done
	;;
ufw)
	own /etc/ufw
	own /etc/default
	replace /usr/sbin/ufw
	if [ "$network" != bare ]; then
		ufw allow 22/tcp >/dev/null
		ufw allow proto udp from 10.20.0.0/16 port 68 to any port 67 >/dev/null # portspec needs it, too
		ufw --force enable >/dev/null
	fi
	;;
firewalld)
	own /etc/firewalld
	mkdir -p /run/dbus /run/firewalld
	cat >/run/bus.conf <<-'CONF'
		<busconfig>
		  <type>system</type>
		  <listen>unix:path=/run/dbus/system_bus_socket</listen>
		  <auth>EXTERNAL</auth>
		  <policy context="default">
		    <allow send_destination="*"/>
		    <allow receive_sender="*"/>
		    <allow own="*"/>
		  </policy>
		</busconfig>
	CONF
	dbus-daemon --config-file=/run/bus.conf --nofork --nopidfile >&2 &
	pids="$pids $!"
	wait_for test -S /run/dbus/system_bus_socket
	firewalld --nofork --nopid >&2 &
	pids="$pids $!"
	replace /usr/bin/firewall-cmd
	wait_for firewall-cmd --state
	;;
esac
echo $$
cat >/dev/null
