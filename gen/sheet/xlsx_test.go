package sheet

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/portspec/portspec/internal/readers"
)

// TestCellsArePlain checks that a cell shows its text, even if that has a meaning for
// spreadsheets.
func TestCellsArePlain(t *testing.T) {
	texts := []string{
		"=1+1", "_x0041_", "_x202E_gnp.exe", "_x000a_", "__x0041__", "_x0041_x0042_", "_x005F_", "_x00zz_", "_x0041", "x0041_", "_x", "_xé041_", "é _x0041_ \U0001F600",
	}
	table := &Table{Name: "Texts", Columns: []string{"text"}}
	for _, text := range texts {
		table.Rows = append(table.Rows, []string{text})
	}
	book := open(t, table)
	for i, row := range rows(t, book)[1:] {
		if row[0] != texts[i] {
			t.Errorf("%q was read as %q", texts[i], row[0])
		}
	}
	for text, cell := range map[string]string{"_x202E_": "_x005F_x202E_", "_x0041_x0042_": "_x005F_x0041_x005F_x0042_", "_x005F_x0041_": "_x005F_x005F_x005F_x0041_", "_x00zz_": "_x00zz_"} {
		if got := plain(text); got != cell {
			t.Errorf("the cell of %s is %s, want %s", text, got, cell)
		}
	}
}

// script prints what openpyxl reads of the workbook on standard input.
const script = `
import io, json, sys, warnings
import openpyxl
warnings.simplefilter("error")
book = openpyxl.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
json.dump([{
    "Name": s.title, "Frozen": s.freeze_panes, "Filter": s.auto_filter.ref,
    "Bold": [c.font.b for c in s[1]],
    "Widths": [s.column_dimensions[c.column_letter].width for c in s[1]],
    "Cells": [["" if c.value is None else c.data_type + str(c.value) for c in row] for row in s.iter_rows()],
} for s in book], sys.stdout)
`

// TestOpenpyxl has openpyxl read a workbook: it must find both sheets with all of their cells.
func TestOpenpyxl(t *testing.T) {
	hostile := []string{`</t></is></c><c><f>1+1</f></c>`, `=cmd|'/c calc'!A1`, "a&b\"c' ", "\x00\x1b", "\uFFFE", "", "\u202Etxt.exe"}
	tables := []*Table{
		{Name: "It's <one> & \"more\"", Columns: []string{"text", "port"}, Numbers: []string{"port"}},
		{Name: "Empty", Columns: slices.Repeat([]string{"column"}, 28)},
	}
	for i, text := range hostile {
		tables[0].Rows = append(tables[0].Rows, []string{text, []string{"443", "any"}[i%2]})
	}
	cmd := exec.Command(readers.Path(t, "/usr/bin/python3"), "-c", script)
	cmd.Stdin = bytes.NewReader(Workbook("x.xlsx", tables...).Data)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err, string(err.(*exec.ExitError).Stderr))
	}
	var sheets []struct {
		Name, Frozen, Filter string
		Bold                 []bool
		Widths               []float64
		Cells                [][]string
	}
	if err := json.Unmarshal(out, &sheets); err != nil || len(sheets) != len(tables) {
		t.Fatal(err, string(out))
	}
	for i, s := range sheets {
		table := tables[i]
		if s.Name != table.Name || s.Frozen != "A2" || strings.ReplaceAll(s.Filter, "$", "") != []string{"A1:B8", "A1:AB1"}[i] || slices.Contains(s.Bold, false) || s.Widths[0] < float64(len(table.Columns[0])) {
			t.Errorf("sheet %d is %+v", i, s)
		}
		for r, row := range append([][]string{table.Columns}, table.Rows...) {
			for c, text := range row {
				want := "s" + plain(text)
				switch text {
				case "":
					want = ""
				case "443":
					want = "n443"
				}
				if s.Cells[r][c] != want {
					t.Errorf("row %d, column %d of sheet %d is %q, want %q", r, c, i, s.Cells[r][c], want)
				}
			}
		}
	}
}

// TestLongCellsAreCut checks that a text that is too long for a cell is visibly truncated.
func TestLongCellsAreCut(t *testing.T) {
	fits := strings.Repeat("x", excelize.TotalCellChars)
	long := strings.Repeat("\U0001F600", excelize.TotalCellChars) // each takes two UTF-16 units
	read := rows(t, open(t, &Table{Name: "Texts", Columns: []string{"text"}, Rows: [][]string{{fits}, {fits + "x"}, {long}, {"x" + long}}}))[1:]
	if read[0][0] != fits {
		t.Error("a text that fits was truncated")
	}
	for _, row := range read[1:] {
		if units := len(utf16.Encode([]rune(row[0]))); units > excelize.TotalCellChars || !strings.HasSuffix(row[0], cut) || strings.Contains(row[0], "\uFFFD") {
			t.Errorf("%d units that end in %q", units, row[0][len(row[0])-60:])
		}
	}
}

func open(t *testing.T, tables ...*Table) *excelize.File {
	t.Helper()
	book, err := excelize.OpenReader(bytes.NewReader(Workbook("x.xlsx", tables...).Data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book
}

func rows(t *testing.T, book *excelize.File) [][]string {
	t.Helper()
	rows, err := book.GetRows("Texts")
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
