# The rules of iptables are in a file for each family, with the family at the end of its name.
families() {
	echo iptables v4
	# Without IPv6 in the kernel there is nothing to filter.
	[ ! -e /proc/net/if_inet6 ] || echo ip6tables v6
}

# each_family runs a function with the program and the file of each family.
each_family() { # each_family FUNCTION FOLDER
	families | while read -r program family; do
		"$1" "$program" "$2/rules.$family" </dev/null || exit 1
	done
}

keep_iptables() {
	cp "$1" "$2/rules.v4"
	cp "${1%.v4}.v6" "$2/rules.v6"
}

check_iptables() { each_family check_family "$1"; }
check_family() { "$1-restore" -w --noflush --test <"$2"; }

# All rules of the chains are replaced. The rule that calls a chain is added once and not moved.
load_iptables() { each_family load_family "$1" && each_family call_chains "$1"; }
load_family() { "$1-restore" -w --noflush <"$2"; }
call_chains() { call_chain "$1" IN && call_chain "$1" OUT; }
call_chain() { # call_chain PROGRAM IN|OUT
	"$1" -w -C "${2}PUT" -j "PORTSPEC-$2" 2>/dev/null || "$1" -w -I "${2}PUT" -j "PORTSPEC-$2"
}

uncall_chain() {
	while "$1" -w -D "${2}PUT" -j "PORTSPEC-$2" 2>/dev/null; do :; done
}

drop_iptables() { each_family drop_family .; }
drop_family() {
	for chain in IN OUT; do
		uncall_chain "$1" $chain
		"$1" -w -F "PORTSPEC-$chain" 2>/dev/null || continue
		"$1" -w -X "PORTSPEC-$chain"
	done
}

loaded_iptables() { each_family loaded_family .; }
loaded_family() { "$1" -w -S | grep -E '^-A (PORTSPEC-|(IN|OUT)PUT -j PORTSPEC-)'; }

save_iptables() { each_family save_family "$1"; }
save_family() {
	"$1-save" -t filter | sed -n -E -e 's/^:(PORTSPEC-[A-Z]+) .*/:\1 - [0:0]/p' -e '/^-A PORTSPEC-/p' >"$2"
	"$1" -w -S | grep -E '^-A (IN|OUT)PUT -j PORTSPEC-' >"$2.calls" || true
}

restore_iptables() { each_family restore_family "$1"; }
restore_family() {
	if [ ! -s "$2" ]; then
		drop_family "$1"
		return
	fi
	{ echo '*filter' && cat "$2" && echo COMMIT; } | "$1-restore" -w --noflush || return 1
	for chain in IN OUT; do
		if grep -q "PORTSPEC-$chain" "$2.calls"; then
			call_chain "$1" $chain
		else
			uncall_chain "$1" $chain
		fi
	done
}
