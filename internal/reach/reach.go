package reach

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/policy"
)

// A Query asks who may reach whom. A nil end matches everybody; an empty transport and port 0
// match all.
type Query struct {
	From, To  *Place
	Transport string
	Port      int
}

// A Place is one end of a query: a host of the site, something elsewhere whose location
// it gives, or an address.
type Place struct {
	ID       string
	node     int // of the index; -1 for an address
	networks []netip.Prefix
}

// An Answer is one permit, between those of its ends that match the query.
type Answer struct {
	Permit   *model.Permit // without its ends
	From, To []string      // ids of the ends, each once
	// Lacks is why it is not known whether the permit has the port; "" if it has.
	Lacks string
	// Local is true if traffic stays on one host, where no firewall sees it.
	Local bool
}

// Told reports whether an answer permits anything or, if none does, whether one may do so.
func Told(all []Answer) (permitted, unknown bool) {
	for _, a := range all {
		permitted = permitted || a.Lacks == ""
		unknown = unknown || a.Lacks != ""
	}
	return permitted, unknown && !permitted
}

// Text describes what an answer lacks.
func (a Answer) Text() string {
	return map[string]string{policy.Port: "port not known", policy.Choice: "one of several ports; the site has not chosen"}[a.Lacks]
}

// String returns the query as "web1 to sql, tcp 1433".
func (q Query) String() string {
	var b strings.Builder
	name := func(p *Place) string {
		if p == nil {
			return "anybody"
		}
		return p.ID
	}
	fmt.Fprintf(&b, "%s to %s", name(q.From), name(q.To))
	switch {
	case q.Transport != "" && q.Port != 0:
		fmt.Fprintf(&b, ", %s %d", q.Transport, q.Port)
	case q.Transport != "":
		fmt.Fprintf(&b, ", %s", q.Transport)
	case q.Port != 0:
		fmt.Fprintf(&b, ", port %d", q.Port)
	}
	return b.String()
}
