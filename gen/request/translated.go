package request

import (
	"slices"
	"strings"
)

// translates reports whether the site translates addresses. If so, tables also show the
// translated ones.
func (r *Request) translates() bool { return len(r.Site.NAT) > 0 }

// seenCells returns the addresses by which the two sides of a row know each other; empty if
// these are their own.
func (r *Request) seenCells(pair [2]string, from, to rowEnd) []string {
	if !r.translates() {
		return nil
	}
	return []string{r.seen(pair[0], from.zone, to.zone, true), r.seen(pair[1], to.zone, from.zone, false)}
}

func (r *Request) seen(address, of, zone string, opens bool) string {
	own := []string{address}
	if seen := r.Site.Seen(own, of, zone, opens); !slices.Equal(seen, own) {
		return strings.Join(seen, " ")
	}
	return ""
}

// sights returns the addresses by which zones know an address of another zone: "branch:
// 192.0.2.11".
func (r *Request) sights(address, of string) string {
	var all []string
	for _, z := range r.Site.Zones {
		opens, answers := r.seen(address, of, z.ID, true), r.seen(address, of, z.ID, false)
		switch {
		case opens == answers && opens != "":
			all = append(all, z.ID+": "+opens)
		case opens != "":
			all = append(all, z.ID+", where it opens connections: "+opens)
		}
	}
	return strings.Join(all, "; ")
}
