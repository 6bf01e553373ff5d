package explain

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/errors"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/load/eval"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/pattern"
)

// named returns the field at a path or, for a list element, the field of the list.
func named(path []string) string {
	for _, part := range slices.Backward(path) {
		if _, err := strconv.Atoi(part); err != nil {
			return part
		}
	}
	return ""
}

// expects describes what the schema requires at a path.
func expects(path []string) string {
	if len(path) > 3 && path[1] == "suppress" {
		return expectedOfSuppression[path[3]]
	}
	if len(path) > 0 && path[0] == "site" {
		for i, part := range path[:len(path)-1] {
			if words, ok := expectedBelow[part]; ok && i > 1 {
				return words
			}
		}
	}
	return expected[named(path)]
}

// expectedBelow is like expected, for fields of a site whose keys are ids.
var expectedBelow = map[string]string{
	"features": "a feature is true or false, the id of a choice, or a list of ids",
	"ports":    "a port is a whole number from 1 to 65535; a listener that takes a range has {from: 5000, to: 5010}",
	"releases": `a host runs one release of a product, written in quotes: {igel-ums: "12.01"}`,
}

// expectedOfSuppression is like expected, for the fields of a suppression.
var expectedOfSuppression = map[string]string{
	"code":   "a product can suppress warnings and infos about products, and a site those about sites: portspec explain lists the codes; errors must be fixed, as outputs would be wrong",
	"at":     `at is a data path, as in "components.server.listeners.api"`,
	"reason": "say why the finding is accepted",
	"until":  `until is the last day on which it is accepted, as in "2027-01-31"`,
}

// expected describes what the schema requires of a field. It does not decide anything.
var expected = map[string]string{
	"port":         "a port is a whole number from 1 to 65535",
	"ports":        "ports is a list of whole numbers from 1 to 65535",
	"one_of":       "one_of is a list of two or more whole numbers from 1 to 65535",
	"fallback":     "fallback is a list of whole numbers from 1 to 65535",
	"from":         "a range goes from a lower to a higher port, from 1 to 65535",
	"to":           "a range goes from a lower to a higher port, from 1 to 65535",
	"transports":   `a transport is "tcp", "udp", "sctp", "icmp", "icmpv6", another IP protocol by its name, such as "esp", "gre" or "vrrp", or "ip/" and the number of one without a name`,
	"transport":    `a transport is "tcp", "udp" or "sctp"`,
	"cite":         `a citation is product/table/row, as in "igel-ums/default-ports/7"`,
	"os":           `an operating system is "windows", "linux", "macos", "android", "ios", "igel-os", "esxi", "aix", "freebsd", "hp-ux", "netbsd", "openbsd", "solaris" or "unix"`,
	"talker_os":    `an operating system is "windows", "linux", "macos", "android", "ios", "igel-os", "esxi", "aix", "freebsd", "hp-ux", "netbsd", "openbsd", "solaris" or "unix"`,
	"service_tags": `a service tag is a cloud's name for networks of its own, such as "AzureCloud" or "AzureCloud.WestEurope"`,
	"urls":         `a URL is a host's name and a path, without a port: "https://example.com/updates/"; without a path it is one of names`,
	"after":        `the version of the previous release is text in quotes, as in "12.01"`,
	"release":      `a release is one version in quotes, as in "12.04"`,
	"site":         "the site's own id is lower-case words joined by hyphens",
	"addresses":    `an address is written as 10.1.0.11 or 2001:db8::1, a network as 10.20.0.0/16`,
	"networks":     `a network is written as 10.20.0.0/16 or 2001:db8::/32`,
	"names":        `a name is a DNS name in lower case: server.example.com; a * may be in any label but the last two`,
	"runs":         `a component that runs is written as product/component, as in "igel-ums/ums-server"`,
	"count":        "count is the number of machines, at least 1",
	"out":          "a path is relative to the configuration's folder, uses slashes, and stays inside it",
	"specs":        "a path is relative to the configuration's folder, uses slashes, and stays inside it",
	"package":      "the name of a Go package is one lower-case word",
	"prefix":       "a prefix consists of letters, digits and underscores, and begins with a letter",
	"hosts":        "hosts lists what runs where: {server1: {runs: [product/component]}}",
	"id":           `an id is lower-case words joined by hyphens, as in "ha-load-balancer"`,
}

// isID matches texts with the form of an id.
var isID = pattern.New(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// longestID is the maximum length of an id; ids that name files are shorter.
const longestID = 200

// fileHint explains why an id with the right form is not accepted; "" for other texts.
func fileHint(id string) string {
	if !isID().MatchString(id) {
		return ""
	}
	if len(id) > 100 {
		return "files are named after it: it has at most 100 characters"
	}
	return "Windows reserves this name for a device, so it cannot be a file name; choose another id"
}

// A choice is CUE's errors about a value that matches none of several alternatives: one for the
// whole value, and one for each alternative.
type choice struct {
	whole errors.Error
	each  []errors.Error
}

// choice returns the finding for a value that matches none of several alternatives, and the
// place to repair.
func (e *Explainer) choice(c choice) (diag.Finding, diag.Position) {
	path := eval.Unquoted(c.whole.Path())
	inputs := e.inputs(c.whole)
	for _, err := range c.each {
		inputs = append(inputs, e.inputs(err)...)
	}
	at := e.place(diag.Constraint, path, c.whole, inputs)
	written, options := c.values()
	f := diag.Finding{
		Code: diag.Constraint, Severity: diag.Error, Position: at, Path: model.PathOf(path...),
		Message: fmt.Sprintf("%s is not a value for %s", written, named(path)),
	}
	if written == "" {
		f.Message = fmt.Sprintf("%s is not a value for %s", cmp.Or(e.in.Line(at), "this"), named(path))
	}
	f.Hint = expects(path)
	if len(options) > 0 {
		f.Hint = fmt.Sprintf("%s is one of %s", named(path), strings.Join(options, ", "))
		if meant := diag.Nearest(written, options); meant != "" {
			f.Hint += "; " + didYouMean(meant)
		}
	}
	return f, at
}

// alternatives separates errors about choices from the others.
func alternatives(all []errors.Error) (choices []choice, rest []errors.Error) {
	at := make(map[string]int)
	for _, err := range all {
		path := strings.Join(err.Path(), ".")
		i, known := at[path]
		switch {
		case isEmptyDisjunction(err):
			if !known {
				at[path] = len(choices)
				choices = append(choices, choice{whole: err})
			}
		case known:
			choices[i].each = append(choices[i].each, err)
		default:
			rest = append(rest, err)
		}
	}
	return choices, rest
}

// values returns the value that was written, which every error names, and the alternatives.
func (c choice) values() (written string, options []string) {
	count := make(map[string]int)
	for _, err := range c.each {
		conflict, ok := conflictOf(err)
		if !ok {
			return "", nil
		}
		for _, value := range conflict.values {
			count[value]++
		}
	}
	for _, s := range slices.Sorted(maps.Keys(count)) {
		if count[s] > count[written] {
			written = s
		}
	}
	for _, s := range slices.Sorted(maps.Keys(count)) {
		if s != written && strings.HasPrefix(s, `"`) || s == "true" || s == "false" {
			options = append(options, s)
		}
	}
	return written, options
}
