#
# Gives a firewall a way back while a playbook changes it: way_back.sh FIREWALL WORD,
# with iptables, ufw or firewalld.
#
#   arm SECONDS  save what is set, and go back to it after SECONDS without confirm
#   confirm      keep what is set now
set -eu

firewall=$1
word=$2
records=${PORTSPEC_STATE:-/var/lib/portspec}
saved=$records/way-back/$firewall

fail() {
	echo "way_back.sh: $*" >&2
	exit 1
}

save() {
	case $firewall in
	iptables)
		iptables-save >"$saved/rules.v4"
		if ip6tables -S >/dev/null 2>&1; then ip6tables-save >"$saved/rules.v6"; fi
		;;
	ufw)
		cp -a /etc/ufw "$saved/files"
		cp -a /etc/default/ufw "$saved/defaults"
		;;
	firewalld)
		cp -a /etc/firewalld "$saved/files"
		mkdir "$saved/records"
		find "$records" -maxdepth 1 -name 'firewalld-*' -exec cp -a {} "$saved/records/" \;
		;;
	*) fail "$firewall is none of iptables, ufw and firewalld" ;;
	esac
}

# put makes a folder as it was.
put() { # put SAVED FOLDER
	cp -a "$1/." "$2/"
	(cd "$2" && find . -type f) | while IFS= read -r file; do
		[ -e "$1/$file" ] || rm -f "$2/$file"
	done
}

restore() {
	case $firewall in
	iptables)
		iptables-restore -w <"$saved/rules.v4"
		if [ -e "$saved/rules.v6" ]; then ip6tables-restore -w <"$saved/rules.v6"; fi
		;;
	ufw)
		put "$saved/files" /etc/ufw
		cp -a "$saved/defaults" /etc/default/ufw
		if grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf; then ufw reload; else ufw --force disable; fi
		;;
	firewalld)
		put "$saved/files" /etc/firewalld
		find "$records" -maxdepth 1 -name 'firewalld-*' -exec rm -f {} \;
		cp -a "$saved/records/." "$records/"
		if firewall-cmd --state >/dev/null 2>&1; then firewall-cmd --reload; fi
		;;
	esac
}

arm() {
	case $1 in '' | *[!0-9]*) fail "$1 is not a number of seconds" ;; esac
	# What nobody has confirmed is nothing to go back to.
	if [ ! -e "$saved/mark" ]; then
		rm -rf "$saved"
		mkdir -p "$saved"
		chmod 700 "$saved"
		save
	fi
	mark=$$-$(date +%s)
	echo "$mark" >"$saved/mark"
	# What goes back outlives the connection, which is what wrong rules cut.
	if [ -d /run/systemd/system ]; then
		systemd-run --quiet --on-active="$1" --setenv=PORTSPEC_STATE="$records" sh "$0" "$firewall" expire "$mark"
	else
		PORTSPEC_STATE=$records setsid sh "$0" "$firewall" expire "$mark" "$1" </dev/null >/dev/null 2>&1 &
	fi
}

confirm() {
	# Whoever takes the mark away decides.
	mv "$saved/mark" "$saved/confirmed" 2>/dev/null || fail 'too late: it went back to what was set before'
	rm -rf "$saved"
}

expire() {
	sleep "${2:-0}"
	[ "$(cat "$saved/mark" 2>/dev/null)" = "$1" ] && mv "$saved/mark" "$saved/expired" || return 0
	restore
	rm -rf "$saved"
}

case $word in
arm) arm "${3:-}" ;;
confirm) confirm ;;
expire) expire "${3:-}" "${4:-}" ;;
*) fail 'say arm SECONDS or confirm' ;;
esac
