package capirca

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/portspec/portspec/gen/between/betweentest"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
	"github.com/portspec/portspec/internal/readers"
)

// A term is a term of a policy as Capirca has read it.
type term struct {
	Name, Action, Comment string
	Sources, Destinations []string
	Protocols             []string
	SourcePorts           [][2]int `json:"source_ports"`
	Ports                 [][2]int
	Types                 []string
	Expiration            string // the first day without it
}

// written writes the files of a site, with a platform for each policy.
func written(t *testing.T, d *model.Deployment) string {
	t.Helper()
	files, found := GenerateSite(d, policy.Settings{Partial: true})
	if found.HasErrors() || len(files) < 3 {
		t.Fatal(d.Site.ID, len(files), found)
	}
	dir := t.TempDir()
	for _, f := range files {
		put(t, filepath.Join(dir, strings.TrimPrefix(f.Path, "sites/"+d.Site.ID)), f.Data)
		if name, ok := strings.CutSuffix(filepath.Base(f.Path), ".pol"); ok {
			put(t, filepath.Join(dir, "platforms", name+".inc"), []byte("  target:: juniper "+name+" inet\n  target:: cisco "+name+"-6 inet6\n"))
		}
	}
	return dir
}

func put(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

// parsed returns the files of a site as Capirca reads them.
func parsed(t *testing.T, d *model.Deployment) map[string][]term {
	t.Helper()
	dir := written(t, d)
	cmd := exec.Command("/usr/bin/python3", filepath.Join(readers.Dir(), "capirca-parse.py"), dir)
	if _, err := os.Stat("/usr/bin/aclgen"); err != nil {
		t.Fatal(readers.Missing("aclgen"))
	}
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, errs.String(), out)
	}
	var all map[string][]term
	if err := json.Unmarshal(out, &all); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return all
}

// TestSites compares what Capirca has read with the sites.
func TestSites(t *testing.T) {
	passed := 0
	for _, d := range betweentest.Sites(t, 6) {
		all := parsed(t, d)
		passed += reader(t, all).Compare(t, d)
	}
	if passed < 300 {
		t.Errorf("only %d packets were to pass", passed)
	}
}

// TestLastDay checks that permits end with their last day.
func TestLastDay(t *testing.T) {
	betweentest.LastDay(t, func(d *model.Deployment) betweentest.Reader { return reader(t, parsed(t, d)) })
}

func reader(t *testing.T, all map[string][]term) betweentest.Reader {
	t.Helper()
	rules := make(map[string][]betweentest.Permit)
	for name, terms := range all {
		for i, x := range terms {
			if last := i == len(terms)-1; last != (x.Action == "deny") || last != (len(x.Sources) == 0) {
				t.Fatalf("%s: %+v", name, x)
			} else if last {
				continue
			}
			r := betweentest.Permit{Services: services(x)}
			if x.Expiration != "" {
				day, err := time.Parse(time.DateOnly, x.Expiration)
				if err != nil {
					t.Fatal(err)
				}
				r.Until = day.AddDate(0, 0, -1).Format(time.DateOnly)
			}
			for _, a := range x.Sources {
				r.Sources = append(r.Sources, betweentest.SpanOf(t, a))
			}
			for _, a := range x.Destinations {
				r.Destinations = append(r.Destinations, betweentest.SpanOf(t, a))
			}
			rules[name] = append(rules[name], r)
		}
	}
	return betweentest.Reader{Takes: device.Takes, Permits: func(p betweentest.Packet) bool {
		return slices.ContainsFunc(rules[p.FromZone+"_to_"+p.ToZone], func(r betweentest.Permit) bool { return r.Permits(p, p.To) })
	}}
}

// services are all that a term is for.
func services(x term) []betweentest.Service {
	some := func(list [][2]int) [][2]int {
		if len(list) == 0 {
			return [][2]int{{}}
		}
		return list
	}
	var all []betweentest.Service
	for _, transport := range x.Protocols {
		for _, from := range some(x.SourcePorts) {
			for _, to := range some(x.Ports) {
				s := betweentest.Service{Transport: transport, Sources: from, Port: to, ICMPType: -1}
				if len(x.Types) > 0 {
					s.ICMPType = 255
					if slices.Contains(x.Types, "echo-request") {
						s.ICMPType = 8
					}
				}
				all = append(all, s)
			}
		}
	}
	return all
}

// TestPrograms writes filters for two platforms with Capirca.
func TestPrograms(t *testing.T) {
	for _, d := range []*model.Deployment{betweentest.Sites(t, 0)[0], policytest.Zoned(t, 10, "linux")} {
		dir := written(t, d)
		out := filepath.Join(dir, "out")
		if err := os.Mkdir(out, 0o777); err != nil {
			t.Fatal(err)
		}
		readers.Run(t, dir, "/usr/bin/aclgen", "--base_directory", ".", "--definitions_directory", "def", "--output_directory", "out")
		made, err := filepath.Glob(filepath.Join(out, "*.jcl"))
		if err != nil || len(made) == 0 {
			t.Fatalf("site %s: no filters, %v", d.Site.ID, err)
		}
		text := ""
		for _, name := range made {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			text += string(data)
		}
		if !strings.Contains(text, "destination-port 3389") && !strings.Contains(text, "destination-port [") || !strings.Contains(text, "default-deny") {
			t.Errorf("site %s:\n%s", d.Site.ID, text)
		}
	}
}

// FuzzHostile puts hostile texts into all fields for people: the commands stay the same.
func FuzzHostile(f *testing.F) {
	free := regexp.MustCompile(`(?m)^#.*$|comment:: "[^"\n]*"$|portspec-r-[0-9a-f]+`)
	bare := func(s string) string { return free.ReplaceAllString(s, "") }
	betweentest.Hostile(f, GenerateSite, bare, nil)
}
