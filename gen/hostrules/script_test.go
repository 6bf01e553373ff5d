package hostrules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/firewalld"
	"github.com/portspec/portspec/gen/hostrules"
	"github.com/portspec/portspec/gen/nftables"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
)

// office writes rules of a site to a folder: ums.nft and ums for nftables and firewalld, and
// the same of database.
func office(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	d := policytest.Office(t, "listed")
	rulesets, found := nftables.GenerateSite(d, policy.Settings{Partial: true})
	configs, more := firewalld.GenerateSite(d, policy.Settings{Partial: true})
	if found.HasErrors() || more.HasErrors() {
		t.Fatal(found, more)
	}
	for _, f := range append(rulesets, configs...) {
		write(t, filepath.Join(dir, strings.TrimPrefix(f.Path, "sites/office/")), f)
	}
	return dir
}

func write(t *testing.T, path string, f gen.File) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, f.Data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// expect reports lines that a script has not printed.
func expect(t *testing.T, out string, lines ...string) {
	t.Helper()
	for _, want := range lines {
		if !strings.Contains("\n"+out, "\n"+want+"\n") {
			t.Errorf("no line %q in\n%s", want, out)
		}
	}
}

func TestShellcheck(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "firewall.sh"), hostrules.Script())
	readers.Run(t, dir, "shellcheck", "-s", "sh", "firewall.sh")
}

// TestSystemd runs the timer and the unit with an imitation of systemd, and restarts the machine
// while rules are on trial.
func TestSystemd(t *testing.T) {
	t.Parallel()
	dir := office(t)
	out := readers.InNetwork(t, dir, `PATH=$PWD/bin:$PATH
export PORTSPEC_STATE=$PWD/state LOG=$PWD/log
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system bin
mount -t tmpfs tmpfs /etc/systemd/system
cat >bin/systemctl <<'END'
#!/bin/sh
echo "systemctl $*" >>"$LOG"
END
cat >bin/systemd-run <<'END'
#!/bin/sh
echo "systemd-run $*" >>"$LOG"
[ ! -e broken ] || exit 1
for word; do
	case $word in
	--on-active=*) seconds=${word#*=} ;;
	--setenv=*) export "${word#*=}" ;;
	--*) ;;
	*) break ;;
	esac
	shift
done
(sleep "$seconds" && exec "$@") >/dev/null 2>&1 9>&- &
END
chmod +x bin/*
unit=/etc/systemd/system/portspec-firewall.service
loaded() { nft list table inet portspec 2>/dev/null | grep -c "$1" || true; }
exists() { if [ -e "$1" ]; then echo yes; else echo no; fi; }

sh firewall.sh apply ums.nft 5
echo "on trial: $(loaded 'table inet') $(exists $unit)"
n=0
while [ -e state/trial ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n + 1)); done
echo "after its time: $(loaded 'table inet') $(exists $unit)"

sh firewall.sh apply ums.nft 600
sh firewall.sh confirm
echo "confirmed: $(loaded os12-websocket) $(exists $unit)"
touch broken
sh firewall.sh apply database.nft 600 || echo "without a timer: $(loaded os12-websocket)"
sh firewall.sh status || echo "differs"
rm broken

sh firewall.sh apply database.nft 600
echo "another: $(loaded os12-websocket)"
echo after-a-restart >boot
mount --bind boot /proc/sys/kernel/random/boot_id
nft flush ruleset
sh firewall.sh confirm || echo "nothing to confirm"
sh -c "$(sed -n 's/^ExecStart=//p' $unit)"
echo "restarted: $(loaded os12-websocket) $(exists state/trial)"
sh firewall.sh status
sh firewall.sh remove
echo "removed: $(loaded 'table inet') $(exists $unit)"
cat log
`, "nft", "ip")
	expect(t, out, "on trial: 1 yes", "after its time: 0 no", "confirmed: 2 yes", "without a timer: 2", "another: 0", "nothing to confirm",
		"restarted: 2 no", "nftables: what was confirmed is set", "removed: 0 no",
		"systemctl --quiet enable portspec-firewall.service", "systemctl --quiet disable portspec-firewall.service")
	if strings.Contains(out, "differs") {
		t.Errorf("something was changed without a timer:\n%s", out)
	}
	if n := strings.Count(out, "\nsystemd-run --quiet --on-active=600 --timer-property=AccuracySec=1s "); n != 3 {
		t.Errorf("%d timers of 600 seconds, want 3:\n%s", n, out)
	}
}

// TestFirewalld sets files of firewalld by the script, confirms, rolls back, and lets time
// run out; and refuses them where zones of others have an interface.
func TestFirewalld(t *testing.T) {
	t.Parallel()
	dir := office(t)
	out := readers.NewNamespace(t, "firewalld", "").Run(t, "cd "+dir+`
set -eu
state=/var/lib/portspec/firewall
ours() { ls /etc/firewalld/*/portspec* 2>/dev/null | wc -l; }
zone() { echo "$(firewall-cmd --get-default-zone)$(nft list table inet firewalld | grep -q 'portspec in dropped' && echo ' drops' || true)"; }
sh firewall.sh status || echo "not yet"
sh firewall.sh apply ums/ 600
echo "applied: $(zone)"
sh firewall.sh rollback
echo "rolled back: $(zone), $(ours) files"
sh firewall.sh apply ums 600
sh firewall.sh confirm
sh firewall.sh status
before=$(ours)
firewall-cmd --zone=portspec --add-port=99/tcp
sh firewall.sh status || echo "changed by others"
sh firewall.sh load
sh firewall.sh status && echo "as confirmed"
firewall-cmd --permanent --zone=work --add-source=10.77.0.0/16
firewall-cmd --reload
sh firewall.sh apply database || echo "another zone"
[ "$(ours)" = "$before" ] && echo "nothing was changed"
PORTSPEC_ZONES=work sh firewall.sh apply database 600
echo "as is: $(zone)"
[ "$(ours)" = "$before" ] || echo "other files"
echo after-a-restart >boot
mount --bind boot /proc/sys/kernel/random/boot_id
sh firewall.sh boot
sh $state/firewall.sh status || echo "outside: work"
PORTSPEC_ZONES=work sh $state/firewall.sh status && echo "as before the restart"
PORTSPEC_ZONES=work sh firewall.sh apply ums/ 600
sh firewall.sh confirm
sh firewall.sh status && echo "the zone is known"
sed 's/port="8443"/port="84430"/' -i ums/services/*
PORTSPEC_ZONES=work sh firewall.sh apply ums || echo "refused"
sh firewall.sh remove
echo "removed: $(zone), $(ours) files"
`)
	expect(t, out, "not yet", "applied: portspec drops", "rolled back: public, 0 files", "firewalld: what was confirmed is set", ">   ports: 99/tcp", "changed by others", "as confirmed",
		"another zone", "  work: sources: 10.77.0.0/16", "nothing was changed", "as is: portspec drops", "other files", "outside: work", "as before the restart", "the zone is known", "refused", "removed: public, 0 files")
}
