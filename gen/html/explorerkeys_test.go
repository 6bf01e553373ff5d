package html_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/readers"
	"github.com/portspec/portspec/internal/sample"
)

// TestExplorerStates checks the accessibility of each state of the page.
func TestExplorerStates(t *testing.T) {
	dir := ofRepository(t).dir
	states := []struct {
		name, hash, act string
		once            bool // it is the same in other colours and widths
	}{
		{"begin", "", "", false},
		{"a search", "#q=ums+8443", "", false},
		{"nothing found", "#q=zzz", "", true},
		{"by component", "#view=component", "", true},
		{"filters", "#product=igel-ums&to=ums-server&port=8443&feature=database%3Doracle", `document.querySelector("details.facet").open = true`, false},
		{"a wrong port", "", `{ const i = document.querySelector("#port"); i.value = "x"; i.dispatchEvent(new Event("change")); }`, false},
		{"what runs", "#run=igel-ums/ums-server&run=profileunity/server", "", false},
		{"a flow", "#q=ums", `document.querySelector("tbody button").click()`, false},
	}
	for i := range 8 { // the menu of each filter but the port, which has none
		states = append(states, struct {
			name, hash, act string
			once            bool
		}{fmt.Sprint("menu ", i), "#from=os11-device", fmt.Sprintf(`document.querySelectorAll("details.facet")[%d].open = true`, i), i != 0 && i != 2})
	}
	for i, v := range []readers.View{{}, {Dark: true}, {Width: 390, Height: 800}} {
		e := explorerOf(t, dir, v)
		for n, s := range states {
			if s.once && i > 0 {
				continue
			}
			e.open(s.hash)
			if s.act != "" {
				e.Eval(s.act, nil)
			}
			if i == 0 || n%2 == i%2 || sample.Thorough() {
				e.Accessible(fmt.Sprintf("%+v, %s", v, s.name))
			}
			var wide bool
			e.Eval(`new Promise((done) => setTimeout(() => done(document.documentElement.scrollWidth > innerWidth)))`, &wide)
			if wide {
				t.Errorf("%+v, %s: the page is wider than the window", v, s.name)
			}
			var hidden []string
			e.Eval(`[...document.querySelectorAll("dialog")].filter((d) => d.checkVisibility() !== d.open).map((d) => "dialog open: " + d.open)
				.concat([...document.querySelectorAll(".products")].filter((p) => innerWidth < 500 && (p.scrollHeight > p.clientHeight + 1 || p.scrollWidth > p.clientWidth)).map(() => "components cut off"))
				.concat([...document.querySelectorAll(".facet[open] .popup")].map((p) => p.getBoundingClientRect()).filter((r) => r.left < 0 || r.right > innerWidth).map((r) => "choices from " + r.left + " to " + r.right))`, &hidden)
			if len(hidden) > 0 {
				t.Errorf("%+v, %s: %q", v, s.name, hidden)
			}
		}
	}
	e := explorerOf(t, dir, readers.View{})
	e.open("#q=ums&transport=udp")
	e.Print(true)
	e.Accessible("in print")

	paper := explorerOf(t, dir, readers.View{Width: 690, Height: 1000}) // A4 without its margins
	paper.Print(true)
	var broken []string
	paper.Eval(`{
		document.body.style.overflowWrap = "normal";
		[...document.querySelectorAll(".list th, .list td:not(.cite)")].filter((c) => c.scrollWidth > c.clientWidth + 1).map((c) => c.textContent);
	}`, &broken)
	if len(broken) > 0 {
		t.Errorf("words that are not ids are broken in print: %q", broken)
	}
}

// TestExplorerTab uses the page by the Tab key: it chooses a value of a filter, finds it first
// among the choices, clears it, and saves what is listed.
func TestExplorerTab(t *testing.T) {
	e := explorerOf(t, ofRepository(t).dir, readers.View{})
	focus := func() string {
		var text string
		e.Eval(`document.activeElement.getAttribute("aria-label") || document.activeElement.value || document.activeElement.textContent`, &text)
		return text
	}
	until := func(want string) {
		t.Helper()
		var passed []string
		for range 40 {
			e.Press("Tab")
			at := focus()
			if at == want {
				return
			}
			passed = append(passed, at)
		}
		t.Fatalf("no %q among %q", want, passed)
	}
	address := func(want string) {
		t.Helper()
		var got string
		if e.Eval("location.hash", &got); got != want {
			t.Errorf("the address is %q, want %q", got, want)
		}
	}
	for _, control := range []string{"Search flows", "direction", "Product", "From"} {
		until(control)
	}
	open := func() {
		// The page sorts the choices when the browser tells it that the box is open, which is after
		// the key was pressed.
		e.Eval(`{
			const box = document.activeElement.closest(".facet");
			window.opened = new Promise((done) => box.addEventListener("toggle", () => box.open && done()));
			0;
		}`, nil)
		e.Press("Enter")
		e.Eval("window.opened", nil)
		until("Find in From")
	}
	open()
	until("os11-device")
	e.Press("Space")
	address("#from=os11-device")
	e.Press("Escape")
	if at := focus(); at != "From 1" {
		t.Errorf("after the choices are closed, the focus is at %q", at)
	}
	open()
	e.Press("Tab")
	if at := focus(); at != "os11-device" {
		t.Errorf("%q comes first, not the chosen value", at)
	}
	e.Press("Space", "Escape")
	address("")
	for _, control := range []string{"To", "Site", "Choose what you run", "CSV"} {
		until(control)
	}
	e.Eval(`HTMLAnchorElement.prototype.click = function () { window.saved = this.download; }; 0`, nil)
	e.Press("Enter")
	var name string
	if e.Eval("window.saved", &name); name != "flows.csv" {
		t.Errorf("what is saved is %q", name)
	}
	until("Flows")
}

// TestExplorerChips follows a link that names what the site does not have: the filters say so,
// nothing that cannot run can be saved, and filters are removed by keyboard.
func TestExplorerChips(t *testing.T) {
	e := explorerOf(t, ofRepository(t).dir, readers.View{})
	chips := func() string {
		var text string
		e.Eval(`[...document.querySelectorAll(".chip")].map((c) => c.textContent.replace(" ×", "")).join(", ")`, &text)
		return text
	}
	e.open("#product=igel-ums&product=nope&to=sql-server&run=igel-ums/ums-servr")
	if got, want := chips(), "product igel-ums, product nope (no flow), to sql-server, runs igel-ums/ums-servr (not here)"; got != want {
		t.Errorf("the filters are %q, want %q", got, want)
	}
	var seen struct {
		Save  bool
		Count string
	}
	e.Eval(`({
		Save: document.querySelector(".chooser .exports").checkVisibility(),
		Count: document.querySelector(".products summary small").textContent,
	})`, &seen)
	if seen.Save || strings.HasPrefix(seen.Count, "runs") {
		t.Errorf("what does not exist runs: %+v", seen)
	}
	e.Eval(`document.querySelectorAll(".chip")[3].focus()`, nil)
	e.Press("Enter", "Enter", "Enter", "Enter")
	if got := chips(); got != "" {
		t.Errorf("the filters are %q after each was removed", got)
	}
	var at string
	if e.Eval(`document.activeElement.id`, &at); at != "words" {
		t.Errorf("the focus is at %q", at)
	}
	all, components := "#", ofRepository(t).catalog.Products[0].Components
	for _, component := range components {
		all += "&run=igel-ums/" + component.ID
	}
	e.open(all)
	if got := chips(); got != fmt.Sprintf("runs %d components", len(components)) {
		t.Errorf("the filters are %q", got)
	}
}

// TestExplorerKeys searches, opens a flow and closes it, by keyboard alone.
func TestExplorerKeys(t *testing.T) {
	e := explorerOf(t, ofRepository(t).dir, readers.View{})
	focus := func() string {
		var text string
		e.Eval(`document.activeElement.textContent || document.activeElement.id || document.activeElement.className`, &text)
		return text
	}
	e.Press("/")
	e.Type("igel 30001")
	e.Press("ArrowDown")
	first := focus()
	e.Press("ArrowDown")
	if focus() == first || focus() == "" {
		t.Errorf("an arrow leads from %q to %q", first, focus())
	}
	e.Press("End", "Home", "PageDown", "PageUp", "ArrowUp")
	if focus() != first {
		t.Errorf("back at %q, want %q", focus(), first)
	}
	e.Press("Enter")
	var title string
	e.Eval(`document.querySelector("dialog[open] h2").textContent`, &title)
	if title != first {
		t.Errorf("%q opens %q", first, title)
	}
	e.Press("Escape")
	if focus() != first {
		t.Errorf("after the flow is closed, the focus is at %q", focus())
	}
	// Every control can be reached in the order of the page.
	var stops int
	e.Eval(`[...document.querySelectorAll("#explorer summary, #explorer button, #explorer input, #explorer .list")].filter((x) => x.tabIndex < 0).length`, &stops)
	if stops > 0 {
		t.Errorf("%d controls cannot be reached", stops)
	}
}
