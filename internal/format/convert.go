package format

import (
	"bytes"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"github.com/portspec/portspec/internal/model"
)

// An edit replaces part of a text.
type edit struct {
	part span
	text string
}

// convert rewrites what earlier schemas accepted to the form of the current schema. The meaning
// stays the same.
func convert(s *shapes, f *ast.File, src []byte) []byte {
	w := &walker{shapes: s, schema: schemaName(f)}
	w.decls(s.file(), f.Decls)
	if len(w.edits) == 0 {
		return src
	}
	var b bytes.Buffer
	at := 0
	for _, e := range w.edits { // in the order of the text
		b.Write(src[at:e.part.from])
		b.WriteString(e.text)
		at = e.part.to
	}
	b.Write(src[at:])
	return b.Bytes()
}

// renamed maps the former names of fields of definitions to the current label, or to nested
// labels.
var renamed = map[string]map[string]string{
	"#Flow":     {"os": "talker_os", "os_versions": "talker_os_versions"},
	"#Listener": {"undocumented": "unknown: port"},
}

// update notes the edits that bring a field into the current form.
func (w *walker) update(s *shape, name string, f *ast.Field) {
	if s == nil {
		return
	}
	if label := renamed[s.of][name]; label != "" {
		w.replace(f.Label, label)
	}
	if name == "transports" && (s.of == "#Listener" || s.of == "#Flow") {
		w.numbered(f.Value)
	}
}

// numbered notes edits for transports that are numbers of IP protocols with a name.
func (w *walker) numbered(e ast.Expr) {
	list, ok := e.(*ast.ListLit)
	if !ok {
		return
	}
	for _, x := range list.Elts {
		lit, ok := x.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			continue
		}
		written, err := literal.Unquote(lit.Value)
		if err != nil || !strings.HasPrefix(written, "ip/") {
			continue
		}
		if n := model.ProtocolNumber(written); n >= 0 && model.TransportOf(n) != written {
			w.replace(lit, strconv.Quote(model.TransportOf(n)))
		}
	}
}

func (w *walker) replace(n ast.Node, text string) {
	w.edits = append(w.edits, edit{span{n.Pos().Offset(), n.End().Offset()}, text})
}
