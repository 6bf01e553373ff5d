package html_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/rows"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// hostile returns a catalogue whose texts contain markup, formulas and ends of table cells.
func hostile(c *model.Catalog) *model.Catalog {
	texts := []string{
		`<img src=x onerror=alert(1)>`, `</script><script>alert(1)</script>`, `');alert(1);('`, `=HYPERLINK("https://example.invalid/")`, `a|b`, "`x`\n# y",
		"\u202egpj.exe", `{{ 7*7 }}`, `"quoted", comma`, `javascript:alert(1)`, `&lt;b&gt;`, `@someone #1`, "עברית ordner", `__proto__`, ` leading`, `\`,
	}
	n := 0
	next := func() string {
		n++
		return texts[n%len(texts)]
	}
	p := *c.Products[0]
	p.Name, p.Version = `=HYPERLINK("https://example.invalid/")`, "1 "+next()
	p.Components, p.Flows, p.Features = nil, nil, nil
	for _, component := range c.Products[0].Components {
		x := *component
		x.Name = next()
		p.Components = append(p.Components, &x)
	}
	for _, flow := range c.Products[0].Flows {
		x := *flow
		x.Purpose, x.Note = next(), next()
		p.Flows = append(p.Flows, &x)
	}
	for _, feature := range c.Products[0].Features {
		x := *feature
		x.Name = next()
		p.Features = append(p.Features, &x)
	}
	return &model.Catalog{Products: []*model.Product{&p}, Services: c.Services}
}

// TestExplorerHostile tests that hostile text is shown as text, and exported as the encoders
// of the formats write it. (A dialog, an exception or a request fails the test of any page.)
func TestExplorerHostile(t *testing.T) {
	c, _ := workspace(t)
	c = hostile(c)
	e := explorerOf(t, siteOf(t, c, nil), readers.View{})
	run := url.Values{}
	for _, component := range c.Products[0].Components {
		run.Add("run", c.Products[0].Called()+"/"+component.ID)
	}
	for _, v := range []url.Values{{}, {"view": {"component"}}, {"view": {"listener"}}, run, {"q": {"<img ( \\"}}, {"product": {"<b>"}, "scenario": {"javascript:alert(1)"}}} {
		e.at(v)
		for _, button := range []string{"CSV", "JSON", "Markdown"} {
			e.exported(button)
		}
	}
	e.at(url.Values{})
	var table, md bytes.Buffer
	if err := errors.Join(rows.FlowsCSV(&table, c.Products[0].Connections()), rows.FlowsMarkdown(&md, c.Products[0].Connections())); err != nil {
		t.Fatal(err)
	}
	for button, want := range map[string]string{"CSV": table.String(), "Markdown": md.String()} {
		if got := e.exported(button); got != want {
			t.Errorf("%s is\n%s\nwant\n%s", button, got, want)
		}
	}
	e.Eval(`for (const d of document.querySelectorAll("#explorer details")) d.open = true`, nil)
	e.Eval(`document.querySelector("tbody button").click()`, nil)
	var found struct {
		Elements int
		Text     string
		Purposes []string
	}
	e.Eval(`new Promise((done) => setTimeout(() => done({
		Elements: document.querySelectorAll("#explorer img, #explorer script, #explorer b b, #explorer a[href^=javascript]").length,
		Text: document.querySelector("#explorer").textContent,
		Purposes: [...document.querySelectorAll("tbody .purpose button")].map((b) => b.textContent),
	})))`, &found)
	if found.Elements > 0 || len(found.Purposes) == 0 || strings.ContainsAny(found.Text, "\u202e\u2066") {
		t.Errorf("%+v", found)
	}
	for i, x := range c.Products[0].Connections()[:len(found.Purposes)] {
		if want := gen.Visible(x.Flow.Purpose); found.Purposes[i] != want {
			t.Errorf("shown is %q, want %q", found.Purposes[i], want)
		}
	}
	e.at(run)
	request := e.exported("change request")
	for _, bad := range []string{"<img", "<script", "\u202e", "a|b", "@someone"} {
		if strings.Contains(request, bad) {
			t.Errorf("the request has %q:\n%s", bad, request)
		}
	}
	lines, err := csv.NewReader(strings.NewReader(e.exported("change request as CSV"))).ReadAll()
	if err != nil || len(lines) < 20 {
		t.Fatal(len(lines), err)
	}
	for _, line := range lines {
		for _, cell := range line {
			if safe := gen.CSVCell(cell); safe != cell {
				t.Errorf("a cell is %q, want %q", cell, safe)
			}
		}
	}
}
