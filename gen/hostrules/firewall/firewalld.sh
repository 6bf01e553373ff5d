# The files of firewalld are kept in one file, with a line above each as tail prints it.
ours='ipsets/portspec-*.xml policies/portspec-out.xml services/portspec-*.xml zones/portspec.xml'

pack() { # pack FOLDER
	cd "$1"
	# shellcheck disable=SC2086 # these are patterns
	for file in $ours; do
		if [ -f "$file" ]; then
			echo "==> $file <=="
			cat "$file"
		fi
	done
}

unpack() { # unpack FILE FOLDER
	mkdir -p "$2/ipsets" "$2/policies" "$2/services" "$2/zones"
	(cd "$2" && awk '/^==> (ipsets|policies|services|zones)\/portspec[-.A-Za-z0-9]*\.xml <==$/ { close(file); file = $2; next } { print >file }') <"$1"
}

forget() { # forget FOLDER
	# shellcheck disable=SC2086
	(cd "$1" && rm -f $ours)
}

keep_firewalld() {
	if [ -d "$1" ]; then (pack "$1"); else cat "$1"; fi >"$2/rules.firewalld"
	echo "${PORTSPEC_ZONES:-}" >"$2/zones"
}

# check_firewalld treats warnings as errors, because firewalld ignores what it warns about.
check_firewalld() {
	runs_firewalld || fail 'firewalld does not run: systemctl enable --now firewalld'
	[ ! -d /run/systemd/system ] || systemctl --quiet is-enabled firewalld || fail 'firewalld would not run after a restart: systemctl enable firewalld'
	is_covered "$1" || return 1
	unpack "$1/rules.firewalld" "$1/etc" || return 1
	echo DefaultZone=portspec >"$1/etc/firewalld.conf"
	output=$(firewall-offline-cmd --system-config "$1/etc" --check-config 2>&1) || output="$output (exit status $?)"
	rm -rf "${1:?}/etc"
	case $output in
	'' | success) ;;
	*)
		echo "$output" >&2
		return 1
		;;
	esac
}

runs_firewalld() { firewall-cmd --state >/dev/null 2>&1; }

load_firewalld() {
	zone=$(firewall-cmd --get-default-zone) || return 1
	[ "$zone" = portspec ] || echo "$zone" >"$state/zone"
	forget /etc/firewalld
	unpack "$1/rules.firewalld" /etc/firewalld || return 1
	# With --set-default-zone, the chains of the previous zone would stay until the next reload.
	conf=/etc/firewalld/firewalld.conf
	if grep -qs '^DefaultZone=' $conf; then
		sed -i 's/^DefaultZone=.*/DefaultZone=portspec/' $conf
	else
		echo DefaultZone=portspec >>$conf
	fi
	firewall-cmd --quiet --reload && [ "$(firewall-cmd --get-default-zone)" = portspec ] || return 1
	is_covered "$1"
}

# is_covered fails if interfaces or addresses are in a zone to which the rules do not apply:
# neither the default zone nor one that may keep them.
is_covered() { # is_covered FOLDER
	zone=$(firewall-cmd --get-default-zone) || return 1
	others=${PORTSPEC_ZONES-$(cat "$1/zones" 2>/dev/null)}
	uncovered=$(firewall-cmd --get-active-zones | awk -v known=" $zone $others " '
		/^[^ ]/ { zone = $1; next }
		index(known, " " zone " ") == 0 { sub(/^ +/, ""); print "  " zone ": " $0 }')
	[ -z "$uncovered" ] || {
		cat >&2 <<-END
			firewall.sh: the rules would not apply to interfaces and addresses in other zones:
			$uncovered
			remove them from these zones (firewall-cmd --permanent --zone=ZONE --remove-interface=NAME), or name the zones that may keep them: PORTSPEC_ZONES="docker libvirt"
		END
		return 1
	}
}

drop_firewalld() {
	program="firewall-cmd"
	runs_firewalld || program="firewall-offline-cmd"
	"$program" --quiet --set-default-zone="$(cat "$state/zone" 2>/dev/null || echo public)" || "$program" --quiet --set-default-zone=public
	rm -f "$state/zone"
	forget /etc/firewalld
	! runs_firewalld || firewall-cmd --quiet --reload
}

loaded_firewalld() {
	(pack /etc/firewalld)
	firewall-cmd --get-default-zone
	firewall-cmd --zone=portspec --list-all | sed -e 's/ (.*//' -e '/^  interfaces:/d'
	[ ! -e /etc/firewalld/policies/portspec-out.xml ] || firewall-cmd --policy=portspec-out --list-all
}

# Playbooks change other zones, and record their rules there.
records=${state%/*}

save_firewalld() {
	cp -a /etc/firewalld "$1/files"
	[ ! -e "$state/zone" ] || cp "$state/zone" "$1/zone"
	mkdir "$1/records"
	find "$records" -maxdepth 1 -name 'firewalld-*' -exec cp -a {} "$1/records/" \;
}

restore_firewalld() {
	put "$1/files" /etc/firewalld
	rm -f "$state/zone"
	[ ! -e "$1/zone" ] || cp "$1/zone" "$state/zone"
	find "$records" -maxdepth 1 -name 'firewalld-*' -exec rm -f {} \;
	cp -a "$1/records/." "$records/"
	! runs_firewalld || firewall-cmd --quiet --reload
}

# put restores a folder.
put() { # put SAVED FOLDER
	cp -a "$1/." "$2/"
	(cd "$2" && find . -type f) | while IFS= read -r file; do
		[ -e "$1/$file" ] || rm -f "$2/$file"
	done
}
