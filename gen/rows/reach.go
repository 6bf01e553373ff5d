package rows

import (
	"encoding/json"
	"io"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/reach"
	"github.com/portspec/portspec/internal/screen"
)

// ReachTable prints the permits by which one end reaches another, for people.
func ReachTable(out io.Writer, answers []reach.Answer) error {
	tab := NewTable(7)
	tab.Add("FROM", "TO", "TRANSPORT", "PORT", "FLOW", "WHEN", "WHY")
	for _, a := range answers {
		c := a.Permit.Connection
		port := gen.Dash(gen.PortsText(a.Permit.Ports, a.Permit.Dynamic))
		if text := a.Text(); text != "" {
			port = text
		}
		when := c.Phase
		switch {
		case c.Flow.Optional && when != "":
			when += ", optional"
		case c.Flow.Optional:
			when = "optional"
		}
		why := c.Flow.Purpose
		if a.Permit.Back != "" {
			why += " (" + gen.BackText[a.Permit.Back] + ")"
		}
		if a.Local {
			why += " (on one host)"
		}
		for _, cell := range []string{
			few(a.From), few(a.To), a.Permit.Transport, port, c.Product.ID + "/" + c.Flow.ID, gen.Dash(when), why,
		} {
			tab.Add(screen.Cell(cell))
		}
	}
	return tab.Write(out)
}

func few(ids []string) string { return gen.Few(ids[:min(len(ids), gen.ShownPeers)], len(ids)) }

type reachDoc struct {
	Site string `json:"site"`
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Permitted is null if that is not known.
	Permitted *bool      `json:"permitted"`
	Permits   []reachRow `json:"permits"`
}

type reachRow struct {
	permitRow
	FromAll []string `json:"from"`
	ToAll   []string `json:"to"`
	Local   bool     `json:"local,omitempty"`   // it stays on one host
	Unknown string   `json:"unknown,omitempty"` // why the port is unknown
}

// ReachJSON prints the same for programs, with reasons.
func ReachJSON(out io.Writer, site string, q reach.Query, answers []reach.Answer) error {
	doc := reachDoc{Site: site, Permits: []reachRow{}}
	if q.From != nil {
		doc.From = q.From.ID
	}
	if q.To != nil {
		doc.To = q.To.ID
	}
	if permitted, unknown := reach.Told(answers); !unknown {
		doc.Permitted = &permitted
	}
	for _, a := range answers {
		doc.Permits = append(doc.Permits, reachRow{newPermitRow(a.Permit), a.From, a.To, a.Local, a.Text()})
	}
	enc := json.NewEncoder(screen.JSON(out))
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}
