package report

import (
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/screen"
)

// sarif writes a SARIF 2.1.0 log with one run. Files are relative to the repository,
// whose location only the reader knows, so %SRCROOT% has no URI.
func (r *Report) sarif(w io.Writer) error {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "portspec", Version: r.Version, InformationURI: "https://github.com/portspec/portspec", Rules: rules(),
		}},
		ColumnKind: "utf16CodeUnits",
		Bases: map[string]sarifBase{
			sourceRoot:   {sarifText{Text: "The folder of the repository that was checked."}},
			portspecRoot: {sarifText{Text: "The specs that are embedded in portspec."}},
		},
		Results: []sarifResult{},
	}
	for _, f := range r.Findings {
		run.Results = append(run.Results, r.sarifResult(f))
	}
	return writeJSON(w, sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}})
}

const (
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sourceRoot   = "%SRCROOT%"
	portspecRoot = "PORTSPEC"
)

var sarifLevel = map[diag.Severity]string{diag.Error: "error", diag.Warning: "warning", diag.Info: "note"}

// rules lists all codes, including those without findings, so that readers see what was
// checked.
func rules() []sarifRule {
	var all []sarifRule
	for _, c := range diag.Codes {
		accept, piece := c.Accept()
		text := c.Why + "\n\nHow to fix it: " + c.Fix + "\n\nAccepting it: " + accept
		markdown := c.Why + "\n\n**How to fix it:** " + c.Fix + "\n\n**Accepting it:** " + accept
		if piece != "" {
			text += "\n\n" + piece
			markdown += "\n\n```" + c.Language() + "\n" + piece + "\n```"
		}
		if c.Wrong != "" {
			markdown += "\n\nThis causes the finding:\n\n```" + c.Language() + "\n" + c.Wrong + "\n```\n\nThis does not:\n\n```" + c.Language() + "\n" + c.Right + "\n```"
		}
		if c.Files != "" {
			markdown += "\n\nAdded to a workspace, these files cause the finding in `portspec " + c.Run() + "`:\n\n```text\n" + screen.Text(c.Files) + "```"
		}
		all = append(all, sarifRule{
			ID: string(c.Code), Short: sarifText{Text: c.Title}, Full: sarifText{Text: c.Why},
			Help: sarifText{Text: text, Markdown: markdown}, Default: sarifDefault{sarifLevel[c.Severity]},
		})
	}
	return all
}

func (r *Report) sarifResult(f diag.Finding) sarifResult {
	result := sarifResult{
		RuleID:    string(f.Code),
		RuleIndex: slices.IndexFunc(diag.Codes, func(c diag.Explanation) bool { return c.Code == f.Code }),
		Level:     sarifLevel[f.Severity],
		Message:   sarifText{Text: messageAndHint(f)},
		Locations: []sarifLocation{r.sarifLocation(at(f))},
		Partial:   map[string]string{"portspecFinding/v1": r.fingerprint(f)},
	}
	if f.Path != "" {
		result.Locations[0].Logical = []sarifLogical{{oneLine(string(f.Path))}}
	}
	for i, other := range f.Related {
		if !other.Position.IsValid() {
			continue
		}
		l := r.sarifLocation(other.Position)
		l.ID = i + 1
		if other.Message != "" {
			l.Message = &sarifText{Text: oneLine(other.Message)}
		}
		result.Related = append(result.Related, l)
	}
	if s := f.Suppressed; s != nil {
		l := r.sarifLocation(s.Position)
		result.Suppressions = []sarifSuppression{{Kind: "inSource", Justification: oneLine(s.Reason), Location: &l}}
	}
	return result
}

func (r *Report) sarifLocation(p diag.Position) sarifLocation {
	physical := sarifPhysical{Artifact: r.artifact(p.File)}
	if p.Line > 0 {
		at := r.region(p)
		physical.Region = &sarifRegion{StartLine: at.line, StartColumn: at.column}
		if at.endColumn > 0 {
			physical.Region.EndLine, physical.Region.EndColumn = at.endLine, at.endColumn
		}
	}
	return sarifLocation{Physical: physical}
}

// artifact returns the URI of a file: relative to the repository or to the embedded files,
// or absolute.
func (r *Report) artifact(file string) sarifArtifact {
	switch place := r.Place(file); {
	case place.Binary:
		return sarifArtifact{(&url.URL{Path: place.Path}).String(), portspecRoot}
	case strings.HasPrefix(place.Path, "/"):
		return sarifArtifact{(&url.URL{Scheme: "file", Path: place.Path}).String(), ""}
	default:
		return sarifArtifact{(&url.URL{Path: place.Path}).String(), sourceRoot}
	}
}
