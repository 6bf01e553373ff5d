package targets

import (
	"bytes"
	"encoding/csv"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/prove/provetest"
)

var portList = regexp.MustCompile(`\d+(-\d+)?`)

// portsIn parses "135, 445" or "49152-65535 (dynamic)"; nil if there is no number.
func portsIn(t *testing.T, s string) []model.PortRange {
	t.Helper()
	var all []model.PortRange
	for _, one := range portList.FindAllString(s, -1) {
		all = append(all, provetest.Ports(t, one, "-"))
	}
	return all
}

// csvPermits reads the firewall request for programs. Ends that are not hosts have the names
// that people use.
func csvPermits(t *testing.T, data []byte, hosts map[string][]csvHost) permits {
	t.Helper()
	all := make(permits)
	for _, row := range csvRows(t, data) {
		of := func(side string) []csvHost {
			name := row[side]
			if row[side+"_address"] == "group" && len(hosts[name]) < 2 {
				t.Errorf("the hosts of %s are missing", name)
			}
			if known := hosts[name]; known != nil {
				return known
			}
			return []csvHost{{name: name}}
		}
		for _, from := range of("source") {
			for _, to := range of("destination") {
				if from.name != to.name || from.machines != "1" {
					ports := ""
					if row["port_from"] != "" {
						ports = row["port_from"] + "-" + row["port_to"]
					}
					all.add(oneWord(from.name)+" "+oneWord(to.name)+" "+row["transport"], portsIn(t, ports), row["need"] == "optional")
				}
			}
		}
	}
	return all
}

// A csvHost is a host in the firewall request.
type csvHost struct{ name, machines string }

// csvHosts reads which hosts the names in the request stand for.
func csvHosts(t *testing.T, data []byte) map[string][]csvHost {
	t.Helper()
	all := make(map[string][]csvHost)
	for _, row := range csvRows(t, data) {
		if host := (csvHost{row["host"], row["machines"]}); host.name != "" && !slices.Contains(all[row["name"]], host) {
			all[row["name"]] = append(all[row["name"]], host)
		}
	}
	return all
}

// csvRows reads a table as rows of values by column name.
func csvRows(t *testing.T, data []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, row := range rows[1:] {
		cells := make(map[string]string)
		for i, head := range rows[0] {
			cells[head] = row[i]
		}
		all = append(all, cells)
	}
	return all
}

// pagePermits reads the firewall request for people.
func pagePermits(t *testing.T, d *model.Deployment, data []byte) permits {
	t.Helper()
	all, groups, count := make(permits), make(map[string][]string), make(map[string]int)
	for _, h := range d.Hosts {
		count[h.ID] = h.Count
	}
	type row struct{ number, section, from, to, port string }
	var rows []row
	optionalRows := make(map[string]bool) // of those that are more than ports
	section := ""
	var head []string
	shared := make(map[string]string)
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = title
		}
		if _, above, ok := strings.Cut(line, "In every row: "); ok {
			clear(shared)
			for part := range strings.SplitSeq(strings.TrimPrefix(strings.TrimSuffix(above, "."), "**"), "; **") {
				name, words, _ := strings.Cut(part, "** ")
				shared[name] = words
			}
		}
		if !strings.HasPrefix(line, "| ") {
			if line != "" && !strings.Contains(line, "In every row: ") {
				clear(shared)
			}
			head = nil
			continue
		}
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(strings.ReplaceAll(line, "| |", "|  |"), "| "), " |"), " | ")
		if head == nil {
			head = cells
			continue
		}
		if cells[0] == "---" {
			continue
		}
		at := maps.Clone(shared)
		for i, cell := range cells {
			if i < len(head) {
				at[head[i]] = cell
			}
		}
		switch {
		case at["What to do"] != "":
			for n := range strings.SplitSeq(at["No."], ", ") {
				optionalRows[n] = optionalRows[n] || at["What to do"] == "Optional."
			}
		case section == "Groups of hosts":
			groups[at["Group"]] = namesIn(at["Names and addresses"], nil)
		case section != "Reasons":
			rows = append(rows, row{at["No."], section, at["From"], at["To"], at["Port"]})
		}
	}
	for _, r := range rows {
		optional := strings.HasSuffix(strings.ToLower(r.section), "optional") || optionalRows[r.number]
		transport, ports, _ := strings.Cut(r.port, " ")
		for _, from := range namesIn(r.from, groups) {
			for _, to := range namesIn(r.to, groups) {
				if from != to || count[from] > 1 {
					all.add(oneWord(from)+" "+oneWord(to)+" "+strings.ToLower(transport), portsIn(t, ports), optional)
				}
			}
		}
	}
	return all
}

var cellName = regexp.MustCompile(`([^(),][^(]*) \(\d+ hosts\)|([^(),][^(]*) \([^)]*\)|any host`)

// namesIn parses "ums1 (10.1.1.11), desktops1 … desktops4 (4 hosts)".
func namesIn(cell string, groups map[string][]string) []string {
	var all []string
	for _, m := range cellName.FindAllStringSubmatch(cell, -1) {
		switch {
		case m[1] != "":
			all = append(all, groups[strings.TrimSpace(strings.TrimPrefix(m[1], ","))]...)
		case m[2] != "":
			all = append(all, strings.TrimSpace(strings.TrimPrefix(m[2], ",")))
		default:
			all = append(all, m[0])
		}
	}
	return all
}
