package ansible

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/pattern"
)

// crossesNetwork reports whether a connection crosses the network and needs a rule.
func crossesNetwork(c *model.Connection) bool {
	return c.Flow.NoRule == "" && c.Flow.Scope != "same-host" && c.Listener.Bind != "loopback"
}

// A span is the condition of a rule: those of its connection, the talker and the
// listening host together.
type span struct {
	when                model.When
	talkerOS, listensOS []string // empty for all
	// Releases of operating systems at both ends.
	talkerReleases, listensReleases []osRelease
	since, before                   string // releases; "" for no bound
	phase                           string
	never                           string // why it never holds, or ""
}

// spanOf combines the conditions of a connection and of one of its talkers.
func spanOf(c *model.Connection, talker *model.Component) span {
	s := span{when: c.Product.And(c.When, talker.When)}
	s.talkerOS = s.both(c.Flow.OS, talker.OS)
	s.listensOS = s.both(c.To.OS, c.Listener.OS)
	s.talkerReleases = osReleases(c.Flow.OSVersions, talker.OSVersions)
	s.listensReleases = osReleases(c.To.OSVersions, c.Listener.OSVersions)
	for _, part := range []model.Conditions{c.Flow.Conditions, c.Listener.Conditions, c.To.Conditions, talker.Conditions} {
		if s.phase == "" {
			s.phase = part.Phase
		}
		if v := part.Versions; v != nil && canCompare(v, c.Product.Version) {
			if s.since == "" || v.From != "" && compareReleases(v.From, s.since) > 0 {
				s.since = v.From
			}
			if s.before == "" || v.Before != "" && compareReleases(v.Before, s.before) < 0 {
				s.before = v.Before
			}
		}
	}
	if f := s.when.Never(); f != "" {
		s.never = "no value of " + f + " suits all of its parts"
	}
	return s
}

// both is the operating systems that both conditions allow; an empty list allows all.
func (s *span) both(a, b []string) []string {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
	}
	common := slices.DeleteFunc(slices.Clone(a), func(os string) bool { return !slices.Contains(b, os) })
	if len(common) == 0 {
		s.never = fmt.Sprintf("no operating system is both %s and %s", strings.Join(a, " or "), strings.Join(b, " or "))
	}
	return common
}

// An osRelease is a range of releases of one operating system.
type osRelease struct{ os, since, before string }

// osReleases combines the ranges of operating systems' releases in several conditions,
// as far as Ansible can compare them.
func osReleases(conditions ...map[string]*model.Versions) []osRelease {
	var all []osRelease
	for _, byOS := range conditions {
		if len(byOS) == 0 {
			continue
		}
		for _, os := range slices.Sorted(maps.Keys(byOS)) {
			v := byOS[os]
			if r := (osRelease{os, v.From, v.Before}); canCompare(v, "") && !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	return all
}

// equals reports whether two spans are the same condition.
func (s *span) equals(other *span) bool {
	sameLists := func(a, b [][]string) bool { return slices.EqualFunc(a, b, slices.Equal) }
	return maps.EqualFunc(s.when, other.when, sameLists) &&
		slices.Equal(s.talkerOS, other.talkerOS) && slices.Equal(s.listensOS, other.listensOS) &&
		slices.Equal(s.talkerReleases, other.talkerReleases) && slices.Equal(s.listensReleases, other.listensReleases) &&
		s.since == other.since && s.before == other.before && s.phase == other.phase && s.never == other.never
}

// release matches the releases that Ansible's version test is certain to order.
var release = pattern.New(`^[0-9]{1,9}(\.[0-9]{1,9})*$`)

// canCompare reports whether the bounds can be compared with the product's release.
func canCompare(v *model.Versions, current string) bool {
	for _, r := range []string{v.From, v.Before, current} {
		if r != "" && !release().MatchString(r) {
			return false
		}
	}
	return true
}

// compareReleases orders "12.04" before "12.10", as Ansible does.
func compareReleases(a, b string) int {
	return slices.Compare(numbers(a), numbers(b))
}

func numbers(release string) []int {
	var list []int
	for part := range strings.SplitSeq(release, ".") {
		n, _ := strconv.Atoi(part) // nine digits at most
		list = append(list, n)
	}
	return list
}

// A group is the talkers of a connection that have the same conditions.
type group struct {
	span
	talkers []*model.Component
}

// groupTalkers groups the talkers of a connection by their conditions. Most often
// there is one group.
func groupTalkers(c *model.Connection) []*group {
	var groups []*group
	for _, talker := range c.From {
		s := spanOf(c, talker)
		i := slices.IndexFunc(groups, func(g *group) bool { return g.equals(&s) })
		if i < 0 {
			groups = append(groups, &group{span: s})
			i = len(groups) - 1
		}
		groups[i].talkers = append(groups[i].talkers, talker)
	}
	return groups
}
