package diag

import (
	"cmp"
	"slices"
	"strings"
)

// A Code names one kind of finding by PS and four digits: PS1 files and syntax, PS2 what CUE
// has against a spec, PS3 checks beyond CUE, PS4 what a target cannot express, PS5 Go code. A
// code is never used for anything else.
type Code string

// In reports whether the code begins with a group of codes, such as PS3.
func (c Code) In(group string) bool { return strings.HasPrefix(string(c), group) }

// An Explanation says what a code is about, for whoever meets a finding that has it.
type Explanation struct {
	Code     Code
	Severity Severity
	Title    string // what has to hold, in one sentence
	Why      string // why that matters to who uses the outputs
	Fix      string // what to do
	// Wrong and Right are a piece of a spec, a site or Go code that brings the finding up
	// and the same piece fixed.
	Wrong, Right string
	// Files are an example where no piece is one: files of a workspace in the form of txtar, beside
	// others, and what portspec is told there, "" for vet. A name as "a -> b" is a link to b.
	Files, Command string
}

// Run is what portspec is told where Files are: "vet", say.
func (c Explanation) Run() string { return cmp.Or(c.Command, "vet") }

// InProduct reports whether a product can accept findings of the code, in its field
// suppress. Errors cannot be accepted, nor what is wrong with a suppression.
func (c Explanation) InProduct() bool {
	return c.Severity != Error && (c.Code.In("PS3") && c.Code != UnmatchedSuppression && c.Code != ExpiredSuppression ||
		c.Code.In("PS4") && c.Code != NotInSiteRules)
}

// InSite reports the same of a site.
func (c Explanation) InSite() bool {
	return c.Severity != Error && (c.Code.In("PS2") || c.Code.In("PS4") && c.Code != NotInAnsible)
}

// Accept says how a finding of the code is accepted, or why it cannot be; piece is
// what to write, "" for nothing.
func (c Explanation) Accept() (text, piece string) {
	who := ""
	switch {
	case c.Language() == "go":
		return "A line of Go keeps its number with a comment on it or above it.", "//portspec:ignore REASON"
	case c.InProduct() && c.InSite():
		who = "product or the site"
	case c.InProduct():
		who = "product"
	case c.InSite():
		who = "site"
	case c.Severity == Error:
		return "An error cannot be accepted: with it outputs are wrong, or there are none.", ""
	case c.Code.In("PS1"):
		return "What is wrong with a file or a link cannot be accepted: fix it, or remove it.", ""
	default:
		return "What is wrong with a suppression cannot be accepted by another one.", ""
	}
	return "Where it is right in general and not here, the " + who + " accepts it, with a reason. " +
			"Without at all findings of the code are accepted, with it those at that data path or below, " +
			"as JSON of the findings has it; without until for ever.",
		`suppress: accepted: {code: "` + string(c.Code) + `", at: "…", reason: "…", until: "2027-01-31"}`
}

// Language is what the pieces are written in, as Markdown calls it.
func (c Explanation) Language() string {
	if c.Code.In("PS5") {
		return "go"
	}
	return "cue"
}

// Codes explains all codes, sorted.
var Codes = sorted(fileCodes, siteFileCodes, cueCodes, conflictCodes, siteCodes, checkCodes, targetCodes, goCodes)

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
