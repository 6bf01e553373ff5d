package resolve_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/readers"
)

// TestSpoiledSites introduces faults in sites that choose what specs leave open: cue vet alone
// must reject them.
func TestSpoiledSites(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "testdata", "kinds"))); err != nil {
		t.Fatal(err)
	}
	// The module of the schema stays where it is.
	module := filepath.Join(dir, "cue.mod", "local-module.cue")
	text, err := os.ReadFile(module)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(module, []byte(strings.Replace(string(text), `"../.."`, strconv.Quote(filepath.ToSlash(root)), 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ site, old, new, want string }{
		{"instances", "settings: instance: 1", "settings: instance: 1", ""},
		{"instances", "settings: instance: 1", "settings: instance: 98", "instance of app-server must be from 0 to 97; got 98"},
		{"instances", "settings: instance: 1", "settings: instanze: 1", "no setting instanze in app-server"},
		{"instances", `"app-server": instance: 42`, `"app-server": instance: 98`, "instance of app-server must be from 0 to 97; got 98"},
		{"instances", `"app-server": instance: 42`, `"other": instance: 42`, "host app2 does not run other, whose settings it changes"},
		{"instances", "site: \"instances\"", "site: \"instances\", products: \"app-server\": directions: dialogs: \"both\"", "the spec fixes the direction of flow dialogs"},
		{"instances", "site: \"instances\"", "site: \"instances\", products: \"app-server\": suffices: nothing: \"one\"", "no flow nothing in app-server"},
		{"instances", "site: \"instances\"", "site: \"instances\", products: \"app-server\": transports: server: gateway: [\"udp\"]", "the spec fixes the transports of gateway"},
		{"instances", "site: \"instances\"", "site: \"instances\", products: \"app-server\": bind: server: gateway: \"any\"", "the spec fixes bind of gateway"},
		{"instances", "site: \"instances\"", `site: "instances", firewall: {outbound: "free", management: admins: {from: ["10.9.0.1"], ports: [22], hosts: ["app3"]}}`, "no host app3 in the site"},
		{"instances", "site: \"instances\"", `site: "instances", firewall: {outbound: "free", management: {}}`, "management needs an entry"},
		{"instances", "site: \"instances\"", `site: "instances", firewall: {outbound: "free", management: admins: {ports: [22]}}`, "management needs either from or to"},
		{"instances", "site: \"instances\"", `site: "instances", firewall: {outbound: "free", management: admins: {from: ["10.9.0.1"], ports: [22]}, permits: "app-server/nothing": {}}`, "the site uses no product with a flow app-server/nothing"},
	} {
		name := filepath.Join(dir, "sites", c.site, "site.cue")
		text, err := os.ReadFile(filepath.Join(root, "testdata", "kinds", "sites", c.site, "site.cue"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), c.old) {
			t.Fatalf("%s has no %s", name, c.old)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(text), c.old, c.new, 1)), 0o666); err != nil {
			t.Fatal(err)
		}
		out, err := readers.Try(t, dir, filepath.Join(readers.Tools(), "cue"), "vet", "-c", "-E", "./sites/"+c.site)
		if (err == nil) != (c.want == "") || !strings.Contains(out, c.want) {
			t.Errorf("%s: cue says %q, want %q", c.new, out, c.want)
		}
	}
}
