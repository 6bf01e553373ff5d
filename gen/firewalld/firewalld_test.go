package firewalld_test

import (
	"bytes"
	"encoding/xml"
	"net/netip"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/firewalld"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/prove"
	"github.com/portspec/portspec/internal/prove/provetest"
	"github.com/portspec/portspec/internal/readers"
)

// configs are those of a deployment.
func configs(t testing.TB, d *model.Deployment, s policy.Settings) []*firewalld.Config {
	t.Helper()
	s.Partial = true
	all, found := firewalld.Configs(d, d.Hosts, s)
	if found.HasErrors() {
		t.Fatal(found)
	}
	return all
}

// TestSites reads the files of the example sites and of random ones back: they permit what
// the site does.
func TestSites(t *testing.T) { provetest.Sites(t, "linux", agree) }

func FuzzSites(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { agree(t, policytest.Random(t, seed, "linux")) })
}

// agree compares files with their site, and returns how many packets were tried.
func agree(t *testing.T, d *model.Deployment) (probes int) {
	for _, c := range configs(t, d, policy.Settings{}) {
		etc := read(t, c.Files)
		probes += provetest.Agree(t, d, c.Host, etc.passes)
	}
	return probes
}

// An etc is /etc/firewalld, as far as it concerns new connections.
type etc struct {
	zone, outbound *list
	services       map[string]service
	ipsets         map[string]ipset
}

type list struct {
	Target string `xml:"target,attr"`
	Rules  []struct {
		Family   string `xml:"family,attr"`
		Priority int    `xml:"priority,attr"`
		Source   *place `xml:"source"`
		To       *place `xml:"destination"`
		Service  *struct {
			Name string `xml:"name,attr"`
		} `xml:"service"`
		Message *struct{} `xml:"icmp-type"`
		Raw     *struct{} `xml:"protocol"`
		Accept  *struct{} `xml:"accept"`
	} `xml:"rule"`
}

type place struct {
	Address string `xml:"address,attr"`
	IPSet   string `xml:"ipset,attr"`
}

type service struct {
	Ports []struct {
		Port     string `xml:"port,attr"`
		Protocol string `xml:"protocol,attr"`
	} `xml:"port"`
}

type ipset struct {
	Type    string   `xml:"type,attr"`
	Entries []string `xml:"entry"`
}

func read(t *testing.T, files []gen.File) *etc {
	t.Helper()
	e := &etc{services: make(map[string]service), ipsets: make(map[string]ipset)}
	for _, f := range files {
		name := strings.TrimSuffix(path.Base(f.Path), ".xml")
		var err error
		switch path.Dir(f.Path) {
		case "zones":
			e.zone = &list{}
			err = xml.Unmarshal(f.Data, e.zone)
		case "policies":
			e.outbound = &list{}
			err = xml.Unmarshal(f.Data, e.outbound)
		case "services":
			var s service
			err = xml.Unmarshal(f.Data, &s)
			e.services[name] = s
		case "ipsets":
			var s ipset
			err = xml.Unmarshal(f.Data, &s)
			e.ipsets[name] = s
			if len(name) > 31 {
				t.Errorf("%s is too long for an ipset", name)
			}
		}
		if err != nil {
			t.Fatalf("%s: %v", f.Path, err)
		}
	}
	return e
}

// passes reports whether a packet passes.
func (e *etc) passes(p prove.Probe) bool {
	of := e.zone
	if p.Out {
		of = e.outbound
	}
	if of == nil {
		return true
	}
	if p.SourcePort == 0 {
		p.SourcePort = 61000
	}
	for _, r := range of.Rules {
		if r.Accept == nil || r.Priority != 0 || r.Service == nil || (r.Family == "ipv4") != p.From.Is4() || !e.has(r.Source, p.From, p) || !e.has(r.To, p.To, p) {
			continue
		}
		for _, port := range e.services[r.Service.Name].Ports {
			if port.Protocol == p.Transport && within(port.Port, p.Port) {
				return true
			}
		}
	}
	return of.Target == "ACCEPT" || of.Target == "CONTINUE"
}

// has reports whether a place holds an address, and the source port if it has any.
func (e *etc) has(at *place, a netip.Addr, p prove.Probe) bool {
	if at == nil {
		return true
	}
	if at.IPSet == "" {
		n, ok := model.ParseNetwork(at.Address)
		return ok && n.Contains(a)
	}
	return slices.ContainsFunc(e.ipsets[at.IPSet].Entries, func(entry string) bool {
		network, port, with := strings.Cut(entry, ",")
		n, ok := model.ParseNetwork(network)
		transport, numbers, _ := strings.Cut(port, ":")
		return ok && n.Contains(a) && (!with || transport == p.Transport && within(numbers, p.SourcePort))
	})
}

func within(ports string, n int) bool {
	from, to, span := strings.Cut(ports, "-")
	if !span {
		to = from
	}
	a, err := strconv.Atoi(from)
	b, err2 := strconv.Atoi(to)
	return err == nil && err2 == nil && a <= n && n <= b
}

// complaint checks a folder of files with firewalld, and returns its errors and warnings, which do
// not change its exit status.
func complaint(t *testing.T, files []gen.File) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range append(files, gen.File{Path: "firewalld.conf", Data: []byte("DefaultZone=portspec\n")}) {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("unshare", "-r", readers.Path(t, "firewall-offline-cmd"), "--system-config", dir, "--check-config")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return err.Error() + ": " + string(out)
	}
	return strings.TrimSpace(strings.TrimSuffix(string(out), "success\n"))
}

// TestChecked checks the files of a site, with outbound traffic listed and free, and of random
// sites with firewalld.
func TestChecked(t *testing.T) {
	for i, d := range []*model.Deployment{
		policytest.Office(t, "listed"), policytest.Random(t, 3, "linux"), policytest.Random(t, 7, "linux"),
	} {
		files := configs(t, d, policy.Settings{Observe: i == 1})[0].Files
		if c := complaint(t, files); c != "" {
			t.Errorf("site %s: firewalld: %s", d.Site.ID, c)
		}
	}
	files := configs(t, policytest.Office(t, "listed"), policy.Settings{})[0].Files
	for i, f := range files {
		files[i].Data = bytes.ReplaceAll(f.Data, []byte(`port="8443"`), []byte(`port="84430"`))
	}
	if complaint(t, files) == "" {
		t.Error("firewalld does not complain about a port of 84430")
	}
}

// TestHostile puts hostile texts into all fields for people, past the schema, which refuses most
// of them. The elements must not depend on them, and firewalld must accept them.
func TestHostile(t *testing.T) {
	shape := func(text string) (string, []gen.File) {
		all := configs(t, policytest.Hostile(t, text), policy.Settings{})
		if len(all) != 1 {
			t.Fatalf("%q: %d hosts", text, len(all))
		}
		var b strings.Builder
		for _, f := range all[0].Files {
			dec := xml.NewDecoder(strings.NewReader(string(f.Data)))
			for {
				token, err := dec.Token()
				if token == nil {
					break
				}
				if err != nil {
					t.Fatalf("%q: %s: %v", text, f.Path, err)
				}
				if start, ok := token.(xml.StartElement); ok {
					b.WriteString(start.Name.Local)
					for _, a := range start.Attr {
						if start.Name.Local != "service" { // named after the flow
							b.WriteString(" " + a.Name.Local + "=" + a.Value)
						}
					}
					b.WriteString("\n")
				}
			}
		}
		return b.String(), all[0].Files
	}
	want, _ := shape("x")
	if !strings.Contains(want, "port port=7443 protocol=tcp") || !strings.Contains(want, "icmp-type name=echo-request") {
		t.Fatalf("not what is expected:\n%s", want)
	}
	for i, text := range policytest.HostileTexts {
		got, files := shape(text)
		if got != want {
			t.Errorf("%q: it has\n%s\nwant\n%s", text, got, want)
		}
		if i%8 == 0 {
			if c := complaint(t, files); c != "" {
				t.Errorf("%q: firewalld: %s", text, c)
			}
		}
	}
}

// TestUnnamed: a message that firewalld has no name for is left out with a finding.
func TestUnnamed(t *testing.T) {
	d := policytest.Hostile(t, "x")
	for _, p := range d.Permits {
		if p.Transport == "icmp" {
			p.Connection.Listener.ICMP = []model.ICMP{{Type: 40}}
		}
	}
	_, found := firewalld.Configs(d, d.Hosts, policy.Settings{})
	if !slices.ContainsFunc(found, func(f diag.Finding) bool {
		return f.Severity == diag.Error && strings.HasSuffix(f.Message, "the firewall has no name for its message")
	}) {
		t.Errorf("found %v", found)
	}
}
