package check

import (
	"fmt"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// ExpiredPermits finds permits of the site's firewalls after their last day.
func ExpiredPermits(s *model.Site, o Options) diag.List {
	if s.Firewall == nil {
		return nil
	}
	var found diag.List
	for _, p := range s.Firewall.Permits {
		if p.Until == "" || p.Until >= o.Today {
			continue
		}
		message := fmt.Sprintf("%s was permitted only until %s", p.Flow, p.Until)
		if p.Owner != "" {
			message += ", for " + p.Owner
		}
		if p.Ticket != "" {
			message += " (" + p.Ticket + ")"
		}
		path := []string{"firewall", "permits", p.Flow, "until"}
		found = append(found, diag.Finding{
			Code: diag.ExpiredPermit, Severity: diag.Warning, Position: s.Positions.At(path...), Path: model.PathOf(append([]string{"site"}, path...)...),
			Message: message, Hint: "set a later day, or remove what needs it",
		})
	}
	return found
}
