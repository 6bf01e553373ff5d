package review

import (
	"bytes"
	"flag"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	goldhtml "github.com/yuin/goldmark/renderer/html"

	"github.com/portspec/portspec/gen/changes"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

var folder = flag.String("pictures", "", "write a picture of each diagram to this folder")

// report returns a report with n entries of everything, each with a text.
func report(n int, text string) *Report {
	r := &Report{Base: "main", Changes: &diff.Changes{}, NoOutputs: text}
	heading := &diff.Heading{Name: text, Version: "1", Components: map[string]string{"server": text}}
	r.Changes.Products = []*diff.Product{{ID: "p", Kind: diff.Changed, Old: heading, New: heading}}
	site := Site{ID: text, Kind: diff.Changed}
	output := Output{Target: "go", Out: text}
	for i := range n {
		t := &diff.Traffic{Flow: "f", From: []string{fmt.Sprintf("c%d", i)}, To: "server", Transport: "tcp", Ports: []model.PortRange{{From: i%65535 + 1, To: i%65535 + 1}}}
		heading.Components[t.From[0]] = fmt.Sprint(i, text)
		a := &diff.Action{Class: diff.MustOpen, Product: "p", After: t, Open: t.Ports}
		if i%2 == 1 {
			a = &diff.Action{Class: diff.MayClose, Product: "p", Before: t, Close: t.Ports}
		}
		r.Changes.Actions = append(r.Changes.Actions, a)
		r.Actions = append(r.Actions, changes.Line{Class: a.Class, Product: text, Text: changes.Columns{text, text, text}, Count: 1})
		r.Others = append(r.Others, changes.Line{Class: diff.Wording, Product: text, Text: changes.Columns{text}, Count: 2})
		f := diag.Finding{Code: diag.Code(fmt.Sprint("PS", 2000+i/3)), Severity: diag.Error, Position: diag.Position{File: text, Line: 1, Column: 1}, Message: text, Hint: text}
		r.New, r.Fixed = append(r.New, f), append(r.Fixed, f)
		rule := &diff.Rule{Direction: []string{"listens", "inbound", "outbound"}[i%3], Peer: text}
		site.Changes = append(site.Changes, &diff.SiteChange{Class: diff.MustOpen, Host: fmt.Sprint(text, i), After: rule})
		site.Rules = append(site.Rules, changes.RuleLine{Class: diff.MustOpen, Text: changes.Columns{text, text}, Hosts: []string{text, text, text, text}, Count: 1})
		output.Changed = append(output.Changed, text)
	}
	r.Sites, r.Outputs = []Site{site}, []Output{output}
	return r
}

const hostile = "@everyone #12 GH-34 octo/repo#5 <img src=x onerror=alert(1)> </details> | [a](https://evil.example) https://evil.example www.evil.example a@evil.example `x` **b** ```mermaid\n\n# h\r\n- l end;\"]:::x -->"

func TestNothing(t *testing.T) {
	r := &Report{Base: "main", Changes: &diff.Changes{}}
	if got := string(r.Markdown()); got != "### portspec: nothing has changed in the specs\n" {
		t.Error(got)
	}
}

// TestHostile reads a report with hostile texts as GitHub does: first as Markdown, then the text
// for mentions and references.
func TestHostile(t *testing.T) {
	data := report(3, hostile).Markdown()
	var page bytes.Buffer
	md := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(goldhtml.WithUnsafe()))
	if err := md.Convert(data, &page); err != nil {
		t.Fatal(err)
	}
	known := regexp.MustCompile(`^</?(h3|h4|ul|li|p|strong|code|table|thead|tbody|tr|th|td|pre|details|summary)( class="language-mermaid")?>$`)
	for _, tag := range regexp.MustCompile(`<[^>]*>`).FindAllString(page.String(), -1) {
		if !known.MatchString(tag) {
			t.Errorf("tag %s in the report", tag)
		}
	}
	if n := strings.Count(page.String(), "</details>"); n != 3 {
		t.Errorf("%d sections are folded, want 3", n)
	}
	text := html.UnescapeString(regexp.MustCompile(`(?s)<pre>.*?</pre>|<[^>]*>`).ReplaceAllString(page.String(), ""))
	for _, pattern := range []string{`@\w`, `#\d`, `(?i)\bgh-\d`} {
		if found := regexp.MustCompile(pattern).FindString(text); found != "" {
			t.Errorf("GitHub would interpret %q", found)
		}
	}
	if !strings.Contains(text, "onerror=alert(1)") {
		t.Error("the text is not shown")
	}
}

// TestSize makes reports of any size: they must not exceed the size of a comment, and must tell
// what is left out.
func TestSize(t *testing.T) {
	for _, n := range []int{0, 1, 2, 10, 39, 40, 41, 100, 1000, 5000} {
		for _, text := range []string{"short", strings.Repeat("long ", 50), strings.Repeat("@<|", 2000), strings.Repeat("😀", 300), hostile} {
			data := report(n, text).Markdown()
			if len(data) > MaxSize {
				t.Errorf("%d of %.10q: %d bytes", n, text, len(data))
			}
			if n >= 1000 {
				for _, command := range []string{"`portspec vet`", "`portspec diff main`", "`portspec diff main --site SITE`"} {
					if !bytes.Contains(data, []byte(command)) {
						t.Errorf("%d of %.10q: does not mention %s", n, text, command)
					}
				}
			}
		}
	}
}

// TestLint checks reports with markdownlint. They begin below the headings of a page, and
// contain the HTML with which GitHub folds sections.
func TestLint(t *testing.T) {
	dir := t.TempDir()
	config := "config:\n  MD013: false\n  MD041: false\n  MD033: {allowed_elements: [code, details, summary]}\n"
	files := map[string]string{".markdownlint-cli2.yaml": config, "nothing.md": string((&Report{Changes: &diff.Changes{}}).Markdown())}
	for _, n := range []int{1, 3, 300} {
		for i, text := range []string{"short", hostile, strings.Repeat("@<|", 200)} {
			files[fmt.Sprintf("%d-%d.md", n, i)] = string(report(n, text).Markdown())
		}
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	readers.Node(t, dir, "markdownlint-cli2", "*.md")
}

// large returns a report about a product with n new or removed connections, between about as
// many components, at one or several ports.
func large(n int, text string) *Report {
	r := &Report{Base: "main", Changes: &diff.Changes{}}
	heading := &diff.Heading{Name: "Large " + text, Version: "1", Components: make(map[string]string)}
	r.Changes.Products = []*diff.Product{{ID: "large", Kind: diff.Changed, Old: heading, New: heading}}
	size := 8 + n/2
	for i := range size {
		heading.Components[fmt.Sprint("c", i)] = fmt.Sprint("Server ", i, " ", text)
	}
	for i := range n {
		from, to := i*7%size, (i*5+3)%size/(1+i%3)
		t := &diff.Traffic{From: []string{fmt.Sprint("c", from)}, To: fmt.Sprint("c", to), Transport: []string{"tcp", "udp", "icmp"}[i%5%3], Back: []string{"", "", "both-ways", "reply"}[i%4]}
		if i%5 > 0 && i%5%3 < 2 {
			t.Ports = []model.PortRange{{From: 1000 + i, To: 1000 + i*(1+i%2)}}
			t.Dynamic = i%7 == 0
		}
		a := &diff.Action{Class: diff.MustOpen, Product: "large", After: t, Open: t.Ports}
		switch i % 3 {
		case 1:
			a = &diff.Action{Class: diff.MayClose, Product: "large", Before: t, Close: t.Ports}
		case 2:
			a.Before, a.Close = t, []model.PortRange{{From: 80, To: 80}}
		}
		r.Changes.Actions = append(r.Changes.Actions, a)
	}
	return r
}

// TestLegible checks in a browser that diagrams in reports can be read on a page that is 900
// pixels wide, and that text is text. Diagrams that are too large are replaced by counts.
func TestLegible(t *testing.T) {
	d := readers.OpenDrawer(t)
	pictures, counted := 0, 0
	for _, n := range []int{1, 2, 5, 10, 20, 41, 80, 500} {
		for i, text := range []string{"short", hostile, strings.Repeat("@<|", 200)} {
			for what, r := range map[string]*Report{"many to one": report(n, text), "large": large(n, text)} {
				name := fmt.Sprintf("%s, %d of text %d", what, n, i)
				data := string(r.Markdown())
				_, rest, ok := strings.Cut(data, "```mermaid\n")
				if !ok {
					counted++
					if !strings.Contains(data, "A diagram would be too large; `portspec diff main` lists them.") {
						t.Errorf("%s: no diagram and no reason", name)
					}
					continue
				}
				pictures++
				diagram, _, _ := strings.Cut(rest, "```\n")
				drawn := d.Draw(diagram)
				if *folder != "" {
					d.Picture(filepath.Join(*folder, name+".png"))
				}
				t.Logf("%s: letters of %.1f, %d boxes, %d arrows, %d bytes", name, drawn.Letters, drawn.Boxes, drawn.Arrows, len(diagram))
				if drawn.Letters < 10.5 || drawn.Arrows == 0 || drawn.Arrows > 60 {
					t.Errorf("%s: letters of %.1f pixels, %d arrows", name, drawn.Letters, drawn.Arrows)
				}
				for _, fault := range append(drawn.Faults, drawn.Foreign...) {
					t.Errorf("%s: %s", name, fault)
				}
			}
		}
	}
	if pictures < 10 || counted < 5 {
		t.Errorf("%d diagrams and %d too large ones; want some of both", pictures, counted)
	}
}

// TestDiagrams checks that boxes show what is new and what is removed, and arrows show which of
// the two applies.
func TestDiagrams(t *testing.T) {
	traffic := func(from, to string, port int) *diff.Traffic {
		return &diff.Traffic{From: []string{from}, To: to, Transport: "tcp", Ports: []model.PortRange{{From: port, To: port}}}
	}
	names := map[string]string{"web": "Web", "app": "App", "db": "DB", "log": "Log"}
	r := &Report{Base: "main", Changes: &diff.Changes{}}
	for i := range mostProducts + 2 {
		p := fmt.Sprint("p", i)
		h := &diff.Heading{Name: "Product", Version: fmt.Sprint(i), Components: names}
		r.Changes.Products = append(r.Changes.Products, &diff.Product{ID: p, Kind: diff.Changed, Old: h, New: h})
		before, after := traffic("app", "db", 1433), traffic("app", "db", 1434)
		r.Changes.Actions = append(
			r.Changes.Actions,
			&diff.Action{Product: p, After: traffic("web", "app", 443), Open: traffic("", "", 443).Ports},
			&diff.Action{Product: p, After: traffic("web", "app", 443), Open: traffic("", "", 443).Ports},
			&diff.Action{Product: p, Before: traffic("app", "log", 514), Close: traffic("", "", 514).Ports},
			&diff.Action{Product: p, Before: before, After: after, Open: after.Ports, Close: before.Ports},
			&diff.Action{Product: p, After: traffic("web", "log", 99), Open: traffic("", "", 99).Ports, Also: []string{"other"}},
		)
	}
	got := string(r.Markdown())
	for _, want := range []string{
		"Product 0: 2 new connections, 2 gone.\n\n```mermaid\n",
		`c_web["<b>Web</b>"]:::component`,
		`c_app["<b>App</b><br/>+ TCP 443"]`,
		`c_db["<b>DB</b><br/>+ TCP 1434<br/>#8722; TCP 1433"]`,
		`c_log["<b>Log</b><br/>#8722; TCP 514"]`,
		"c_web ==> c_app\n", "c_app -.-> c_log\n", "c_app --> c_db\n",
		"\nNot drawn: 2 more products. `portspec diff main` lists all.\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	for _, none := range []string{"subgraph", "c_web ==> c_log", "-.->|", "Product 4"} {
		if strings.Contains(got, none) {
			t.Errorf("%s in\n%s", none, got)
		}
	}
}

// TestAlike merges findings with the same code into one entry, errors first.
func TestAlike(t *testing.T) {
	var list diag.List
	for i := range 200 {
		f := diag.Finding{Code: "PS3001", Severity: diag.Warning, Message: fmt.Sprint("row ", i)}
		if i == 150 {
			f = diag.Finding{Code: "PS2101", Severity: diag.Error, Message: "no component"}
		}
		list = append(list, f)
	}
	lines := findings(list)
	if len(lines) != 2 || lines[0].count != 1 || lines[1].count != 199 || !strings.HasPrefix(lines[0].text(), "- **error** PS2101: no component") {
		t.Fatalf("%+v", lines)
	}
	for _, want := range []string{"PS3001, 199 times", "\n  - row 0\n", "and 196 more"} {
		if !strings.Contains(lines[1].text(), want) {
			t.Errorf("no %q in %s", want, lines[1].text())
		}
	}
}
