package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/diag"
)

var annotation = map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Info: "notice"}

// github writes a workflow command a finding, which GitHub shows as an
// annotation at its line:
//
//	::warning title=PS3005,file=specs/tool.cue,line=9,col=14,endColumn=20::no flow names component printer
//
// Columns include the last one, as in GitHub's annotations. Worse findings come
// first, as GitHub shows ten of a kind of each step. What is in no repository
// cannot be annotated; the message says where that is.
func (r *Report) github(w io.Writer) error {
	open, _ := r.Findings.Split()
	for _, severity := range []diag.Severity{diag.Error, diag.Warning, diag.Info} {
		for _, f := range open {
			if f.Severity != severity {
				continue
			}
			if _, err := fmt.Fprintln(w, r.command(f)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Report) command(f diag.Finding) string {
	var b strings.Builder
	b.WriteString("::" + annotation[f.Severity] + " ")
	message := said(f)
	for _, other := range f.Related {
		message += "\n" + r.readable(other.Position) + ": " + oneLine(other.Message)
	}
	p := at(f)
	b.WriteString("title=" + property(f.Code))
	if place := r.Place(p.File); place.Binary {
		message = r.readable(p) + ": " + message
	} else {
		b.WriteString(",file=" + property(place.Path))
		if p.Line > 0 {
			b.WriteString(",line=" + strconv.Itoa(p.Line))
		}
		if start, end := r.columns(p); start > 0 {
			b.WriteString(",col=" + strconv.Itoa(start))
			if end > start {
				b.WriteString(",endColumn=" + strconv.Itoa(end-1))
			}
		}
	}
	b.WriteString("::" + data(message))
	return b.String()
}

// readable is a position as people read it.
func (r *Report) readable(p diag.Position) string {
	p.File = r.Place(p.File).Path
	return oneLine(p.String())
}

var (
	escapeData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// data escapes the text behind a command.
func data(text string) string { return escapeData.Replace(text) }

// property escapes the value of a property.
func property(text string) string { return escapeProperty.Replace(text) }
