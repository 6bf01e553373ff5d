package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/screen"
)

var annotation = map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Info: "notice"}

// github writes a workflow command for each finding, which GitHub shows as an
// annotation at its line:
//
//	::warning title=PS3005,file=specs/tool.cue,line=9,col=14,endColumn=20::no flow names component printer
//
// The end column is inclusive, as in GitHub's annotations. GitHub shows ten annotations
// of each severity per step: if there are more, the tenth lists the rest. Files outside
// the repository cannot be annotated; the message gives their positions.
func (r *Report) github(w io.Writer) error {
	open, _ := r.Findings.Split()
	for _, severity := range []diag.Severity{diag.Error, diag.Warning, diag.Info} {
		var all []diag.Finding
		for _, f := range open {
			if f.Severity == severity {
				all = append(all, f)
			}
		}
		shown := all
		if len(all) > maxAnnotations {
			shown = all[:maxAnnotations-1]
		}
		for _, f := range shown {
			if _, err := fmt.Fprintln(w, r.command(f)); err != nil {
				return err
			}
		}
		if rest := all[len(shown):]; len(rest) > 0 {
			if _, err := fmt.Fprintln(w, r.restCommand(severity, rest)); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxAnnotations is how many annotations of each severity GitHub shows per step.
const maxAnnotations = 10

// restCommand returns one annotation for all findings that do not get their own.
func (r *Report) restCommand(severity diag.Severity, rest []diag.Finding) string {
	message := fmt.Sprintf("%d more (GitHub shows only %d of each severity):", len(rest), maxAnnotations)
	for _, f := range rest {
		message += fmt.Sprintf("\n%s: %s: %s", r.readable(at(f)), f.Code, oneLine(f.Message))
	}
	return "::" + annotation[severity] + " title=portspec::" + data(message)
}

func (r *Report) command(f diag.Finding) string {
	var b strings.Builder
	b.WriteString("::" + annotation[f.Severity] + " ")
	message := messageAndHint(f)
	for _, other := range f.Related {
		message += "\n" + r.readable(other.Position) + ": " + oneLine(other.Message)
	}
	p := at(f)
	b.WriteString("title=" + property(string(f.Code)))
	if place := r.Place(p.File); place.Binary {
		message = r.readable(p) + ": " + message
	} else {
		b.WriteString(",file=" + property(place.Path))
		b.WriteString(r.lineProperties(p))
	}
	b.WriteString("::" + data(message))
	return b.String()
}

// lineProperties returns the position of an annotation within its file. GitHub accepts
// columns only if the annotation is on a single line.
func (r *Report) lineProperties(p diag.Position) string {
	at := r.region(p)
	switch {
	case at.line == 0:
		return ""
	case at.endLine > at.line:
		return fmt.Sprintf(",line=%d,endLine=%d", at.line, at.endLine)
	case at.endColumn > 0:
		return fmt.Sprintf(",line=%d,col=%d,endColumn=%d", at.line, at.column, at.endColumn-1)
	case at.column > 0:
		return fmt.Sprintf(",line=%d,col=%d", at.line, at.column)
	}
	return fmt.Sprintf(",line=%d", at.line)
}

// readable formats a position for people.
func (r *Report) readable(p diag.Position) string {
	p.File = r.Place(p.File).Path
	return oneLine(p.String())
}

var (
	escapeData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// data escapes the text of a command, including line breaks that could start another command.
func data(text string) string { return escapeData.Replace(screen.Text(text)) }

// property escapes the value of a property.
func property(text string) string { return escapeProperty.Replace(screen.Visible(text)) }
