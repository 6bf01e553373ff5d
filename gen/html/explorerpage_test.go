package html_test

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen/html/explorer"
	"github.com/portspec/portspec/gen/request"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/readers"
)

// many returns copies of the products of a catalogue with different names and purposes.
func many(c *model.Catalog, n int) *model.Catalog {
	all := &model.Catalog{Services: c.Services}
	for i := range n {
		of := c.Products[i%len(c.Products)]
		p := *of
		p.ID, p.Name = fmt.Sprintf("%s-%03d", of.ID, i), fmt.Sprintf("%s %03d", of.Name, i)
		p.Components, p.Flows = nil, nil
		for _, component := range of.Components {
			x := *component
			x.Name = fmt.Sprintf("%s %03d", x.Name, i)
			p.Components = append(p.Components, &x)
		}
		for _, flow := range of.Flows {
			x := *flow
			x.Purpose = fmt.Sprintf("%s (%03d)", x.Purpose, i)
			p.Flows = append(p.Flows, &x)
		}
		all.Products = append(all.Products, &p)
	}
	all.Sort()
	return all
}

// manyFlows writes a site whose explorer has 1,000 products with more than 40,000 flows.
func manyFlows(t testing.TB) string {
	t.Helper()
	c, _ := workspace(t)
	dir := siteOf(t, c, nil)
	flows := explorer.NewFlows(nil)
	for i, p := range many(c, 1000).Products {
		flows.Add(i, p, "index.html", func(flow string) string { return "flow-" + flow })
	}
	f := flows.File(c.Services)
	if err := os.WriteFile(filepath.Join(dir, f.Path), f.Data, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestExplorerSize opens the explorer with 1,000 products and more than 40,000 flows: only the
// visible rows are in the page. BenchmarkExplorer compares a keystroke with a plain scan of
// the same texts in the same page.
func TestExplorerSize(t *testing.T) {
	e := explorerOf(t, manyFlows(t), readers.View{})
	var seen struct {
		Count     string
		Rows, All int
		Visible   float64
	}
	const look = `(() => {
		const list = document.querySelector(".list"), rows = list.querySelectorAll("tbody tr");
		return {Count: document.querySelector(".count").textContent, Rows: rows.length, All: Number(list.querySelector("table").ariaRowCount),
			Visible: list.clientHeight / rows[0].getBoundingClientRect().height};
	})()`
	check := func(at string) {
		t.Helper()
		e.Eval(look, &seen)
		if seen.Rows < 5 || float64(seen.Rows) > seen.Visible+1 {
			t.Errorf("%s: %d rows are in the page, %.1f are visible", at, seen.Rows, seen.Visible)
		}
	}
	check("begin")
	if seen.All < 40_000 || !strings.HasPrefix(seen.Count, "44,") {
		t.Errorf("%+v", seen)
	}
	e.Eval(`document.querySelector(".list").scrollTop = 1e6; new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`, nil)
	check("in the middle")
	e.Eval(`document.querySelector(".list").focus()`, nil)
	e.Press("End")
	check("at the end")
	var last string
	e.Eval(`document.activeElement.closest("tr").getAttribute("aria-rowindex")`, &last)
	if last != fmt.Sprint(seen.All) {
		t.Errorf("the last row is %s of %d", last, seen.All)
	}

	e.Eval("("+keystrokes+")(1)", nil)
	check("after a search")

	// Part of a name finds one of thousands of choices.
	e.open("")
	e.Click(`.facet:has(.popup[aria-label="Scenario"]) > summary`)
	e.Click(`.facet[open] input[type="search"]`)
	e.Type("ums 996 oracle")
	e.Click(`.facet[open] input[type="checkbox"]`)
	e.Accessible("many choices")
	e.Press("Escape") // the choices may cover it
	e.Click(".chooser > summary")
	e.Click(`input[list="all-products"]`)
	e.Type("igel-ums-99")
	var offered []string
	e.Eval(`[...document.querySelector("#all-products").options].map((o) => o.value)`, &offered)
	if len(offered) != 4 || offered[0] != "igel-ums-990" {
		t.Errorf("offered are %q", offered)
	}
	e.Type("9")
	e.Press("Enter")
	e.Click(`input[value="igel-ums-999/ums-console"]`)
	e.Eval(`decodeURIComponent(location.hash)`, &last)
	if want := "#scenario=igel-ums-996:database=oracle&run=igel-ums-999/ums-console"; last != want {
		t.Errorf("the address is %q, want %q", last, want)
	}
	var both, one string
	e.Eval(`document.querySelector(".count").textContent`, &both)
	e.at(url.Values{"scenario": {"igel-ums-996:database=oracle"}})
	e.Eval(`document.querySelector(".count").textContent`, &one)
	if !strings.Contains(one, "all of IGEL Universal Management Suite 996 12.04") || !strings.HasPrefix(both, "None of") {
		t.Errorf("the counts are %q and %q", one, both)
	}
}

// keystrokes is a function of a number of rounds. It times typing and, alternating with it, a
// plain scan of the texts of all flows for all words, which must find as many. The page is laid
// out after each key. The result is the sum of the least times of the queries, since other load
// on the machine can only add to a time.
const keystrokes = `(rounds) => {
	const input = document.querySelector("#words");
	const data = portspecFlows, texts = [];
	const codes = data.codes.map((c) => {
		if (c.each) return c.each;
		const all = [];
		for (let i = 0; i < c.runs.length; i += 2) for (let n = 0; n < c.runs[i + 1]; n++) all.push(c.runs[i]);
		return all;
	});
	const names = ["product", "flow", "from", "to", "service", "listener", "transport", "app", "purpose", "note", "cite", "at", "port_text", "when"];
	const columns = [...data.csv.filter((c) => names.includes(c.name)).map((c) => c.column), ...Object.values(data.shown)];
	for (let row = 0; row < data.flows; row++) texts.push(columns.map((c) => data.values[c].v[codes[data.values[c].c][row]]).join("\n").toLowerCase());
	const least = { Key: {}, Scan: {} };
	const time = (kind, query, work) => {
		const start = performance.now();
		const result = work();
		least[kind][query] = Math.min(least[kind][query] ?? Infinity, performance.now() - start);
		return result;
	};
	const sum = (kind) => Object.values(least[kind]).reduce((a, b) => a + b, 0);
	for (let round = 0; round < rounds && (round < 5 || sum("Key") > 1.4 * sum("Scan")); round++) {
		for (const query of ["u", "um", "ums", "ums ", "ums 8", "ums 84", "ums 844", "ums 8443", "server", "zzz", "device 30001 igel"]) {
			const found = time("Scan", query, () => {
				const words = query.split(" ").filter((w) => w);
				return texts.filter((text) => words.every((w) => text.includes(w)));
			});
			time("Key", query, () => {
				input.value = query;
				input.dispatchEvent(new InputEvent("input"));
				document.querySelector(".list").getBoundingClientRect();
			});
			const shown = parseInt(document.querySelector(".count").textContent.replace(/^None/, "0").replace(/,/g, ""));
			if (shown !== found.length) throw new Error(query + ": " + shown + " are shown, " + found.length + " are found");
		}
	}
	return { Key: sum("Key"), Scan: sum("Scan") };
}`

// TestExplorerAddress goes from one view to another as a user does, and back.
func TestExplorerAddress(t *testing.T) {
	e := explorerOf(t, ofRepository(t).dir, readers.View{})
	hash := func() string {
		var got string
		e.Eval("decodeURIComponent(location.hash)", &got)
		return got
	}
	var steps []string
	var keys [][]string
	step := func(want string) {
		t.Helper()
		if got := hash(); got != want {
			t.Errorf("the address is %q, want %q", got, want)
		}
		steps, keys = append(steps, want), append(keys, e.keys())
	}
	step("")
	e.Press("/")
	e.Type("ums")
	e.Press("Tab") // ends the word
	step("#q=ums")
	e.Click(".facet:nth-of-type(5) summary") // transport
	e.Click(`.facet input[value="udp"]`)
	step("#q=ums&transport=udp")
	e.Press("Escape")
	e.Click(`input[value="listener"]`)
	step("#q=ums&view=listener&transport=udp")
	e.Eval(`document.querySelector("#port").focus()`, nil)
	e.Type("9, 1-70000")
	e.Press("Enter")
	step("#q=ums&view=listener&transport=udp") // no such port: nothing changes
	var problem string
	e.Eval(`document.querySelector("#port-problem").textContent`, &problem)
	if !strings.Contains(problem, "65535") {
		t.Errorf("invalid port: %q", problem)
	}
	steps, keys = steps[:len(steps)-1], keys[:len(keys)-1]
	e.Eval(`document.querySelector("#port").select()`, nil)
	e.Type("9")
	e.Press("Enter")
	step("#q=ums&view=listener&transport=udp&port=9")
	e.Click(".chip") // the first
	step("#q=ums&view=listener&port=9")
	e.Click(".clear")
	step("#view=listener")

	for i := len(steps) - 2; i >= 0; i-- {
		e.Eval(`window.moved = new Promise((done) => addEventListener("popstate", () => setTimeout(done), { once: true })); 0`, nil)
		e.Back()
		e.Eval("window.moved", nil)
		if got := hash(); got != steps[i] {
			t.Errorf("back to %q, want %q", got, steps[i])
		}
		if got := e.keys(); !slices.Equal(got, keys[i]) {
			t.Errorf("back at %q: %q, want %q", steps[i], got, keys[i])
		}
	}
	for i, s := range steps { // as a link
		e.open(s)
		if got := e.keys(); !slices.Equal(got, keys[i]) {
			t.Errorf("%q opened: %q, want %q", s, got, keys[i])
		}
	}
	for _, s := range []string{"#", "#q", "#view=none&port=x&product=&run=/&set=:=&scenario=a&site=b&x=y", "#run=igel-ums/none&set=igel-ums:database=none", "#%", "#q=%E0%A4%A"} {
		e.open(s)
		e.keys()
	}
	e.open("#q=zzz")
	var empty string
	e.Eval(`document.querySelector(".count").textContent`, &empty)
	if !strings.HasPrefix(empty, "None of") {
		t.Errorf("without flows: %q", empty)
	}
}

// TestExplorerByComponent shows the flows of one component, and of a shared service: they are
// listed at that end only, and none is lost.
func TestExplorerByComponent(t *testing.T) {
	e := explorerOf(t, ofRepository(t).dir, readers.View{Height: 20_000}) // all rows are visible
	for id, name := range map[string]string{"ums-server": "UMS Server", "sql-server": ""} {
		filter := url.Values{"component": {id}}
		e.at(filter)
		want := e.keys()
		filter.Set("view", "component")
		e.at(filter)
		got := e.keys()
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) || len(got) == 0 {
			t.Errorf("%s: by component there are %q, want %q", id, got, want)
		}
		var sides, ends []string
		e.Eval(`[...document.querySelectorAll("tbody .side")].map((c) => c.textContent)`, &sides)
		e.Eval(`[...document.querySelectorAll("tbody td:first-child")].map((c) => c.textContent)`, &ends)
		if len(sides) < len(got) || len(sides) >= 2*len(got) {
			t.Errorf("%s: %d rows for %d flows", id, len(sides), len(got))
		}
		if i := slices.IndexFunc(ends, func(end string) bool { return end != name }); name != "" && i >= 0 {
			t.Errorf("%s: a row is of %q", id, ends[i])
		}
	}
}

// TestExplorerFiles has the browser save a file, and prints.
func TestExplorerFiles(t *testing.T) {
	c, _ := workspace(t)
	dir, to := ofRepository(t).dir, t.TempDir()
	p := readers.Open(t, readers.View{})
	p.Go(dir, "explorer.html", "#q=ums+8443")
	if name := p.Download(`.bar button[title$="csv"]`, to); name != "flows.csv" {
		t.Errorf("the file is called %s", name)
	}
	data, err := os.ReadFile(filepath.Join(to, "flows.csv"))
	if err != nil || !strings.HasPrefix(string(data), "product,version,flow,") || strings.Count(string(data), "\n") != 16 {
		t.Errorf("%v: %s", err, data)
	}
	p.PDF(filepath.Join(to, "flows.pdf"))
	if info, err := os.Stat(filepath.Join(to, "flows.pdf")); err != nil || info.Size() < 10_000 {
		t.Error(info, err)
	}
	// The printed page has all rows, and a description of them; then the page is as before.
	p.Eval(`{ window.printed = 0; addEventListener("beforeprint", () => (window.printed = document.querySelectorAll("tbody tr").length)); 0 }`, nil)
	p.Go(dir, "explorer.html", "#transport=udp")
	p.Eval(`addEventListener("beforeprint", () => (window.printed = [document.querySelectorAll("tbody tr").length, document.querySelector(".about").textContent]))`, nil)
	p.PDF(filepath.Join(to, "udp.pdf"))
	var printed []any
	p.Eval("window.printed", &printed)
	udp := 0
	for _, product := range c.Products {
		for _, x := range product.Connections() {
			if x.Transport == "udp" {
				udp++
			}
		}
	}
	if len(printed) != 2 || printed[0] != float64(udp) || printed[1] != "transport: udp" {
		t.Errorf("printed %v, want %d rows", printed, udp)
	}
	var rows int
	p.Eval(`document.querySelectorAll("tbody tr").length`, &rows)
	if rows >= udp {
		t.Errorf("%d of %d rows are in the page after printing", rows, udp)
	}
}

// TestTablesFromDisk has the browser save the tables of a firewall request.
func TestTablesFromDisk(t *testing.T) {
	dir, to := ofRepository(t).dir, t.TempDir()
	p := readers.Open(t, readers.View{})
	p.Go(dir, "sites/ha/firewall-request.html", "")
	for _, want := range request.FileNames() {
		if name := p.Download(fmt.Sprintf(`a[href$="/%s"]`, want), to); name != want {
			t.Errorf("%s is saved as %s", want, name)
		}
		saved, err := os.ReadFile(filepath.Join(to, want))
		made, _ := os.ReadFile(filepath.Join(dir, "sites/ha", want))
		if err != nil || len(saved) == 0 || !bytes.Equal(saved, made) {
			t.Errorf("%s: %v, %d bytes", want, err, len(saved))
		}
	}
	p.Check()
}

// TestExplorerWithoutScripts tests the links to the tables for browsers without JavaScript.
func TestExplorerWithoutScripts(t *testing.T) {
	dir := ofRepository(t).dir
	p := readers.Open(t, readers.View{NoScripts: true})
	p.Go(dir, "explorer.html", "")
	data, err := os.ReadFile(filepath.Join(dir, "explorer.html"))
	if err != nil || !strings.Contains(string(data), "needs JavaScript") || !strings.Contains(string(data), `<a href="index.html">`) {
		t.Errorf("%v: %s", err, data)
	}
}
