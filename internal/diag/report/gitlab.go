package report

import (
	"encoding/json"
	"io"

	"github.com/portspec/portspec/internal/diag"
)

// An issue is an entry of GitLab's code quality report.
type issue struct {
	Description string        `json:"description"`
	CheckName   string        `json:"check_name"`
	Fingerprint string        `json:"fingerprint"` // of one entry only
	Severity    string        `json:"severity"`    // info, minor, major, critical, blocker
	Location    issueLocation `json:"location"`
}

type issueLocation struct {
	Path  string     `json:"path"`
	Lines issueLines `json:"lines"`
}

type issueLines struct {
	Begin int `json:"begin"`
	End   int `json:"end"`
}

var issueSeverity = map[diag.Severity]string{diag.Error: "major", diag.Warning: "minor", diag.Info: "info"}

// gitlab writes a code quality report. GitLab shows the description alone, so it
// begins with the code.
func (r *Report) gitlab(w io.Writer) error {
	open, _ := r.Findings.Split()
	all := make([]issue, 0, len(open))
	for _, f := range open {
		p := at(f)
		lines := r.region(p)
		all = append(all, issue{
			Description: f.Code + ": " + said(f), CheckName: f.Code, Fingerprint: r.fingerprint(f), Severity: issueSeverity[f.Severity],
			Location: issueLocation{Path: r.Place(p.File).Path, Lines: issueLines{max(lines.line, 1), max(lines.endLine, 1)}},
		})
	}
	return writeJSON(w, all)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
