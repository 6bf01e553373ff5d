# There are no generated rules for ufw; playbooks change it.

save_ufw() {
	cp -a /etc/ufw "$1/files"
	cp -a /etc/default/ufw "$1/defaults"
}

restore_ufw() {
	put "$1/files" /etc/ufw
	cp -a "$1/defaults" /etc/default/ufw
	if grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf; then ufw reload; else ufw --force disable; fi >/dev/null
}
