#
# Loads rules that portspec generated, with rollback. RULES is HOST.nft for nftables,
# or HOST.rules.v4 for iptables, with HOST.rules.v6 beside it. As root:
#
#   sh firewall.sh apply RULES [SECONDS]  load them; without confirm, roll back after SECONDS (60)
#   sh firewall.sh confirm                keep them, and load them at boot (portspec-firewall.service)
#   sh firewall.sh rollback               go back to the confirmed rules, or to none
#   sh firewall.sh load                   load the confirmed rules
#   sh firewall.sh leftovers              list open connections that the rules no longer let in
#   sh firewall.sh remove                 remove the rules and what is loaded at boot
#
# PORTSPEC_STATE is where rules are kept: /var/lib/portspec/firewall without it.
set -eu
PATH=$PATH:/usr/sbin:/sbin

state=${PORTSPEC_STATE:-/var/lib/portspec/firewall}

fail() {
	echo "firewall.sh: $*" >&2
	exit 1
}

# For each kind of firewall: keep_KIND copies rules into a folder, check_KIND has the
# firewall read them, load_KIND puts them in place of those before, drop_KIND removes them.

keep_nftables() { cp "$1" "$2/rules.nft"; }
check_nftables() { nft -c -f "$1/rules.nft"; }
load_nftables() { nft -f "$1/rules.nft"; }
drop_nftables() { printf 'table inet portspec\ndelete table inet portspec\n' | nft -f -; }

keep_iptables() {
	cp "$1" "$2/rules.v4"
	cp "${1%.v4}.v6" "$2/rules.v6"
}

check_iptables() {
	iptables-restore -w --noflush --test <"$1/rules.v4" && ip6tables-restore -w --noflush --test <"$1/rules.v6"
}

# The chains change as a whole. What calls them is added once, and stays where it is.
load_iptables() {
	iptables-restore -w --noflush <"$1/rules.v4" && ip6tables-restore -w --noflush <"$1/rules.v6" || return 1
	for program in iptables ip6tables; do
		for chain in IN OUT; do
			$program -w -C "${chain}PUT" -j "PORTSPEC-$chain" 2>/dev/null || $program -w -I "${chain}PUT" -j "PORTSPEC-$chain" || return 1
		done
	done
}

drop_iptables() {
	for program in iptables ip6tables; do
		for chain in IN OUT; do
			while $program -w -D "${chain}PUT" -j "PORTSPEC-$chain" 2>/dev/null; do :; done
			$program -w -F "PORTSPEC-$chain" 2>/dev/null || continue
			$program -w -X "PORTSPEC-$chain"
		done
	done
}

# kind_of names the firewall that rules in a folder are for; nothing if there are none.
kind_of() {
	if [ -e "$1/rules.nft" ]; then
		echo nftables
	elif [ -e "$1/rules.v4" ]; then
		echo iptables
	fi
}

# restore goes back to the confirmed rules or, if there are none, removes those that wait.
restore() {
	pending=$(kind_of "$state/pending") confirmed=$(kind_of "$state/confirmed")
	if [ -n "$confirmed" ]; then
		"load_$confirmed" "$state/confirmed"
	fi
	if [ -n "$pending" ] && [ "$pending" != "$confirmed" ]; then
		"drop_$pending"
	fi
	rm -rf "$state/pending"
}

apply() {
	file=$1 seconds=$2
	case $seconds in '' | *[!0-9]*) fail "$seconds is not a number of seconds" ;; esac
	[ -r "$file" ] || fail "cannot read $file"
	case $file in
	*.nft) kind=nftables ;;
	*.rules.v4)
		kind=iptables
		[ -r "${file%.v4}.v6" ] || fail "cannot read ${file%.v4}.v6, the rules for IPv6"
		;;
	*) fail "$file is neither HOST.nft nor HOST.rules.v4" ;;
	esac
	mkdir -p "$state"
	chmod 700 "$state"
	rm -rf "$state/new"
	mkdir -m 700 "$state/new"
	"keep_$kind" "$file" "$state/new"
	"check_$kind" "$state/new" || {
		rm -rf "$state/new"
		fail "$file is refused; nothing was changed"
	}
	cmp -s "$0" "$state/firewall.sh" || cp "$0" "$state/firewall.sh"
	waiting=$(kind_of "$state/pending")
	if [ -n "$waiting" ] && [ "$waiting" != "$kind" ]; then
		restore
	fi
	rm -rf "$state/pending"
	mv "$state/new" "$state/pending"
	"load_$kind" "$state/pending" || {
		restore
		fail "$file was not loaded; what was there before is back"
	}
	# The timer outlives the shell: its connection is what wrong rules cut.
	mark=$(mark_of)
	PORTSPEC_STATE=$state setsid sh "$state/firewall.sh" expire "$seconds" "$mark" </dev/null >/dev/null 2>&1 &
	echo "loaded; run sh $0 confirm within $seconds seconds, or it is rolled back"
}

mark_of() { cat "$state"/pending/* | cksum; }

# expire rolls back after a time what nobody has confirmed and nothing has replaced.
expire() {
	sleep "$1"
	if [ -d "$state/pending" ] && [ "$(mark_of)" = "$2" ]; then
		restore
	fi
}

confirm() {
	kind=$(kind_of "$state/pending") before=$(kind_of "$state/confirmed")
	[ -n "$kind" ] || fail 'nothing is waiting to be confirmed; apply rules first, or they were rolled back'
	rm -rf "$state/confirmed"
	mv "$state/pending" "$state/confirmed"
	if [ -n "$before" ] && [ "$before" != "$kind" ]; then
		"drop_$before"
	fi
	echo "confirmed; portspec-firewall.service loads them at boot"
}

load() {
	kind=$(kind_of "$state/confirmed")
	[ -n "$kind" ] || fail 'nothing is confirmed; apply rules and confirm them first'
	"load_$kind" "$state/confirmed"
}

# is_permitted asks the sets that are loaded: SOURCE PROTOCOL SOURCE-PORT PORT.
is_permitted() {
	case $1 in *:*) family=6 ;; *) family=4 ;; esac
	for look in "in_management$family { $1 . $2 . $4 }" "in_exact$family { $1 . $2 . $4 }" "in$family { $1 . $2 . $4 }" "in_source$family { $1 . $2 . $3 . $4 }"; do
		if nft get element inet portspec "$look" >/dev/null 2>&1; then
			return 0
		fi
	done
	return 1
}

leftovers() {
	nft list table inet portspec >/dev/null 2>&1 || fail 'leftovers asks the sets of nftables, and none are loaded; iptables cannot be asked about a packet: conntrack -L lists all connections'
	command -v conntrack >/dev/null || fail 'conntrack is not installed (Debian: apt install conntrack)'
	own=" $(ip -o addr show | awk '{ sub("/.*", "", $4); printf "%s ", $4 }')"
	for family in ipv4 ipv6; do
		conntrack -L -f "$family" 2>/dev/null || true
	done | awk '$1 == "tcp" || $1 == "udp" || $1 == "sctp" {
		s = d = sp = dp = ""
		for (i = 2; i <= NF && dp == ""; i++) {
			split($i, kv, "=")
			if (kv[1] == "src") s = kv[2]
			else if (kv[1] == "dst") d = kv[2]
			else if (kv[1] == "sport") sp = kv[2]
			else if (kv[1] == "dport") dp = kv[2]
		}
		print $1, s, d, sp, dp
	}' | while read -r protocol source destination sport dport; do
		case $own in *" $destination "*) ;; *) continue ;; esac
		case $own in *" $source "*) continue ;; esac
		if ! is_permitted "$source" "$protocol" "$sport" "$dport"; then
			echo "conntrack -D -p $protocol -s $source -d $destination --sport $sport --dport $dport"
		fi
	done
}

remove() {
	for folder in pending confirmed; do
		kind=$(kind_of "$state/$folder")
		[ -z "$kind" ] || "drop_$kind"
		rm -rf "${state:?}/$folder"
	done
	echo 'removed'
}

case ${1:-} in
apply) [ $# -ge 2 ] || fail 'apply which file? sh firewall.sh apply HOST.nft'; apply "$2" "${3:-60}" ;;
confirm) confirm ;;
rollback) restore && echo 'rolled back' ;;
load) load ;;
leftovers) leftovers ;;
remove) remove ;;
expire) expire "$2" "$3" ;;
*) fail 'say apply RULES [SECONDS], confirm, rollback, load, leftovers or remove' ;;
esac
