package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/screen"
)

type junitSuites struct {
	XMLName xml.Name `xml:"testsuites"`
	junitCounts
	Suite junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	junitCounts
	Cases []junitCase `xml:"testcase"`
}

type junitCounts struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Time     int    `xml:"time,attr"` // always 0: the same findings give the same bytes
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Time    int           `xml:"time,attr"`
	Failure *junitFailure `xml:"failure"`
	Skipped *junitFailure `xml:"skipped"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// junit writes a test case for each finding: errors and warnings failed, infos passed
// with output, and suppressed findings were skipped. If nothing failed, it adds a case
// that passed, since readers treat a report without test cases as an error.
func (r *Report) junit(w io.Writer) error {
	counts := junitCounts{Name: "portspec"}
	var cases []junitCase
	names := make(map[string]int)
	for _, f := range r.Findings {
		c := r.junitCase(f)
		// Readers track a test across reports by its name, so names must be unique.
		key := c.Class + "\x00" + c.Name
		if names[key]++; names[key] > 1 {
			c.Name += fmt.Sprintf(" #%d", names[key])
		}
		if c.Failure != nil {
			counts.Failures++
		}
		if c.Skipped != nil {
			counts.Skipped++
		}
		cases = append(cases, c)
	}
	if counts.Failures == 0 {
		cases = append(cases, junitCase{Class: "portspec", Name: "vet"})
	}
	counts.Tests = len(cases)
	b, err := xml.MarshalIndent(junitSuites{junitCounts: counts, Suite: junitSuite{counts, cases}}, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, b)
	return err
}

func (r *Report) junitCase(f diag.Finding) junitCase {
	p := at(f)
	file := screen.Visible(r.Place(p.File).Path)
	c := junitCase{
		// Readers group classes by package, which is the part before the last dot.
		Class: strings.ReplaceAll(strings.TrimPrefix(strings.TrimSuffix(file, path.Ext(file)), "/"), "/", "."),
		Name:  string(f.Code) + " " + name(f),
		File:  file, Line: p.Line,
	}
	text := fmt.Sprintf("%s: %s %s: %s\n", r.readable(p), f.Severity, f.Code, messageAndHint(f))
	for _, other := range f.Related {
		text += r.readable(other.Position) + ": " + oneLine(other.Message) + "\n"
	}
	switch {
	case f.Suppressed != nil:
		c.Skipped = &junitFailure{Message: oneLine(f.Suppressed.Reason)}
	case f.Severity == diag.Info:
		c.Out = text
	default:
		c.Failure = &junitFailure{Type: string(f.Severity), Message: oneLine(f.Message), Text: text}
	}
	return c
}
