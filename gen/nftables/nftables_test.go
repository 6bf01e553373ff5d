package nftables

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/resolve"
)

var embedded = sync.OnceValues(func() (*load.Result, error) { return load.Embedded(context.Background()) })

// office is a site with Linux hosts that have addresses of both families.
func office(t testing.TB, outbound string) *model.Deployment {
	t.Helper()
	r, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	d, found := resolve.Site(r.Available, &model.Site{
		ID: "office",
		Products: []*model.Use{{Product: "igel-ums", Features: map[string][]string{
			"database": {"postgresql"}, "network-registration": {"off"},
		}, Without: []string{"os11-device"}}},
		Services: []*model.Location{{What: "active-directory", Endpoints: model.Endpoints{Addresses: []string{"10.1.0.5"}}}},
		Hosts: []*model.Host{
			{ID: "ums", OS: "linux", Addresses: []string{"10.1.0.11", "2001:db8::11"}, Count: 1, Runs: []model.Place{"igel-ums/ums-server"}},
			{ID: "database", OS: "linux", Addresses: []string{"10.1.0.12", "2001:db8::12"}, Count: 1, Runs: []model.Place{"igel-ums/postgresql"}},
			{ID: "console", OS: "windows", Addresses: []string{"10.9.0.77"}, Count: 1, Runs: []model.Place{"igel-ums/ums-console", "igel-ums/ums-web-app"}},
			{ID: "devices", OS: "igel-os", Addresses: []string{"10.30.0.0/20", "2001:db8:30::/64"}, Count: 300, Runs: []model.Place{"igel-ums/os12-device"}},
		},
		Firewall: &model.Firewall{Outbound: outbound, Management: []*model.Management{
			{ID: "admins", From: []string{"10.9.0.0/24", "10.9.0.5", "2001:db8:9::/64"}, Transport: "tcp", Ports: []int{22, 443}},
			{ID: "backup", From: []string{"10.9.0.0/25"}, Transport: "tcp", Ports: []int{22}, Hosts: []string{"database"}},
			{ID: "time", To: []string{"10.1.0.1"}, Transport: "udp", Ports: []int{123}},
		}},
	})
	if found.HasErrors() {
		t.Fatal(found)
	}
	return d
}

// TestLoads has nft load rulesets into a network namespace, one over the other.
func TestLoads(t *testing.T) {
	dir := t.TempDir()
	var script strings.Builder
	script.WriteString("set -eu\n")
	for _, outbound := range []string{"free", "listed", "free"} {
		for _, observe := range []bool{false, true} {
			files, found := GenerateSite(office(t, outbound), Options{Observe: observe, Partial: true})
			if found.HasErrors() {
				t.Fatal(found)
			}
			for _, f := range files {
				name := filepath.Join(dir, outbound, map[bool]string{true: "observe", false: "enforce"}[observe], filepath.Base(f.Path))
				if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(name, f.Data, 0o666); err != nil {
					t.Fatal(err)
				}
				if strings.HasSuffix(name, ".nft") {
					script.WriteString(readers.Path(t, "nft") + " -f " + name + "\n")
				}
			}
		}
	}
	script.WriteString(readers.Path(t, "nft") + " list ruleset\n")
	t.Log(readers.Run(t, dir, "unshare", "-rn", "sh", "-c", script.String()))
}
