package request

import (
	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/gen/sheet"
)

// The files with the tables of a request, beside its page.
const (
	CSV      = "firewall-request.csv"
	HostsCSV = "firewall-request-hosts.csv"
	RowsCSV  = "firewall-request-rows.csv"
	XLSX     = "firewall-request.xlsx"
)

// FileNames returns the names of these files.
func FileNames() []string { return []string{CSV, HostsCSV, RowsCSV, XLSX} }

// Files returns the tables of the request, each for programs and all in one workbook, in a
// folder that ends in a slash.
func (r *Request) Files(folder string) []gen.File {
	tables := r.Tables()
	files := []gen.File{sheet.Workbook(folder+XLSX, tables...)}
	for i, name := range []string{CSV, HostsCSV, RowsCSV} {
		files = append(files, tables[i].CSV(folder+name))
	}
	return files
}
