package betweentest

import (
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
	"github.com/portspec/portspec/internal/policy/policytest"
)

// Text returns the one file that a target makes for a site.
func Text(t testing.TB, files []gen.File, found diag.List) string {
	t.Helper()
	if found.HasErrors() || len(files) != 1 {
		t.Fatalf("%d files, %v", len(files), found)
	}
	return string(files[0].Data)
}

// Agree compares the texts that a target generates for the example sites and for random ones with
// these sites.
func Agree(t *testing.T, read func(*model.Deployment) Reader) {
	t.Helper()
	passed := 0
	for _, d := range Sites(t, 12) {
		passed += read(d).Compare(t, d)
	}
	if passed < 500 {
		t.Errorf("only %d packets were to pass", passed)
	}
}

// Spoiled changes a text in several ways; the comparison has to notice each change.
func Spoiled(t *testing.T, d *model.Deployment, text string, read func(text string) Reader, changes ...[2]string) {
	t.Helper()
	for _, change := range changes {
		spoiled := strings.Replace(text, change[0], change[1], 1)
		if spoiled == text {
			t.Fatalf("nothing is spoiled by %q", change)
		}
		wrong := &testing.T{}
		read(spoiled).Compare(wrong, d)
		if !wrong.Failed() {
			t.Errorf("%q is not noticed", change)
		}
	}
}

// LastDay sets a last day for each flow of a random site in turn: the text permits the flow on that
// day, and not on the day after.
func LastDay(t *testing.T, read func(*model.Deployment) Reader) {
	t.Helper()
	ended := 0
	d := policytest.Zoned(t, 10, "linux")
	for _, p := range d.Permits {
		flow := p.Connection.Product.ID + "/" + p.Connection.Flow.ID
		d.Site.Firewall.Permits = []*model.PermitRecord{{Flow: flow, Until: "2028-02-28"}} // before a leap day
		r := read(d)
		r.Day = "2028-02-28"
		before := r.Compare(t, d)
		r.Day, r.Gone = "2028-02-29", flow
		ended += before - r.Compare(t, d)
	}
	if ended < 20 {
		t.Errorf("only %d packets pass on the last day and not on the next", ended)
	}
}

// Hostile generates rules for a site with hostile texts in all fields that people write: known
// ones and, with -fuzz, random ones. The rules have to be the same as with a harmless text, except
// for comments and names that depend on content, which bare removes. read parses the rules, and
// may be nil.
func Hostile(f *testing.F, generate func(*model.Deployment, policy.Settings) ([]gen.File, diag.List), bare func(string) string, read func(t *testing.T, text string)) {
	for _, text := range policytest.HostileTexts {
		f.Add(text)
	}
	made := func(t testing.TB, text string) string {
		files, _ := generate(hostile(t, text), policy.Settings{Partial: true})
		if len(files) == 0 {
			t.Fatalf("%q: no file", text)
		}
		all := ""
		for _, file := range files {
			all += file.Path[strings.LastIndex(file.Path, "/"):] + "\n" + string(file.Data)
		}
		return all
	}
	want := bare(made(f, "x"))
	f.Fuzz(func(t *testing.T, text string) {
		got := made(t, text)
		if bare(got) != want {
			t.Errorf("%q:\n%s\nwant\n%s", text, bare(got), want)
		}
		if _, body, _ := strings.Cut(got, "\n"); read != nil {
			read(t, body)
		}
	})
}

// hostile puts the ends of a site with hostile texts into two zones. Ids of zones are names of
// interfaces: they are checked, not encoded.
func hostile(t testing.TB, text string) *model.Deployment {
	d := policytest.Hostile(t, text)
	d.Site.Zones = []*model.NetworkZone{
		{ID: "inner", Name: text, Networks: []string{"10.1.0.0/16"}}, {ID: "outer", Name: text, Networks: []string{"10.2.0.0/16", "10.9.0.0/16"}},
	}
	for i, h := range d.Hosts {
		h.NetZone = []string{"inner", "outer"}[i]
	}
	for _, p := range d.Permits {
		for _, e := range slices.Concat(p.From, p.To) {
			e.NetZone = e.Host.NetZone
		}
	}
	return d
}

// ReadNames reports if two things in a text have the same name but different content, or if a name
// is longer than most.
func ReadNames(t testing.TB, seen map[string]string, name, content string, most int) {
	t.Helper()
	if before, there := seen[name]; there && before != content {
		t.Errorf("%s is %q and %q", name, before, content)
	}
	if len(name) > most {
		t.Errorf("%s has %d characters, and the device allows %d", name, len(name), most)
	}
	seen[name] = content
}
