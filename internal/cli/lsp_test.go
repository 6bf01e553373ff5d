package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/portspec/portspec/internal/readers"
)

// TestEditors opens a product of a new workspace in CUE's language server, without a network: it
// finds the schema in the copy that init has made.
func TestEditors(t *testing.T) {
	dir := t.TempDir()
	if got, status := portspec("init", dir); status != statusFine {
		t.Fatal(got)
	}
	name := filepath.Join(dir, "example", "product.cue")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	tool := readers.Tool(t, "cue")
	for _, registry := range []string{"none", ""} {
		s := startServer(t, dir, []string{"CUE_REGISTRY=" + registry}, tool, "lsp")
		file := s.open(name, "cue", string(text))
		at := place(string(text), "#Product &")
		if at == nil {
			t.Fatalf("no #Product in\n%s", text)
		}
		answer := s.ask("textDocument/definition", map[string]any{"textDocument": file, "position": at})
		if want := "cue.mod/pkg/github.com/portspec/portspec/schema/product.cue"; !strings.Contains(answer, want) {
			t.Errorf("#Product is defined at %s, want %s", answer, want)
		}
	}
}

// TestYAMLEditors opens the files that init writes in the language server that editors use for
// YAML, without a network: it gets the JSON Schemas from the places that the files name, accepts
// the files, reports faults, completes and explains.
func TestYAMLEditors(t *testing.T) {
	dir := t.TempDir()
	config, site := filepath.Join(dir, "portspec.yaml"), filepath.Join(dir, "sites", "acme.yaml")
	for _, args := range [][]string{{"init", dir}, {"init", "site", "-C", dir, site}} {
		if got, status := portspec(args...); status != statusFine {
			t.Fatal(got)
		}
	}
	s := startServer(t, dir, nil, "node", readers.NodePath(t, "yaml-language-server"), "--stdio")
	s.send(map[string]any{"method": "workspace/didChangeConfiguration", "params": map[string]any{"settings": map[string]any{
		"yaml": map[string]any{"validate": true, "completion": true, "hover": true, "schemaStore": map[string]any{"enable": false}},
	}}})
	for i, c := range []struct{ file, old, new, want string }{
		{config, "", "", ""},
		{config, "target: go", "target: golang", "Value is not accepted"},
		{config, "generate:", "generat:", "Property generat is not allowed"},
		{config, "out: out/go", "out: ../go", "not allowed"},
		{site, "", "", ""},
		{site, "os: windows", "os: windws", "Value is not accepted"},
		{site, "runs: [example/agent]", "runs: [agent]", "product/component"},
		{site, "addresses: [192.0.2.1]", "addresses: [192.0.2.300]", "this is no"},
		{site, "\nhosts:", "\nhostes:", "Property hostes is not allowed"},
	} {
		text, err := os.ReadFile(c.file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), c.old) {
			t.Fatalf("%s has no %s", c.file, c.old)
		}
		spoiled := strings.Replace(string(text), c.old, c.new, 1)
		file := s.open(fmt.Sprintf("%s/%d.yaml", filepath.Dir(c.file), i), "yaml", spoiled)
		got := s.diagnostics(file)
		if c.want == "" && got != "[]" || !strings.Contains(got, c.want) {
			t.Errorf("%s instead of %s: %s, want %s", c.new, c.old, got, c.want)
		}
		if c.file == site && c.old == "" {
			at := place(spoiled, "runs: [example/agent]")
			if got := s.ask("textDocument/hover", map[string]any{"textDocument": file, "position": at}); !strings.Contains(got, "product/component") {
				t.Errorf("runs is explained as %s", got)
			}
			at = place(spoiled, "s: windows")
			at["character"] = at["character"].(int) + len(": windows") - len("windows") + 1
			if got := s.ask("textDocument/completion", map[string]any{"textDocument": file, "position": at}); !strings.Contains(got, "igel-os") {
				t.Errorf("os is completed by %s", got)
			}
		}
	}
}

// place returns the position of a text for a language server; nil if it does not occur. Lines
// with comments are skipped.
func place(text, part string) map[string]any {
	for line, content := range strings.Split(text, "\n") {
		if column := strings.Index(content, part); column >= 0 && !strings.HasPrefix(strings.TrimSpace(content), "//") {
			return map[string]any{"line": line, "character": column + 2}
		}
	}
	return nil
}

// startServer starts a language server for a folder, without a network.
func startServer(t *testing.T, dir string, env []string, program string, args ...string) *languageServer {
	t.Helper()
	cmd := exec.Command(readers.Path(t, program), args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "HTTPS_PROXY=http://127.0.0.1:9", "HTTP_PROXY=http://127.0.0.1:9"), env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stop := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	t.Cleanup(func() {
		stop.Stop()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	s := &languageServer{T: t, in: in, out: bufio.NewReader(out)}
	root := "file://" + filepath.ToSlash(dir)
	s.ask("initialize", map[string]any{
		"processId": nil, "rootUri": root, "capabilities": map[string]any{},
		"workspaceFolders": []any{map[string]any{"uri": root, "name": "ports"}},
	})
	s.send(map[string]any{"method": "initialized", "params": map[string]any{}})
	return s
}

// A languageServer is a running language server.
type languageServer struct {
	*testing.T
	in    io.Writer
	out   *bufio.Reader
	asked int
}

// open opens a file in the server, and returns its identifier.
func (s *languageServer) open(name, language, text string) map[string]any {
	s.Helper()
	uri := "file://" + filepath.ToSlash(name)
	s.send(map[string]any{"method": "textDocument/didOpen", "params": map[string]any{"textDocument": map[string]any{
		"uri": uri, "languageId": language, "version": 1, "text": text,
	}}})
	return map[string]any{"uri": uri}
}

// diagnostics waits for the diagnostics of a file.
func (s *languageServer) diagnostics(file map[string]any) string {
	s.Helper()
	for {
		m := s.receive()
		var p struct {
			URI         string
			Diagnostics json.RawMessage
		}
		if m.Method == "textDocument/publishDiagnostics" && json.Unmarshal(m.Params, &p) == nil && p.URI == file["uri"] {
			return string(p.Diagnostics)
		}
		s.answer(m)
	}
}

// answer answers a request of the server with an empty result.
func (s *languageServer) answer(m lspMessage) {
	if m.Method != "" && len(m.ID) > 0 {
		s.send(map[string]any{"id": m.ID, "result": nil})
	}
}

func (s *languageServer) send(message map[string]any) {
	s.Helper()
	message["jsonrpc"] = "2.0"
	data, err := json.Marshal(message)
	if err != nil {
		s.Fatal(err)
	}
	if _, err := fmt.Fprintf(s.in, "Content-Length: %d\r\n\r\n%s", len(data), data); err != nil {
		s.Fatal(err)
	}
}

// ask sends a request and returns its result.
func (s *languageServer) ask(method string, params any) string {
	s.Helper()
	s.asked++
	s.send(map[string]any{"id": s.asked, "method": method, "params": params})
	for {
		m := s.receive()
		if m.Method == "" && string(m.ID) == strconv.Itoa(s.asked) {
			if len(m.Error) > 0 {
				s.Fatalf("%s: %s", method, m.Error)
			}
			return string(m.Result)
		}
		s.answer(m)
	}
}

type lspMessage struct {
	ID                    json.RawMessage
	Method                string
	Params, Result, Error json.RawMessage
}

func (s *languageServer) receive() (m lspMessage) {
	s.Helper()
	length := 0
	for {
		line, err := s.out.ReadString('\n')
		if err != nil {
			s.Fatalf("the language server ended: %v", err)
		}
		line = strings.TrimSpace(line)
		if line == "" {
			break
		}
		if n, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			if length, err = strconv.Atoi(n); err != nil {
				s.Fatal(err)
			}
		}
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(s.out, data); err != nil {
		s.Fatal(err)
	}
	if err := json.Unmarshal(data, &m); err != nil {
		s.Fatalf("%v: %s", err, data)
	}
	return m
}
