// Package serve serves a folder of files that is in memory over HTTP, and tells browsers when
// it changes. The central type is [Server].
package serve

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/portspec/portspec/internal/pattern"
)

// A Server answers with the files of the last call of Replace. There is no file system
// behind it: a request can only name one of these files.
type Server struct {
	// Hosts are names under which browsers may address the server, besides localhost and
	// addresses. A request for another name could come from a page of a stranger whose name points
	// here.
	Hosts []string

	mu      sync.Mutex
	files   map[string]file // by their paths
	state   State
	changed chan struct{} // closed at the next change
}

// A file and what identifies its content.
type file struct {
	data []byte
	tag  string
}

// State is the state that browsers get.
type State struct {
	// Version identifies the files: other files have another one, even after a restart.
	Version string `json:"version"`
	// Problem tells why the files are not those of the latest specs; "" if they are.
	Problem string `json:"problem"`
}

// New returns a server without files.
func New(hosts []string) *Server { return &Server{Hosts: hosts, changed: make(chan struct{})} }

// CheckHost returns an error if a name cannot be one of [Server.Hosts].
func CheckHost(name string) error {
	if !hostNames().MatchString(name) {
		return fmt.Errorf("--host %q: use a host name only, without scheme, port or wildcard, as in docs.example.com", name)
	}
	return nil
}

var hostNames = pattern.New(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)

// Replace replaces all files, given by their slash-separated paths.
func (s *Server) Replace(files map[string][]byte) {
	made := make(map[string]file, len(files))
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name]
		sum := sha256.Sum256(data)
		made[name] = file{data, `"` + hex.EncodeToString(sum[:8]) + `"`}
		fmt.Fprintf(all, "%q %x\n", name, sum)
	}
	state := State{Version: hex.EncodeToString(all.Sum(nil)[:8])}
	s.change(func() { s.files, s.state = made, state })
}

// Keep keeps the files, and tells why they could not be replaced.
func (s *Server) Keep(problem string) {
	s.change(func() { s.state.Problem = problem })
}

func (s *Server) change(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
	close(s.changed)
	s.changed = make(chan struct{})
}

// now returns the state, and a channel that is closed when it changes.
func (s *Server) now() (State, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state, s.changed
}

// find returns a file by the path of a request, or the path to redirect to.
func (s *Server) find(request string) (f file, name, elsewhere string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name = strings.TrimPrefix(request, "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += index
	}
	if f, ok := s.files[name]; ok {
		return f, name, ""
	}
	if _, ok := s.files[name+"/"+index]; ok {
		return file{}, "", "/" + name + "/"
	}
	return file{}, "", ""
}

// index is the file that is served for its folder.
const index = "index.html"

// Events is the path at which browsers wait for changes.
const Events = "/-/events"

// types are the media types of files. Browsers must not guess them.
var types = map[string]string{".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

// unframed is the part of a Content-Security-Policy that pages cannot have in themselves.
// Answers other than pages also forbid loading anything.
const unframed = "frame-ancestors 'none'"

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; "+unframed)
	h.Set("Cache-Control", "no-cache")
	switch {
	case !s.addressed(r.Host):
		http.Error(w, fmt.Sprintf("portspec serve does not answer for the host %q; name it with --host", r.Host), http.StatusMisdirectedRequest)
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
	case r.URL.Path == Events:
		s.events(w, r)
	default:
		s.file(w, r)
	}
}

func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	f, name, elsewhere := s.find(r.URL.Path)
	switch {
	case elsewhere != "":
		http.Redirect(w, r, elsewhere, http.StatusFound)
		return
	case name == "":
		s.missing(w)
		return
	}
	kind := types[path.Ext(name)]
	if kind == "" {
		kind = "application/octet-stream"
	}
	if path.Ext(name) == ".html" {
		w.Header().Set("Content-Security-Policy", unframed)
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("ETag", f.tag)
	if r.Header.Get("If-None-Match") == f.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(f.data)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(f.data) // the browser may be gone
	}
}

// missing tells why there is no page, and makes the browser ask again, because the next save
// may make one.
func (s *Server) missing(w http.ResponseWriter) {
	w.Header().Set("Refresh", "1")
	switch state, _ := s.now(); {
	case state.Problem != "":
		http.Error(w, "There is no such page, because the specs have errors. Fix them, and it appears.\n\n"+state.Problem, http.StatusNotFound)
	case state.Version == "":
		http.Error(w, "The pages are being generated.", http.StatusServiceUnavailable)
	default:
		http.Error(w, "There is no such page.", http.StatusNotFound)
	}
}

// events sends the state now and after each change, as server-sent events.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	for {
		state, changed := s.now()
		data, err := json.Marshal(state)
		if err != nil {
			panic(err) // a number and a text
		}
		control := http.NewResponseController(w)
		_ = control.SetWriteDeadline(time.Now().Add(patience))
		if _, err := fmt.Fprintf(w, "data: %s\n\n", data); err != nil || control.Flush() != nil {
			return
		}
		_ = control.SetWriteDeadline(time.Time{})
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

// patience is the longest time that a request or an answer may take.
const patience = 10 * time.Second

// addressed reports whether a browser that names a host means this server. Addresses are
// safe, because a stranger cannot let them point here; other names must be among the given
// ones.
func (s *Server) addressed(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return true
	}
	return host == "localhost" || slices.ContainsFunc(s.Hosts, func(name string) bool { return strings.EqualFold(name, host) })
}

// Listen opens the address at which a server answers.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--listen %s: %w; 127.0.0.1:0 is a free port", address, err)
	}
	return l, nil
}

// Run answers until the context is done.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: patience, ReadTimeout: patience, WriteTimeout: patience, IdleTimeout: time.Minute, MaxHeaderBytes: 1 << 16,
		ErrorLog:                     log.New(io.Discard, "", 0), // about browsers that go away
		DisableGeneralOptionsHandler: true,                       // OPTIONS * is refused like other methods
		BaseContext:                  func(net.Listener) context.Context { return ctx },
	}
	defer context.AfterFunc(ctx, func() { _ = server.Close() })() // the server ends, so its error does not matter
	if err := server.Serve(l); ctx.Err() == nil && !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
