#!/bin/sh
# Installs the programs that read what portspec generates, for its tests: from
# Debian's packages what this machine lacks, from the npm registry what
# package-lock.json pins, from the Go module proxy what tools/go.mod pins.
# It can be run again: whatever is installed is left alone.
set -eu
cd "$(dirname "$0")"

PATH=$PATH:/usr/sbin:/sbin
missing=
need() { # need COMMAND PACKAGE
	command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need ansible-playbook ansible
need ansible-lint ansible-lint
need yamllint yamllint
need chromium chromium
need git git
need pre-commit pre-commit
need aclgen python3-capirca
need ip iproute2
need ss iproute2
need nmap nmap
need node nodejs
need npm npm
need xmllint libxml2-utils
need iptables iptables
need ufw ufw
need nft nftables
need conntrack conntrack
need shellcheck shellcheck
need dbus-daemon dbus-daemon
need firewalld firewalld
need hugo hugo
need mkdocs mkdocs
/usr/bin/python3 -c 'import openpyxl' 2>/dev/null || missing="$missing python3-openpyxl"
[ -d /usr/share/mkdocs/themes/material ] || [ -d /usr/lib/python3/dist-packages/material ] || missing="$missing mkdocs-material"
if [ -n "$missing" ]; then
	sudo=
	[ "$(id -u)" = 0 ] || sudo=sudo
	echo "installing$missing"
	case $missing in
	*firewalld*)
		# Its package would start it, and the system at every boot. Tests start
		# their own, in a network namespace; ufw stays off unless it is enabled.
		$sudo mkdir -p /etc/systemd/system
		$sudo ln -sfn /dev/null /etc/systemd/system/firewalld.service
		;;
	esac
	$sudo apt-get update -q
	# shellcheck disable=SC2086 # a list of words
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -q -y --no-install-recommends $missing
fi

# npm ci starts over each time, so it runs only when the lock file changed.
stamp=node_modules/.installed
if ! cmp -s package-lock.json "$stamp"; then
	# The browser is Debian's; puppeteer must not fetch its own.
	PUPPETEER_SKIP_DOWNLOAD=1 npm ci --ignore-scripts
	# This is what the package's own script does.
	chmod u+x node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool
	cp package-lock.json "$stamp"
fi

# Its go.mod pins the versions of what it is built from.
"${GO:-go}" -C netpol build -o ../../../bin/tools/netpol .
