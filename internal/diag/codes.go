package diag

import (
	"slices"
	"strings"
)

// A Code explains one kind of finding. Its name is PS and four digits: PS1 files
// and syntax, PS2 what CUE has against a spec, PS3 checks beyond CUE, PS4 what a
// target cannot express, PS5 Go code. A code is never used for anything else.
type Code struct {
	Code     string
	Severity Severity
	Title    string // what has to hold, in one sentence
	Why      string // why that matters to who uses the outputs
	Mend     string // what to do
	// Wrong and Right are a piece of a spec, a site or Go code that brings the finding up
	// and the same piece mended; both empty where no piece shows it.
	Wrong, Right string
}

// InProduct reports whether a product can accept findings of the code, in its field
// suppress. Errors cannot be accepted, nor what is wrong with a suppression.
func (c Code) InProduct() bool {
	return c.Severity != Error && (strings.HasPrefix(c.Code, "PS3") && c.Code != "PS3011" && c.Code != "PS3012" ||
		strings.HasPrefix(c.Code, "PS4") && c.Code != "PS4302")
}

// InSite reports the same of a site.
func (c Code) InSite() bool {
	return c.Severity != Error && (strings.HasPrefix(c.Code, "PS2") || strings.HasPrefix(c.Code, "PS4") && c.Code != "PS4301")
}

// Accept says how a finding of the code is accepted, or why it cannot be; piece is
// what to write, "" for nothing.
func (c Code) Accept() (text, piece string) {
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
	default:
		return "What is wrong with a suppression cannot be accepted by another one.", ""
	}
	return "Where it is right in general and not here, the " + who + " accepts it, with a reason. " +
			"Without at all findings of the code are accepted, with it those at that data path or below, " +
			"as JSON of the findings has it; without until for ever.",
		`suppress: accepted: {code: "` + c.Code + `", at: "…", reason: "…", until: "2027-01-31"}`
}

// Language is what the pieces are written in, as Markdown calls it.
func (c Code) Language() string {
	if strings.HasPrefix(c.Code, "PS5") {
		return "go"
	}
	return "cue"
}

// Codes lists all codes, sorted.
var Codes = sorted(fileCodes, siteFileCodes, cueCodes, conflictCodes, siteCodes, checkCodes, targetCodes, goCodes)

func sorted(tables ...[]Code) []Code {
	all := slices.Concat(tables...)
	slices.SortFunc(all, func(a, b Code) int { return strings.Compare(a.Code, b.Code) })
	return all
}

// Lookup returns the explanation of a code.
func Lookup(code string) (Code, bool) {
	i, ok := slices.BinarySearchFunc(Codes, code, func(c Code, code string) int {
		switch {
		case c.Code < code:
			return -1
		case c.Code > code:
			return 1
		}
		return 0
	})
	if !ok {
		return Code{}, false
	}
	return Codes[i], true
}
