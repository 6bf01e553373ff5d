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
	// Wrong and Right are a piece of a spec or a site that brings the finding up and the
	// same piece mended; both empty where no piece of a spec shows it.
	Wrong, Right string
}

// Suppressible reports whether a spec can accept findings of the code. What is
// wrong with a suppression cannot be accepted by another one, and what is found
// in Go code is accepted there.
func (c Code) Suppressible() bool {
	return c.Severity != Error && c.Code != "PS3011" && c.Code != "PS3012" && !strings.HasPrefix(c.Code, "PS5")
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
