# Lets forks.py run the programs of Ansible in $HOME, which is deleted at the end. It prints a
# line when it is ready, and ends when standard input does.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
/usr/bin/python3 "$here/forks.py" "$HOME/socket" - ansible-code >&2 &
trap 'kill $! || true; rm -rf "$HOME"' EXIT
until [ -S "$HOME/socket" ]; do
	kill -0 $! # fails if it has ended
	sleep 0.1
done
echo up
cat >/dev/null
