package serve

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

func site() map[string][]byte {
	return map[string][]byte{
		"index.html":                []byte("home"),
		"assets/site.css":           []byte("css"),
		"products/ums/index.html":   []byte("ums"),
		"products/ums/sources.html": []byte("sources"),
	}
}

// TestFiles requests files of the site and others.
func TestFiles(t *testing.T) {
	s := New(nil)
	s.Replace(site())
	for _, c := range []struct {
		path   string
		status int
		body   string
	}{
		{"/", 200, "home"},
		{"/index.html", 200, "home"},
		{"/products/ums/", 200, "ums"},
		{"/products/ums", 302, ""},
		{"/products/ums/sources.html", 200, "sources"},
		{"/assets/site.css", 200, "css"},
		{"/products/", 404, ""},
		{"/products", 404, ""},
		{"/assets/", 404, ""},
		{"//example.com/", 404, ""},
		{"/../serve.go", 404, ""},
		{"/%2e%2e/serve.go", 404, ""},
		{"/products/../index.html", 404, ""},
		{"/assets%2fsite.css", 200, "css"}, // the same path in another notation
		{`/..\serve.go`, 404, ""},
		{"/etc/passwd", 404, ""},
		{"/products/ums/sources.html/", 404, ""},
		{"/.portspec.json", 404, ""},
	} {
		decoded, err := url.PathUnescape(c.path) // like a server
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil)
		r.URL.Path = decoded
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != c.status || c.body != "" && w.Body.String() != c.body {
			t.Errorf("%s: %d %q, want %d %q", c.path, w.Code, w.Body, c.status, c.body)
		}
		if to := w.Header().Get("Location"); to != "" && to != "/products/ums/" {
			t.Errorf("%s leads to %s", c.path, to)
		}
		if w.Header().Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: browsers may guess the type of the response", c.path)
		}
		want := "default-src 'none'; frame-ancestors 'none'"
		if c.status == 200 && !strings.HasSuffix(c.path, ".css") {
			want = "frame-ancestors 'none'" // pages have the rest in them
		}
		if got := w.Header().Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: the policy is %q, want %q", c.path, got, want)
		}
	}
}

// TestHosts rejects names that someone else has pointed at this machine.
func TestHosts(t *testing.T) {
	s := New([]string{"docs.example.com"})
	s.Replace(site())
	for host, status := range map[string]int{
		"127.0.0.1:4080": 200, "localhost:4080": 200, "LOCALHOST": 200, "localhost.": 200, "[::1]:4080": 200, "::1": 200, "192.0.2.1": 200, "docs.example.com:4080": 200, "DOCS.example.com": 200,
		"attacker.example": 421, "attacker.example:4080": 421, "127.0.0.1.attacker.example": 421, "localhost.attacker.example:4080": 421, "": 421, "xdocs.example.com": 421, "0x7f.1": 421, "127.1": 421,
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("host %q: %d, want %d", host, w.Code, status)
		}
		if status != 200 && strings.Contains(w.Body.String(), "home") {
			t.Errorf("host %q got the page", host)
		}
	}
}

// TestCheckHost checks that names that browsers never send are reported, instead of being
// rejected later.
func TestCheckHost(t *testing.T) {
	for _, name := range []string{"docs.example.com", "DOCS", "my_host", "xn--mller-kva.example"} {
		if err := CheckHost(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", ".", "*", "*.example.com", "docs.example.com:4080", "http://docs.example.com", "docs.example.com/", "docs.example.com.", "a b", "a\n", "müller.example", "[::1]"} {
		if CheckHost(name) == nil {
			t.Errorf("%q was accepted as a name", name)
		}
	}
}

// TestMissing requests a page that does not exist, or not yet: the answer says why, and makes
// the browser ask again.
func TestMissing(t *testing.T) {
	s := New(nil)
	for _, c := range []struct {
		do     func()
		status int
		why    string
	}{
		{func() {}, 503, "being generated"},
		{func() { s.Keep("beacon.cue:1:1: error PS2001") }, 404, "PS2001"},
		{func() { s.Replace(site()) }, 404, "no such page"},
		{func() { s.Keep("beacon.cue:2:1: error PS2001") }, 404, "beacon.cue:2:1"},
	} {
		c.do()
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost/none.html", nil))
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.why) || w.Header().Get("Refresh") != "1" {
			t.Errorf("%d %v %q, want %d and %q", w.Code, w.Header(), w.Body, c.status, c.why)
		}
	}
}

func TestMethods(t *testing.T) {
	s := New(nil)
	s.Replace(site())
	for method, status := range map[string]int{"GET": 200, "HEAD": 200, "POST": 405, "PUT": 405, "DELETE": 405, "OPTIONS": 405} {
		r := httptest.NewRequest(method, "http://localhost/", nil)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != status {
			t.Errorf("%s: %d, want %d", method, w.Code, status)
		}
		if method == "HEAD" && w.Body.Len() > 0 {
			t.Error("HEAD has a body")
		}
	}
}

// TestEvents notifies browsers of changes, and of errors instead of changes.
func TestEvents(t *testing.T) {
	s := New(nil)
	s.Replace(site())
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	l, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	running, end := context.WithCancel(ctx)
	go func() { ended <- s.Run(running, l) }()

	r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://%s%s", l.Addr(), Events), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	next := func() string {
		for lines.Scan() {
			if lines.Text() != "" {
				return lines.Text()
			}
		}
		return ""
	}
	first := next()
	if !regexp.MustCompile(`^data: {"version":"[0-9a-f]{16}","problem":""}$`).MatchString(first) {
		t.Error(first)
	}
	s.Keep("line 1\nline 2")
	if got, want := next(), strings.Replace(first, `""}`, `"line 1\nline 2"}`, 1); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	s.Replace(site())
	if got := next(); got != first {
		t.Errorf("the same files are %s, want %s", got, first)
	}
	for _, change := range []func(map[string][]byte){
		func(files map[string][]byte) { files["index.html"] = []byte("other") },
		func(files map[string][]byte) { delete(files, "assets/site.css") },
	} {
		files := site()
		change(files)
		s.Replace(files)
		if got := next(); got == first {
			t.Error("other files have the same version")
		}
	}
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := net.DialTimeout("tcp", l.Addr().String(), time.Second); err == nil {
		t.Error("the server still listens")
	}
}

// TestOptions asks about the server itself, which Go's server answers on its own unless told
// otherwise: the answer has the same policy as all others.
func TestOptions(t *testing.T) {
	l, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- New(nil).Run(ctx, l) }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprint(c, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n")
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("%s %v", r.Status, r.Header)
	}
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestTaken checks the error for an address in use.
func TestTaken(t *testing.T) {
	l, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := Listen(t.Context(), l.Addr().String()); err == nil || !strings.Contains(err.Error(), "127.0.0.1:0 is a free port") {
		t.Error(err)
	}
}
