// Package format formats CUE files. [Source] formats like cue fmt, and in addition puts
// fields in the order of the schema, so that readers find them at the same place in every
// spec. It also rewrites what earlier schemas accepted to the form of the current schema.
package format

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"cuelang.org/go/cue/ast"
	cueerrors "cuelang.org/go/cue/errors"
	cueformat "cuelang.org/go/cue/format"
	"cuelang.org/go/cue/parser"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/source"
	"github.com/portspec/portspec/schema"
)

// Source returns the formatted text of a CUE file. Positions of findings have the given
// name. If the file is not UTF-8 or does not parse, Source returns findings and no text; it returns an
// error if formatting would change the meaning of the file.
//
// Formatting the result again does not change it, and neither does cue fmt. Windows line
// endings are kept.
func Source(name string, src []byte) ([]byte, diag.List, error) {
	if found := source.NotUTF8(name, src, source.CUEIsUTF8); found != nil {
		return nil, found, nil
	}
	text := source.LF(src)
	out, found, err := formatted(name, text)
	switch {
	case err != nil || len(found) > 0:
		return nil, found, err
	case bytes.Equal(out, text):
		return src, nil, nil
	case len(text) < len(src):
		out = bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n"))
	}
	return out, nil, nil
}

// formatted is like Source, for a text with Unix line endings.
func formatted(name string, src []byte) ([]byte, diag.List, error) {
	before, err := parse(name, src)
	if err != nil {
		return nil, findings(name, err), nil
	}
	if now := convert(schemaShapes(), before, src); !bytes.Equal(now, src) {
		src = now
		if before, err = parse(name, src); err != nil {
			return nil, nil, fmt.Errorf("%w: %w", errChanged, err)
		}
	}
	out, err := settle(name, src, schemaShapes())
	if err != nil {
		return nil, nil, err
	}
	after, err := parse(name, out)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", errChanged, err)
	}
	if lost := difference(before, after); lost != "" {
		return nil, nil, fmt.Errorf("%w: %s", errChanged, lost)
	}
	return out, nil, nil
}

// CUE's formatter has bugs: its result for some unusual files no longer parses. Such files
// are left unchanged.
var (
	errChanged   = errors.New("CUE's formatter would change the meaning of the file; it was left unchanged")
	errUnsettled = errors.New("CUE's formatter does not reach a stable result for the file; it was left unchanged")
)

// maxRounds limits the rounds of formatting until the text is stable. Usually the first
// round does the work and the second changes nothing; more are needed only if CUE's
// formatter changes its own result.
const maxRounds = 8

// settle formats and arranges until neither changes the text.
func settle(name string, src []byte, s *shapes) ([]byte, error) {
	for range maxRounds {
		f, err := parse(name, src)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errChanged, err)
		}
		formatted, err := cueformat.Node(f)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errChanged, err)
		}
		if f, err = parse(name, formatted); err != nil {
			return nil, fmt.Errorf("%w: its result does not parse: %w", errChanged, err)
		}
		arranged := arrange(formatted, unordered(s, f))
		if bytes.Equal(arranged, src) && bytes.Equal(formatted, src) {
			return src, nil
		}
		src = arranged
	}
	return nil, errUnsettled
}

func parse(name string, src []byte) (*ast.File, error) {
	return parser.ParseFile(name, src, parser.ParseComments, parser.AllErrors)
}

// findings converts a syntax error to findings with the code that vet uses.
func findings(name string, err error) diag.List {
	var all diag.List
	for _, e := range cueerrors.Errors(err) {
		format, args := e.Msg()
		at := e.Position().Position()
		all = append(all, diag.Finding{
			Code: diag.Syntax, Severity: diag.Error,
			Position: diag.Position{File: name, Line: at.Line, Column: at.Column},
			Message:  fmt.Sprintf(format, args...),
			Hint:     "fix the CUE syntax here",
		})
	}
	return all.Sort()
}

// schemaShapes returns the shapes of the schema in the binary.
var schemaShapes = sync.OnceValue(func() *shapes {
	s, err := readShapes(schema.Files)
	if err != nil {
		panic(err) // the embedded schema is valid
	}
	return s
})
