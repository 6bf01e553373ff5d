package rows

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/audit"
	"github.com/portspec/portspec/internal/screen"
)

// AuditTable prints the result of comparing evidence with a site, for people.
func AuditTable(out io.Writer, r *audit.Report) error {
	tab := NewTable(5)
	tab.Add("VERDICT", "ABOUT", "WHAT", "FLOWS", "WHY")
	for _, t := range r.Things {
		what := t.What
		if t.Where != "" && t.Verdict != audit.Covered {
			what = t.Where + ": " + what
		}
		flows := t.Flows[:min(len(t.Flows), gen.ShownPeers)]
		for _, cell := range []string{string(t.Verdict), t.About, what, gen.Dash(gen.Few(flows, len(t.Flows))), gen.Dash(t.Detail)} {
			tab.Add(screen.Cell(strings.ReplaceAll(cell, "\n", " ")))
		}
	}
	return tab.Write(out)
}

// AuditJSON prints the same for programs.
func AuditJSON(out io.Writer, r *audit.Report) error {
	agrees, unknown := r.Agrees()
	doc := struct {
		*audit.Report
		// Agrees is null if the evidence is not enough to tell.
		Agrees *bool `json:"agrees"`
	}{Report: r}
	if !agrees || !unknown {
		doc.Agrees = &agrees
	}
	enc := json.NewEncoder(screen.JSON(out))
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}
