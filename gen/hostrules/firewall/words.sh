# kind_for prints the firewall of RULES.
kind_for() {
	case $1 in
	*.nft) echo nftables ;;
	*.rules.v4)
		[ -r "${1%.v4}.v6" ] || fail "cannot read ${1%.v4}.v6, the rules for IPv6"
		echo iptables
		;;
	*.firewalld) echo firewalld ;; # as packed by a playbook
	*)
		[ -f "$1/zones/portspec.xml" ] || fail "$1 is neither HOST.nft nor HOST.rules.v4, nor a folder with zones/portspec.xml"
		echo firewalld
		;;
	esac
}

apply() { # apply RULES SECONDS
	is_seconds "$2"
	[ -r "$1" ] || fail "cannot read $1"
	firewall=$(kind_for "$1") || exit 1
	lock
	if on_trial && [ -d "$trial/rules" ] && [ "$(kind_of "$trial/rules")" != "$firewall" ]; then
		restore
	fi
	rm -rf "$state/new"
	mkdir -m 700 "$state/new"
	"keep_$firewall" "$1" "$state/new"
	chmod 600 "$state/new"/*
	"check_$firewall" "$state/new" || {
		rm -rf "$state/new"
		fail "$1 was refused; nothing was changed"
	}
	begin "$firewall" "$2"
	rm -rf "$trial/rules"
	mv "$state/new" "$trial/rules"
	"load_$firewall" "$trial/rules" || {
		restore
		fail "$1 could not be set; the previous rules are back"
	}
	"loaded_$firewall" >"$trial/rules/loaded"
	echo "set; run sh $0 confirm within $2 seconds, or it is rolled back"
}

hold() { # hold FIREWALL SECONDS
	is_seconds "$2"
	case $1 in nftables | iptables | firewalld | ufw) ;; *) fail "$1 is not nftables, iptables, firewalld or ufw" ;; esac
	lock
	if on_trial && [ -d "$trial/rules" ]; then
		restore
	fi
	begin "$1" "$2"
	echo "saved; run sh $0 confirm within $2 seconds, or it is rolled back"
}

# run runs a command, but never while a rollback runs.
run() {
	lock
	on_trial || fail "nothing is on trial, so $1 was not run: it was rolled back, or the machine has restarted"
	"$@" 9>&-
}

confirm() {
	lock
	on_trial || fail 'nothing is on trial: it was rolled back, or the machine has restarted'
	if [ -d "$trial/rules" ]; then
		before=$(kind_of "$confirmed") now=$(kind_of "$trial/rules")
		rm -rf "$confirmed"
		mv "$trial/rules" "$confirmed"
		if [ -n "$before" ] && [ "$before" != "$now" ]; then
			"drop_$before"
		fi
		[ -d /run/systemd/system ] || echo "without systemd, have sh $state/firewall.sh boot run when the machine starts"
	fi
	end
	echo 'confirmed'
}

rollback() {
	lock
	on_trial || fail 'nothing is on trial; load sets what was confirmed again'
	restore
	echo 'rolled back'
}

# expire rolls back a trial, unless it was confirmed or another one has replaced it.
expire() { # expire MARK [SECONDS]
	sleep "${2:-0}"
	lock
	if [ "$(cat "$trial/mark" 2>/dev/null)" = "$1" ]; then
		restore
	fi
}

load() {
	lock
	! on_trial || fail 'rules are on trial: confirm them, or rollback'
	kind=$(kind_of "$confirmed")
	[ -n "$kind" ] || fail 'nothing is confirmed; apply rules and confirm them first'
	"load_$kind" "$confirmed"
}

boot() {
	lock
	! on_trial || return 0
	recover
	kind=$(kind_of "$confirmed")
	case $kind in nftables | iptables) "load_$kind" "$confirmed" ;; esac # firewalld loads its files itself
}

# status exits with 1 unless the confirmed rules, and only these, are set.
status() {
	! on_trial || {
		echo 'rules are on trial'
		return 1
	}
	kind=$(kind_of "$confirmed")
	[ -n "$kind" ] || {
		echo 'nothing is confirmed'
		return 1
	}
	now=$("loaded_$kind" 2>/dev/null) || true
	if [ "$now" != "$(cat "$confirmed/loaded")" ]; then
		echo "$kind: what is set (>) differs from what was confirmed (<):"
		echo "$now" | diff "$confirmed/loaded" - || return 1
	fi
	[ "$kind" != firewalld ] || is_covered "$confirmed" || return 1
	echo "$kind: what was confirmed is set"
}

remove() {
	lock
	if on_trial && [ -d "$trial/rules" ]; then
		restore
	fi
	kind=$(kind_of "$confirmed")
	[ -z "$kind" ] || "drop_$kind"
	rm -rf "$confirmed"
	on_trial || end
	echo 'removed'
}

case $state in *[!-A-Za-z0-9._/]* | [!/]*) fail "PORTSPEC_STATE is $state: it must be an absolute path of letters, digits, dots, dashes and underscores" ;; esac
case ${1:-} in
apply) [ $# -ge 2 ] || fail 'apply which rules? sh firewall.sh apply HOST.nft'; apply "${2%/}" "${3:-60}" ;;
hold) [ $# -ge 2 ] || fail 'hold which firewall? sh firewall.sh hold iptables'; hold "$2" "${3:-60}" ;;
run)
	shift
	[ $# -ge 1 ] || fail 'run which command?'
	run "$@"
	;;
expire) expire "$2" "${3:-}" ;;
confirm | rollback | status | load | boot | leftovers | remove) "$1" ;;
*) fail 'expected apply RULES [SECONDS], confirm, rollback, status, load, boot, leftovers, remove, hold FIREWALL [SECONDS] or run COMMAND' ;;
esac
