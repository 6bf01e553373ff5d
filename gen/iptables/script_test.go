package iptables_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen/iptables"
	"github.com/portspec/portspec/gen/nftables"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
)

// TestScript applies rules beside those of others, confirms, rolls back, lets time run out,
// and moves on to nftables.
func TestScript(t *testing.T) {
	dir := t.TempDir()
	d := policytest.Office(t, "listed")
	files, found := iptables.GenerateSite(d, policy.Settings{Partial: true})
	more, _ := nftables.GenerateSite(d, policy.Settings{Partial: true})
	if found.HasErrors() {
		t.Fatal(found)
	}
	for _, f := range append(more, files...) {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(f.Path)), f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	out := readers.InNetwork(t, dir, `export PORTSPEC_STATE=$PWD/state
calls() { iptables -S | grep -c -- "-j PORTSPEC" || true; ip6tables -S | grep -c -- "-j PORTSPEC" || true; }
loaded() { iptables -S PORTSPEC-IN 2>/dev/null | grep -c "$1" || true; }
iptables -N DOCKER-USER
iptables -A FORWARD -j DOCKER-USER
iptables -A INPUT -p tcp --dport 9 -j ACCEPT
sh firewall.sh apply ums.rules.v4 60
sh firewall.sh apply ums.rules.v4 60
echo "applied: $(loaded os12-websocket), called" $(calls)
sh firewall.sh rollback
echo "rolled back to none: $(loaded os12-websocket), called" $(calls)
sh firewall.sh apply ums.rules.v4
sh firewall.sh confirm
sh firewall.sh apply database.rules.v4 5
echo "another: $(loaded database-postgresql)"
n=0
while [ -e state/trial ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
echo "after its time: $(loaded database-postgresql) $(loaded os12-websocket), called" $(calls)
iptables -F PORTSPEC-IN
sh firewall.sh load
echo "at boot: $(loaded os12-websocket)"
sed 's/8443/99999/' ums.rules.v6 >wrong.rules.v6
cp ums.rules.v4 wrong.rules.v4
sh firewall.sh apply wrong.rules.v4 || echo "refused: $(loaded os12-websocket)"
rm wrong.rules.v6
sh firewall.sh apply wrong.rules.v4 || echo "half: $(loaded os12-websocket)"
sh firewall.sh leftovers || echo "no leftovers"
sh firewall.sh apply ums.nft
echo "both: $(loaded os12-websocket) $(nft list table inet portspec | grep -c os12-websocket)"
sh firewall.sh rollback
echo "back: $(loaded os12-websocket) $(nft list tables | grep -c portspec)"
sh firewall.sh apply ums.nft
sh firewall.sh confirm
echo "moved: $(loaded os12-websocket) $(nft list table inet portspec | grep -c os12-websocket)"
sh firewall.sh run iptables -A INPUT -p tcp --dport 10 -j ACCEPT || echo "not on trial"
sh firewall.sh hold iptables 600
sh firewall.sh run iptables -A PORTSPEC-NEW -j ACCEPT || echo "its own status: $?"
sh firewall.sh run iptables -N PORTSPEC-IN
echo "held: $(iptables -S PORTSPEC-IN)"
sh firewall.sh rollback
sh firewall.sh remove
iptables -S
ls state
`, "iptables", "ip6tables", "nft")
	for _, want := range []string{
		"applied: 1, called 2 2\n", "rolled back to none: 0, called 0 0\n", "another: 1\n", "after its time: 0 1, called 2 2\n", "at boot: 1\n",
		"refused: 1\n", "half: 1\n", "no leftovers\n", "both: 1 2\n", "back: 1 0\n", "moved: 0 2\n", "not on trial\n", "its own status: 1\n", "held: -N PORTSPEC-IN\n", "-A FORWARD -j DOCKER-USER\n", "-A INPUT -p tcp -m tcp --dport 9 -j ACCEPT\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	if rest := out[strings.LastIndex(out, "removed"):]; strings.Contains(rest, "PORTSPEC") {
		t.Errorf("not all is removed:\n%s", rest)
	}
}
