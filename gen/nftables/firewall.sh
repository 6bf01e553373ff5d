#
# Loads a ruleset that portspec generated, with a way back. As root:
#
#   sh firewall.sh apply HOST.nft [SECONDS]  load it; without confirm, roll back after SECONDS (60)
#   sh firewall.sh confirm                   keep it, and load it at boot (portspec-firewall.service)
#   sh firewall.sh rollback                  go back to the confirmed ruleset, or to none
#   sh firewall.sh leftovers                 list open connections that the ruleset no longer lets in
#   sh firewall.sh remove                    remove the table and what is loaded at boot
#
# PORTSPEC_STATE is where rulesets are kept: /var/lib/portspec/nftables without it.
set -eu

state=${PORTSPEC_STATE:-/var/lib/portspec/nftables}
table='inet portspec'

fail() {
	echo "firewall.sh: $*" >&2
	exit 1
}

# restore goes back to the confirmed ruleset or, if there is none, removes the table.
restore() {
	if [ -e "$state/confirmed.nft" ]; then
		nft -f "$state/confirmed.nft"
	else
		printf 'table %s\ndelete table %s\n' "$table" "$table" | nft -f -
	fi
	rm -f "$state/pending.nft"
}

apply() {
	file=$1 seconds=$2
	case $seconds in '' | *[!0-9]*) fail "$seconds is not a number of seconds" ;; esac
	[ -r "$file" ] || fail "cannot read $file"
	nft -c -f "$file" || fail "$file is refused; nothing was changed"
	mkdir -p "$state"
	chmod 700 "$state"
	cp "$file" "$state/pending.nft.new"
	mv "$state/pending.nft.new" "$state/pending.nft"
	nft -f "$state/pending.nft" || {
		rm -f "$state/pending.nft"
		fail "$file was not loaded; nothing was changed"
	}
	# The timer outlives the shell: its connection is what a wrong ruleset cuts.
	mark=$(cksum <"$state/pending.nft")
	PORTSPEC_STATE=$state setsid sh "$0" expire "$seconds" "$mark" </dev/null >/dev/null 2>&1 &
	echo "loaded; run sh $0 confirm within $seconds seconds, or it is rolled back"
}

# expire rolls back after a time what nobody has confirmed and nothing has replaced.
expire() {
	sleep "$1"
	if [ -e "$state/pending.nft" ] && [ "$(cksum <"$state/pending.nft")" = "$2" ]; then
		restore
	fi
}

confirm() {
	[ -e "$state/pending.nft" ] || fail 'nothing is waiting to be confirmed; apply a ruleset first, or it was rolled back'
	mv "$state/pending.nft" "$state/confirmed.nft"
	echo "confirmed; portspec-firewall.service loads $state/confirmed.nft at boot"
}

# is_permitted asks the sets that are loaded: SOURCE PROTOCOL SOURCE-PORT PORT.
is_permitted() {
	case $1 in *:*) family=6 ;; *) family=4 ;; esac
	for look in "in_management$family { $1 . $2 . $4 }" "in$family { $1 . $2 . $4 }" "in_source$family { $1 . $2 . $3 . $4 }"; do
		if nft get element inet portspec "$look" >/dev/null 2>&1; then
			return 0
		fi
	done
	return 1
}

leftovers() {
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
	printf 'table %s\ndelete table %s\n' "$table" "$table" | nft -f -
	rm -f "$state/pending.nft" "$state/confirmed.nft"
	echo 'removed'
}

case ${1:-} in
apply) [ $# -ge 2 ] || fail 'apply which file? sh firewall.sh apply HOST.nft'; apply "$2" "${3:-60}" ;;
confirm) confirm ;;
rollback) restore && echo 'rolled back' ;;
leftovers) leftovers ;;
remove) remove ;;
expire) expire "$2" "$3" ;;
*) fail 'say apply HOST.nft [SECONDS], confirm, rollback, leftovers or remove' ;;
esac
