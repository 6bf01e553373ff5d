package sheet

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// TestCellsArePlain checks that a cell shows its text, even if that has a meaning for
// spreadsheets or the library.
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
