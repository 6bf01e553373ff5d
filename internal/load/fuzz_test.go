package load

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/workspace"
)

// FuzzLoad loads a workspace with one file. Loading must not panic, and every finding must be at
// an existing position.
func FuzzLoad(f *testing.F) {
	for name, file := range workspace.Bundle() {
		if strings.HasPrefix(name, "specs/") {
			f.Add(string(file.Data))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		// CUE cannot stop the evaluation of such a text, so it would continue during the next
		// inputs.
		if len(text) > 20_000 || strings.Count(text, "for ") > 2 {
			t.Skip("too large to be evaluated here")
		}
		files := workspaceOf(t, map[string]string{"tool.cue": text})
		r, err := limit.Within(t.Context(), limit.Limits{Time: 10 * time.Second, Memory: 1 << 30}, func(ctx context.Context) (*Result, error) {
			return Loader{}.load(ctx, files)
		})
		if err != nil {
			if errors.As(err, new(*limit.Fault)) {
				t.Fatal(err)
			}
			return // the error tells why nothing could be loaded
		}
		for _, finding := range r.Findings {
			checkPlace(t, files, finding, finding.Position)
			for _, related := range finding.Related {
				checkPlace(t, files, finding, related.Position)
			}
		}
	})
}

// workspaceOf returns a user's workspace in memory with some files.
func workspaceOf(t *testing.T, texts map[string]string) fs.FS {
	t.Helper()
	files := fstest.MapFS{workspace.ModuleFile: {Data: []byte("module: \"example.com/specs@v0\"\nlanguage: version: \"v0.17.0\"\n")}}
	for name, text := range texts {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	opened, _, err := workspace.OpenFS(files, workspace.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// checkPlace checks that a position exists in the file that it names.
func checkPlace(t *testing.T, files fs.FS, f diag.Finding, at diag.Position) {
	t.Helper()
	if !at.IsValid() {
		return
	}
	data, err := fs.ReadFile(files, at.File)
	if err != nil {
		t.Fatalf("%s %s: %v", f.Code, f.Message, err)
	}
	lines := strings.Split(string(data), "\n")
	if at.Line == 0 && at.Column == 0 {
		return // the whole file
	}
	if at.Line < 1 || at.Line > len(lines) {
		t.Fatalf("%s %s %s: the file has %d lines", at, f.Code, f.Message, len(lines))
	}
	end := len(lines[at.Line-1]) + 1
	if at.EndLine > at.Line { // over several lines
		if at.EndLine > len(lines) || at.EndColumn < 1 || at.EndColumn > len(lines[at.EndLine-1])+1 {
			t.Fatalf("%s-%d:%d %s %s: the end does not exist", at, at.EndLine, at.EndColumn, f.Code, f.Message)
		}
		at.EndColumn = 0
	}
	if at.Column < 1 || at.Column > end || at.EndColumn > end || at.EndColumn != 0 && at.EndColumn < at.Column {
		t.Fatalf("%s-%d %s %s: the line ends at %d", at, at.EndColumn, f.Code, f.Message, end)
	}
}
