package readers

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// A Page is a page in a browser. All pages of a test program share one browser, which starts
// with the first page and ends with the program. The test fails if the page has an exception,
// an error or a warning in its console, or a dialog, or if it requests anything outside the
// folder or server that it comes from.
//
// Chromium crashes now and then, more often on busy machines. The commands of a page that is
// lost are then executed again in a new browser, once: a page that crashes it twice fails.
type Page struct {
	t        testing.TB
	id       int
	commands []map[string]any // executed so far, the first of which opens the page
	reopened bool
}

// A View determines how a page is shown. The zero value is a light screen of 1280 by 800 pixels.
type View struct {
	Width, Height int
	Dark          bool
	NoScripts     bool // disables JavaScript
}

// Open opens an empty page, which is closed when the test ends.
func Open(t testing.TB, v View) *Page {
	t.Helper()
	d := browser(t)
	d.mutex.Lock()
	d.pages++
	p := &Page{t: t, id: d.pages}
	d.mutex.Unlock()
	args := map[string]any{"dark": v.Dark, "scripts": !v.NoScripts}
	if v.Width > 0 {
		args["width"] = v.Width
	}
	if v.Height > 0 {
		args["height"] = v.Height
	}
	p.do("open", args, nil)
	t.Cleanup(func() { p.check("close") })
	return p
}

// Go shows the file at a path, with rest ("?…" or "#…") added to the address, and waits
// until it is loaded. The page may read the files in the folder.
func (p *Page) Go(folder, file, rest string) {
	p.t.Helper()
	home := (&url.URL{Scheme: "file", Path: filepath.ToSlash(folder)}).String() + "/"
	p.Visit(home, home+file+rest)
}

// Visit shows an address and waits until it is loaded. The page may load anything below the
// address home.
func (p *Page) Visit(home, address string) {
	p.t.Helper()
	p.do("go", map[string]any{"url": address, "home": home}, nil)
}

// Eval evaluates a JavaScript expression, which may be a promise, and stores the value in into,
// unless that is nil.
func (p *Page) Eval(code string, into any) {
	p.t.Helper()
	p.do("evaluate", map[string]any{"code": code}, into)
}

// Click clicks the first element that matches a selector, as soon as it is visible.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.do("click", map[string]any{"selector": selector}, nil)
}

// Follow clicks a link to another page, and waits until that is loaded.
func (p *Page) Follow(selector string) {
	p.t.Helper()
	p.do("follow", map[string]any{"selector": selector}, nil)
}

// Type types text into the focused element.
func (p *Page) Type(text string) {
	p.t.Helper()
	p.do("type", map[string]any{"text": text}, nil)
}

// Press presses keys one by one, given their names, such as Tab and Enter.
func (p *Page) Press(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		p.do("press", map[string]any{"key": key}, nil)
	}
}

// Download clicks the first element that matches a selector, waits until the file that the page
// offers is in a folder, and returns the file's name.
func (p *Page) Download(selector, dir string) string {
	p.t.Helper()
	var name string
	p.do("download", map[string]any{"selector": selector, "dir": dir}, &name)
	return name
}

// Back presses the back button.
func (p *Page) Back() {
	p.t.Helper()
	p.do("back", nil, nil)
}

// Print switches to the page's appearance in print or, if print is false, back to that on a
// screen.
func (p *Page) Print(print bool) {
	p.t.Helper()
	p.do("media", map[string]any{"print": print}, nil)
}

// Screenshot writes the visible part of the page or, if full, the whole page to a PNG file.
func (p *Page) Screenshot(file string, full bool) {
	p.t.Helper()
	p.do("screenshot", map[string]any{"file": file, "full": full}, nil)
}

// PDF prints the page on A4 to a file.
func (p *Page) PDF(file string) {
	p.t.Helper()
	p.do("pdf", map[string]any{"file": file}, nil)
}

// Metrics returns Chromium's metrics of the page, such as JSHeapUsedSize in bytes.
func (p *Page) Metrics() map[string]float64 {
	p.t.Helper()
	var all map[string]float64
	p.do("metrics", nil, &all)
	return all
}

// Accessible reports each violation that axe finds in the current state of the page.
func (p *Page) Accessible(state string) {
	p.t.Helper()
	var violations []string
	p.do("axe", nil, &violations)
	for _, v := range violations {
		p.t.Errorf("%s: %s", state, v)
	}
}

// Check reports what has gone wrong in the page so far.
func (p *Page) Check() {
	p.t.Helper()
	p.check("faults")
}

// Faults returns what has gone wrong in the page so far, for tests that expect something.
// The test does not fail for it.
func (p *Page) Faults() []string {
	p.t.Helper()
	var faults []string
	p.do("faults", nil, &faults)
	return faults
}

func (p *Page) check(command string) {
	p.t.Helper()
	var faults []string
	p.do(command, nil, &faults)
	for _, f := range faults {
		p.t.Errorf("the page: %s", f)
	}
}

func (p *Page) do(command string, args map[string]any, into any) {
	p.t.Helper()
	all := map[string]any{"do": command, "page": p.id}
	for name, value := range args {
		all[name] = value
	}
	p.commands = append(p.commands, all)
	d := browser(p.t)
	value, err := d.send(all)
	if lost := new(lostError); errors.As(err, lost) && !p.reopened {
		p.t.Logf("browser: %s %v: %v\nThe commands of the page are executed again in a new browser.", command, args, err)
		p.reopened, err = true, nil
		for i := 0; i < len(p.commands) && err == nil; i++ {
			value, err = d.send(p.commands[i])
		}
	}
	if err == nil && into != nil {
		err = json.Unmarshal(value, into)
	}
	if err != nil {
		p.t.Fatalf("browser: %s %v: %v", command, args, err)
	}
}

// A lostError reports that a page no longer exists, because it or the browser crashed, and how.
type lostError string

func (e lostError) Error() string { return string(e) }

// A driver is a running browser.mjs, which starts the browser. It handles one command at a
// time.
type driver struct {
	mutex  sync.Mutex
	stdin  io.Writer
	stdout *bufio.Reader
	pages  int
}

var startBrowser = sync.OnceValues(func() (*driver, error) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		return nil, errors.New(Missing("chromium"))
	}
	cmd := exec.Command("node", filepath.Join(Dir(), "browser.mjs"), chromium)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe() // closed by the system when this program ends
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	return &driver{stdin: stdin, stdout: bufio.NewReader(stdout)}, cmd.Start()
})

func browser(t testing.TB) *driver {
	t.Helper()
	if _, err := os.Stat(filepath.Join(Dir(), "node_modules")); err != nil {
		t.Fatal(Missing("node_modules"))
	}
	d, err := startBrowser()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// send sends a command to the driver, and waits for the answer.
func (d *driver) send(command map[string]any) (json.RawMessage, error) {
	line, err := json.Marshal(command)
	if err != nil {
		return nil, err
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if _, err := d.stdin.Write(append(line, '\n')); err != nil {
		return nil, err
	}
	var answer struct {
		Value       json.RawMessage
		Error, Lost string
	}
	line, err = d.stdout.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &answer)
	}
	switch {
	case err != nil:
	case answer.Lost != "":
		err = lostError(strings.TrimSpace(answer.Lost))
	case answer.Error != "":
		err = errors.New(strings.TrimSpace(answer.Error))
	}
	return answer.Value, err
}
