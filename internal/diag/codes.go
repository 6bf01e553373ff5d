package diag

import (
	"cmp"
	"slices"
	"strings"
)

// A Code identifies a kind of finding: PS and four digits. PS1 is for files and syntax, PS2 for
// errors in specs and sites, PS3 for checks beyond CUE, PS4 for what a target cannot express,
// and PS5 for Go code. A code is never reused.
type Code string

// In reports whether the code belongs to a group, such as PS3.
func (c Code) In(group string) bool { return strings.HasPrefix(string(c), group) }

// An Explanation documents a code for users who meet it in a finding.
type Explanation struct {
	Code     Code
	Severity Severity
	Title    string // the rule that the finding breaks, in one sentence
	Why      string // why it matters to users of the outputs
	Fix      string // what to do about it
	// Wrong is a piece of a spec, a site or Go code that causes the finding, and Right is
	// the same piece fixed.
	Wrong, Right string
	// Files is the example if a piece is not enough: files to add to a workspace, as a txtar
	// archive. A name such as "a -> b" is a link to b. Command is the command line that reports
	// the finding there, without "portspec"; "" is vet.
	Files, Command string
}

// Run returns the command line that reports the finding in Files, such as "vet".
func (c Explanation) Run() string { return cmp.Or(c.Command, "vet") }

// InProduct reports whether a product can accept findings with the code, in its field
// suppress. Errors and findings about suppressions cannot be accepted.
func (c Explanation) InProduct() bool {
	return c.Severity != Error && (c.Code.In("PS3") && c.Code != UnmatchedSuppression && c.Code != ExpiredSuppression ||
		c.Code.In("PS4") && !c.Code.In("PS45") && c.Code != NotInSiteRules)
}

// InSite is like InProduct, for a site.
func (c Explanation) InSite() bool {
	return c.Severity != Error && (c.Code.In("PS2") || c.Code.In("PS4") && c.Code != NotInAnsible)
}

// Accept explains how to accept a finding with the code, or why that is not possible; piece is
// what to write, or "".
func (c Explanation) Accept() (text, piece string) {
	who := ""
	switch {
	case c.Language() == "go":
		return "A comment on the line, or on the line above, accepts a number in Go code.", "//portspec:ignore REASON"
	case c.InProduct() && c.InSite():
		who = "product or the site"
	case c.InProduct():
		who = "product"
	case c.InSite():
		who = "site"
	case c.Severity == Error:
		return "An error cannot be accepted: the outputs would be wrong or missing.", ""
	case c.Code.In("PS1"):
		return "A finding about a file or a link cannot be accepted: fix or remove the file.", ""
	default:
		return "A finding about a suppression cannot be suppressed itself.", ""
	}
	return "If the rule does not apply here, accept the finding in the " + who + ", with a reason. " +
			"With at, only findings at that data path or below it are accepted (--format json shows the path), " +
			"otherwise all findings with the code. Without until, the suppression never expires.",
		`suppress: accepted: {code: "` + string(c.Code) + `", at: "…", reason: "…", until: "2027-01-31"}`
}

// Language is the language of the examples, as written after a Markdown code fence.
func (c Explanation) Language() string {
	if c.Code.In("PS5") {
		return "go"
	}
	return "cue"
}

// Codes lists the explanations of all codes, sorted by code.
var Codes = sorted(fileCodes, siteFileCodes, cueCodes, conflictCodes, siteCodes, hostCodes, checkCodes, targetCodes, firewallCodes, natCodes, zoneCodes, goCodes)

func sorted(tables ...[]Explanation) []Explanation {
	all := slices.Concat(tables...)
	slices.SortFunc(all, func(a, b Explanation) int { return cmp.Compare(a.Code, b.Code) })
	return all
}

// Lookup returns the explanation of a code.
func Lookup(code Code) (Explanation, bool) {
	i, ok := slices.BinarySearchFunc(Codes, code, func(c Explanation, code Code) int { return cmp.Compare(c.Code, code) })
	if !ok {
		return Explanation{}, false
	}
	return Codes[i], true
}
