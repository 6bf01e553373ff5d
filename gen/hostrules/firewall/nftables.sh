keep_nftables() { cp "$1" "$2/rules.nft"; }
check_nftables() { nft -c -f "$1/rules.nft"; }
load_nftables() { nft -f "$1/rules.nft"; }
delete_table='table inet portspec
delete table inet portspec'
drop_nftables() { echo "$delete_table" | nft -f -; }
loaded_nftables() { nft -s list table inet portspec; }
save_nftables() { nft list table inet portspec >"$1/rules.nft" 2>/dev/null || : >"$1/rules.nft"; }
restore_nftables() { { echo "$delete_table" && cat "$1/rules.nft"; } | nft -f -; }

# is_permitted looks a connection up in the loaded sets: SOURCE PROTOCOL SOURCE-PORT PORT.
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
	nft list table inet portspec >/dev/null 2>&1 || fail 'leftovers needs the sets of nftables, and none are loaded; with iptables, look through the output of conntrack -L'
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
