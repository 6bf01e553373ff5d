package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/portspec/portspec/gen"
)

// Workbook returns tables as a workbook, for people. Texts are written as texts, so none becomes
// a formula; numbers are numbers. The same tables give the same bytes.
func Workbook(path string, tables ...*Table) gen.File {
	data, err := workbook(tables)
	if err != nil {
		// The names of sheets and cells are valid, and a buffer never fails.
		panic(err)
	}
	return gen.File{Path: path, Data: data}
}

func workbook(tables []*Table) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	f.SetZipWriter(func(out io.Writer) excelize.ZipWriter {
		w := zip.NewWriter(out)
		_ = w.SetComment(gen.Header) // the header is short enough
		return timeless{w}
	})
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return nil, err
	}
	for i, part := range parted(tables) {
		if i == 0 {
			err = f.SetSheetName("Sheet1", part.Name)
		} else {
			_, err = f.NewSheet(part.Name)
		}
		if err == nil {
			err = part.write(f, bold)
		}
		if err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// parted splits tables that are longer than spreadsheets allow.
func parted(tables []*Table) []*Table {
	var all []*Table
	for _, t := range tables {
		n := 0
		for rows := range slices.Chunk(t.Rows, excelize.TotalRows-1) {
			n++
			part := *t
			part.Rows = rows
			if n > 1 {
				part.Name += " " + strconv.Itoa(n)
			}
			all = append(all, &part)
		}
		if n == 0 {
			all = append(all, t)
		}
	}
	return all
}

func (t *Table) write(f *excelize.File, bold int) error {
	set := func(column, row int, text string) error {
		cell, err := excelize.CoordinatesToCellName(column+1, row)
		if err != nil {
			return err
		}
		if n, err := strconv.Atoi(text); err == nil && row > 1 && slices.Contains(t.Numbers, t.Columns[column]) {
			return f.SetCellInt(t.Name, cell, int64(n))
		}
		return f.SetCellStr(t.Name, cell, plain(text))
	}
	for i, row := range append([][]string{t.Columns}, t.Rows...) {
		for column, text := range row {
			if text == "" {
				continue
			}
			if err := set(column, i+1, text); err != nil {
				return err
			}
		}
	}
	for column, name := range t.Columns {
		letter, err := excelize.ColumnNumberToName(column + 1)
		if err != nil {
			return err
		}
		width := len(name)
		for _, row := range t.Rows {
			width = max(width, len(row[column]))
		}
		if err := f.SetColWidth(t.Name, letter, letter, float64(min(width, 60)+2)); err != nil {
			return err
		}
	}
	if err := f.SetRowStyle(t.Name, 1, 1, bold); err != nil {
		return err
	}
	last, err := excelize.CoordinatesToCellName(len(t.Columns), len(t.Rows)+1)
	if err != nil {
		return err
	}
	if err := f.AutoFilter(t.Name, "A1:"+last, nil); err != nil {
		return err
	}
	return f.SetPanes(t.Name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
}

// cut ends a text that is too long for a cell.
const cut = " … (cut: the CSV has all of it)"

// plain escapes a text for a cell. Spreadsheets read _x0041_ as the character with that number,
// which could be an invisible one, and excelize does not escape it:
//
//	_x202E_  →  _x005F_x202E_
func plain(text string) string {
	text = gen.Visible(text)
	if units := utf16.Encode([]rune(text)); len(units) > excelize.TotalCellChars {
		text = strings.TrimSuffix(string(utf16.Decode(units[:excelize.TotalCellChars-len(cut)])), "\uFFFD") + cut
	}
	if !strings.Contains(text, "_x") {
		return text
	}
	var b strings.Builder
	for i := range len(text) {
		if isCharacter(text[i:]) {
			b.WriteString("_x005F")
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// isCharacter reports whether a text begins with an escaped character, such as _x0041_.
func isCharacter(text string) bool {
	if len(text) < len("_x0041_") || text[0] != '_' || text[1] != 'x' || text[6] != '_' {
		return false
	}
	_, err := hex.DecodeString(text[2:6])
	return err == nil
}

// timeless writes a zip file in which all files have the same time.
type timeless struct{ *zip.Writer }

func (w timeless) Create(name string) (io.Writer, error) {
	return w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
}
