package evidence

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// record is an object of PowerShell: the values of each property, by its name in lower
// case. A property without a value has an empty list; one that was lost in CSV has the
// value lost.
type record struct {
	values map[string][]string
	file   string
}

// lost replaces a list in CSV, where PowerShell writes only its type.
const lost = "\x00lost"

func (r record) has(names ...string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { _, ok := r.values[name]; return !ok })
}

// get returns the only value of a property; "" if it has none or several.
func (r record) get(name string) string {
	if v := r.values[name]; len(v) == 1 {
		return v[0]
	}
	return ""
}

// maxRecords limits the objects of a file; a machine has some hundreds of rules.
const maxRecords = 200_000

// readWindows reads objects of PowerShell: from ConvertTo-Json a list, one object, or an
// object of lists; or from Export-Csv and ConvertTo-Csv a table.
func readWindows(f *File, text []byte) error {
	var err error
	if c := bytes.TrimSpace(text)[0]; c == '{' || c == '[' {
		err = f.jsonRecords(text)
	} else {
		err = f.csvRecords(text)
	}
	if err != nil {
		return err
	}
	if len(f.records) > maxRecords {
		return fmt.Errorf("it has more than %d objects", maxRecords)
	}
	if !slices.ContainsFunc(f.records, func(r record) bool { return classOf(r) != "" }) {
		return errors.New("it has no object of Get-NetTCPConnection, Get-NetUDPEndpoint or Get-NetFirewall…")
	}
	return nil
}

func (f *File) jsonRecords(text []byte) error {
	var doc any
	if err := unmarshal(text, &doc); err != nil {
		return err
	}
	f.collect(doc)
	return nil
}

// collect adds the objects of a document: those in lists, and the document itself.
func (f *File) collect(doc any) {
	switch doc := doc.(type) {
	case []any:
		for _, x := range doc {
			f.collect(x)
		}
	case map[string]any:
		r := record{values: make(map[string][]string), file: f.Name}
		for name, v := range doc {
			r.values[strings.ToLower(name)] = texts(v)
		}
		if classOf(r) != "" {
			f.records = append(f.records, r)
			return
		}
		for _, name := range sortedKeys(doc) {
			f.collect(doc[name])
		}
	}
}

// texts returns the values of a property. An enumeration can be a number, a text, or an
// object with both; a list can be wrapped in an object with its count.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{strings.TrimSpace(v)}
	case float64:
		return []string{strconv.FormatFloat(v, 'f', -1, 64)}
	case bool:
		return []string{strconv.FormatBool(v)}
	case []any:
		all := []string{}
		for _, x := range v {
			all = append(all, texts(x)...)
		}
		return all
	case map[string]any:
		for _, name := range []string{"Value", "value"} {
			if inner, ok := v[name]; ok {
				return texts(inner)
			}
		}
	case json.Number:
		return []string{v.String()}
	}
	return nil
}

func (f *File) csvRecords(text []byte) error {
	if bytes.HasPrefix(text, []byte("#TYPE ")) {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	r := csv.NewReader(bytes.NewReader(text))
	head, _, _ := bytes.Cut(text, []byte("\n"))
	for _, c := range "\t;" {
		if bytes.ContainsRune(head, c) {
			r.Comma = c
		}
	}
	rows, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("it is not a table as Export-Csv writes it, or it is truncated: %w", err)
	}
	if len(rows) < 2 {
		return errors.New("the table has no rows")
	}
	for _, row := range rows[1:] {
		one := record{values: make(map[string][]string), file: f.Name}
		for i, name := range rows[0] {
			value := []string{strings.TrimSpace(row[i])}
			switch {
			case value[0] == "":
				value = nil
			case strings.HasSuffix(value[0], "[]"): // System.String[]
				value = []string{lost}
			}
			one.values[strings.ToLower(name)] = value
		}
		f.records = append(f.records, one)
	}
	return nil
}

// isWindowsHeader reports whether a line is the header of a table of PowerShell objects.
func isWindowsHeader(line string) bool {
	r := record{values: make(map[string][]string)}
	for _, name := range strings.FieldsFunc(strings.ToLower(line), func(c rune) bool { return strings.ContainsRune("\",;\t\r", c) }) {
		r.values[name] = nil
	}
	return classOf(r) != ""
}

// classOf recognizes an object by its properties; it returns "" for an unknown class. The
// objects of all these cmdlets have an InstanceID.
func classOf(r record) string {
	for _, c := range []struct {
		name string
		has  []string
	}{
		{"tcp", []string{"localaddress", "localport", "state"}},
		{"rule", []string{"instanceid", "direction", "action", "enabled"}},
		{"port", []string{"instanceid", "protocol", "localport", "remoteport"}},
		{"udp", []string{"localaddress", "localport"}},
		{"address", []string{"instanceid", "localaddress", "remoteaddress"}},
		{"program", []string{"instanceid", "program"}},
		{"service", []string{"instanceid", "service"}},
		{"security", []string{"instanceid", "authentication"}},
		{"interfacetype", []string{"instanceid", "interfacetype"}},
		{"profile", []string{"defaultinboundaction", "defaultoutboundaction"}},
		{"network", []string{"networkcategory"}},
		{"ip", []string{"ipaddress", "prefixlength"}},
		{"interface", []string{"instanceid", "interfacealias"}},
	} {
		if r.has(c.has...) {
			return c.name
		}
	}
	return ""
}
