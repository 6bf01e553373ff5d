package report

import (
	"encoding/json"
	"io"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/screen"
)

// An issue is an entry of GitLab's code quality report. GitLab does not require type and
// categories, but Code Climate's format, which it adopted, does.
type issue struct {
	Type        string        `json:"type"`
	Description string        `json:"description"`
	CheckName   string        `json:"check_name"`
	Categories  []string      `json:"categories"`
	Fingerprint string        `json:"fingerprint"` // unique in the report
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

// gitlab writes a code quality report. GitLab shows only the description, so it
// begins with the code; the format requires a single line.
func (r *Report) gitlab(w io.Writer) error {
	open, _ := r.Findings.Split()
	all := make([]issue, 0, len(open))
	for _, f := range open {
		p := at(f)
		lines := r.region(p)
		all = append(all, issue{
			Type: "issue", Categories: []string{"Bug Risk"},
			Description: string(f.Code) + ": " + oneLine(messageAndHint(f)), CheckName: string(f.Code), Fingerprint: r.fingerprint(f), Severity: issueSeverity[f.Severity],
			Location: issueLocation{Path: r.Place(p.File).Path, Lines: issueLines{max(lines.line, 1), max(lines.endLine, 1)}},
		})
	}
	return writeJSON(w, all)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(screen.JSON(w))
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
