#
# Sets rules that portspec generated, with rollback. As root:
#
#   sh firewall.sh apply RULES [SECONDS]    set them; roll back after SECONDS (60) without confirm
#   sh firewall.sh confirm                  keep them, now and when the machine starts
#   sh firewall.sh rollback                 go back to what was set before
#   sh firewall.sh status                   compare what is set with what was confirmed
#   sh firewall.sh load                     set the confirmed rules again
#   sh firewall.sh boot                     the same when the machine starts
#   sh firewall.sh leftovers                list open connections that the rules no longer let in (nftables)
#   sh firewall.sh remove                   remove the rules
#   sh firewall.sh hold FIREWALL [SECONDS]  change nothing now, but make FIREWALL, or ufw, go back to its
#                                           present rules unless changes by other means are confirmed
#   sh firewall.sh run COMMAND...           run a command that changes it, unless it has gone back already
#
# RULES is HOST.nft for nftables; HOST.rules.v4 for iptables, with HOST.rules.v6 beside it;
# or the folder HOST for firewalld. When the machine restarts, rules that were confirmed are
# set, and rules on trial are not. With systemd, portspec-firewall.service does that; without
# it, have boot run before the network is up.
#
# PORTSPEC_STATE is the folder for the script's files; the default is
# /var/lib/portspec/firewall. PORTSPEC_ZONES are zones of firewalld that may keep their own
# interfaces or addresses, such as "docker libvirt".
set -eu
PATH=$PATH:/usr/sbin:/sbin
LC_ALL=C
export LC_ALL

state=${PORTSPEC_STATE:-/var/lib/portspec/firewall}
confirmed=$state/confirmed
# While rules are on trial, the folder $trial has
#   saved/FIREWALL  what was set before
#   confirmed       what was confirmed before
#   rules           the rules on trial; none if others change the firewall (hold)
#   mark            the name of the timer that rolls back
#   boot            the id of the current start of the machine
trial=$state/trial
service=portspec-firewall.service
unit=/etc/systemd/system/$service

fail() {
	echo "firewall.sh: $*" >&2
	exit 1
}

# For each firewall:
#   keep_    copies RULES into a folder
#   check_   lets the firewall check them there
#   load_    replaces the previous rules with them
#   drop_    removes them
#   loaded_  prints what is set
#   save_    saves what is set in a folder
#   restore_ goes back to that
