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
)

// TestEditors opens a product of a new workspace in CUE's language server, with
// no network to be had: it finds the schema in the copy that init made.
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
	tool, err := filepath.Abs("../../bin/tools/cue")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(tool, "lsp")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CUE_REGISTRY=none", "HTTPS_PROXY=http://127.0.0.1:9", "HTTP_PROXY=http://127.0.0.1:9")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v; make tools builds cue", err)
	}
	stop := time.AfterFunc(time.Minute, func() { _ = cmd.Process.Kill() })
	defer func() {
		stop.Stop()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	s := &languageServer{t, in, bufio.NewReader(out)}
	root := "file://" + filepath.ToSlash(dir)
	file := map[string]any{"uri": "file://" + filepath.ToSlash(name)}
	s.ask(1, "initialize", map[string]any{
		"processId": nil, "rootUri": root, "capabilities": map[string]any{},
		"workspaceFolders": []any{map[string]any{"uri": root, "name": "ports"}},
	})
	s.send(map[string]any{"method": "initialized", "params": map[string]any{}})
	s.send(map[string]any{"method": "textDocument/didOpen", "params": map[string]any{"textDocument": map[string]any{
		"uri": file["uri"], "languageId": "cue", "version": 1, "text": string(text),
	}}})
	for line, content := range strings.Split(string(text), "\n") {
		column := strings.Index(content, "#Product")
		if column < 0 || strings.HasPrefix(strings.TrimSpace(content), "//") {
			continue
		}
		answer := s.ask(2, "textDocument/definition", map[string]any{
			"textDocument": file, "position": map[string]any{"line": line, "character": column + 2},
		})
		if want := "cue.mod/pkg/github.com/portspec/portspec/schema/product.cue"; !strings.Contains(answer, want) {
			t.Errorf("#Product is defined at %s, want %s", answer, want)
		}
		return
	}
	t.Errorf("no #Product in\n%s", text)
}

// A languageServer is one that is being talked to.
type languageServer struct {
	*testing.T
	in  io.Writer
	out *bufio.Reader
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

// ask sends a request and returns its result; requests of the server get an
// empty answer.
func (s *languageServer) ask(id int, method string, params any) string {
	s.Helper()
	s.send(map[string]any{"id": id, "method": method, "params": params})
	for {
		m := s.receive()
		switch {
		case m.Method == "" && string(m.ID) == strconv.Itoa(id):
			if len(m.Error) > 0 {
				s.Fatalf("%s: %s", method, m.Error)
			}
			return string(m.Result)
		case m.Method != "" && len(m.ID) > 0:
			s.send(map[string]any{"id": m.ID, "result": nil})
		}
	}
}

type lspMessage struct {
	ID            json.RawMessage
	Method        string
	Result, Error json.RawMessage
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
