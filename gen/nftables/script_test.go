package nftables

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
)

// written writes the files of a site to a new folder, and returns the folder.
func written(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files, found := GenerateSite(policytest.Office(t, "free"), policy.Settings{Partial: true})
	if found.HasErrors() {
		t.Fatal(found)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(f.Path)), f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// inNamespace runs a shell script as root of a network namespace of its own.
func inNamespace(t *testing.T, dir, script string) string {
	t.Helper()
	return readers.InNetwork(t, dir, "export PORTSPEC_STATE=$PWD/state\n"+script, "nft", "ip", "conntrack")
}

// TestScript applies rulesets, confirms, rolls back, and lets the time to confirm run out.
func TestScript(t *testing.T) {
	out := inNamespace(t, written(t), `
loaded() { nft list table inet portspec 2>/dev/null | grep -c "$1" || true; }
sh firewall.sh apply ums.nft 60
echo "applied: $(loaded 'os12-websocket')"
sh firewall.sh rollback
echo "rolled back to none: $(loaded 'table inet')"
sh firewall.sh apply ums.nft 60
sh firewall.sh confirm
echo "confirmed: $(loaded 'os12-websocket')"
sh firewall.sh apply database.nft 5
echo "another: $(loaded 'database-postgresql')"
n=0
while [ -e state/trial ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
echo "after its time: $(loaded 'database-postgresql') $(loaded 'os12-websocket')"
sh firewall.sh confirm || echo "nothing to confirm"
echo 'table inet portspec { wrong' >wrong.nft
sh firewall.sh apply wrong.nft || echo "refused: $(loaded 'os12-websocket')"
sh firewall.sh apply missing.nft || echo "missing: $(loaded 'os12-websocket')"
sh firewall.sh apply ums.nft soon || echo "no number"
sh firewall.sh || echo "no word"
nft add table inet other
sh firewall.sh remove
nft list tables
ls state
`)
	for _, want := range []string{
		"applied: 2\n", "rolled back to none: 0\n", "confirmed: 2\n", "another: 2\n", "after its time: 0 2\n", "nothing to confirm\n",
		"refused: 2\n", "missing: 2\n", "no number\n", "no word\n", "table inet other\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// TestLeftovers opens two connections, and removes the permit of one.
func TestLeftovers(t *testing.T) {
	out := inNamespace(t, written(t), `
ip link set lo up
ip link add v0 type veth peer name v1
unshare -n sh -c 'read -r pid rest </proc/self/stat; echo /proc/$pid/ns/net >peer; exec sleep 120' & # $$ is not its number in /proc
while ! [ -s peer ]; do sleep 0.05; done
peer=$(cat peer)
ip link set v1 netns "$peer"
in_peer() { nsenter --net="$peer" "$@"; }
ip addr add 10.1.0.11/32 dev v0; ip link set v0 up; ip route add 10.30.0.0/20 dev v0; ip route add 10.9.0.0/24 dev v0
in_peer ip link set lo up; in_peer ip link set v1 up; in_peer ip addr add 10.30.0.9/32 dev v1; in_peer ip addr add 10.9.0.9/32 dev v1; in_peer ip route add 10.1.0.11/32 dev v1
nft -f ums.nft
python3 - <<'PY' &
import socket, time
for port in (8443, 22):
    s = socket.create_server(("10.1.0.11", port)); s.listen(); globals()["s%d" % port] = s
time.sleep(60)
PY
in_peer python3 - <<'PY' &
import socket, time
def connect(port, source):
    for _ in range(300):
        try:
            return socket.create_connection(("10.1.0.11", port), source_address=(source, 0))
        except ConnectionRefusedError:
            time.sleep(0.1)
a, b = connect(8443, "10.30.0.9"), connect(22, "10.9.0.9")
open("connected", "w").write("yes")
time.sleep(60)
PY
while ! [ -s connected ]; do sleep 0.05; done
echo "before:"
sh firewall.sh leftovers
nft delete element inet portspec in4 '{ 10.30.0.0/20 . tcp . 8443 }'
echo "after:"
sh firewall.sh leftovers
`)
	before, after, _ := strings.Cut(out[strings.Index(out, "before:"):], "after:")
	if strings.Contains(before, "conntrack -D") {
		t.Errorf("leftovers before the permit was removed:\n%s", before)
	}
	if n := strings.Count(after, "conntrack -D -p tcp -s 10.30.0.9 -d 10.1.0.11 --sport "); n != 1 || strings.Count(after, "conntrack -D") != 1 {
		t.Errorf("want one leftover connection:\n%s", after)
	}
}
