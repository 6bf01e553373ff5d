package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/portspec/portspec/gen"
)

// A workbook is a zip file of XML, according to ECMA-376, part 1 (SpreadsheetML). Libraries
// for it also read, compute and draw: merely linking one took a third of the time in which
// portspec starts.

// Limits of a worksheet, according to Excel's specifications and limits.
const (
	maxRows  = 1 << 20
	maxChars = 32767 // of a cell, in UTF-16
)

const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const (
	spreadsheet   = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	types         = "application/vnd.openxmlformats-officedocument.spreadsheetml."
)

// Parts that are the same in all workbooks.
const (
	rootRels = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + relationships + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	// Format 0 is plain, format 1 is for headings.
	styles = head + `<styleSheet xmlns="` + spreadsheet + `">` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
)

// Workbook returns tables as a workbook, for people. Texts are written as texts, so none becomes
// a formula; numbers are numbers. The same tables give the same bytes.
func Workbook(path string, tables ...*Table) gen.File {
	sheets := parted(tables)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	_ = w.SetComment(gen.Header) // the header is short enough
	part := func(name string, write func(*bytes.Buffer)) {
		var b bytes.Buffer
		write(&b)
		// All have the same time. A buffer never fails.
		to, _ := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		_, _ = to.Write(b.Bytes())
	}
	part("[Content_Types].xml", func(b *bytes.Buffer) { writeTypes(b, len(sheets)) })
	part("_rels/.rels", func(b *bytes.Buffer) { b.WriteString(rootRels) })
	part("xl/workbook.xml", func(b *bytes.Buffer) { writeBook(b, sheets) })
	part("xl/_rels/workbook.xml.rels", func(b *bytes.Buffer) { writeRels(b, len(sheets)) })
	part("xl/styles.xml", func(b *bytes.Buffer) { b.WriteString(styles) })
	for i, t := range sheets {
		part(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), t.writeSheet)
	}
	_ = w.Close()
	return gen.File{Path: path, Data: out.Bytes()}
}

// parted splits tables that are longer than spreadsheets allow.
func parted(tables []*Table) []*Table {
	var all []*Table
	for _, t := range tables {
		n := 0
		for rows := range slices.Chunk(t.Rows, maxRows-1) {
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

func writeTypes(b *bytes.Buffer, sheets int) {
	b.WriteString(head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + types + `sheet.main+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + types + `styles+xml"/>`)
	for i := range sheets {
		fmt.Fprintf(b, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="`+types+`worksheet+xml"/>`, i+1)
	}
	b.WriteString(`</Types>`)
}

func writeRels(b *bytes.Buffer, sheets int) {
	b.WriteString(head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId0" Type="` + relationships + `/styles" Target="styles.xml"/>`)
	for i := range sheets {
		fmt.Fprintf(b, `<Relationship Id="rId%d" Type="`+relationships+`/worksheet" Target="worksheets/sheet%[1]d.xml"/>`, i+1)
	}
	b.WriteString(`</Relationships>`)
}

// writeBook writes the list of sheets, and the ranges of their filters, which spreadsheets expect
// as names.
func writeBook(b *bytes.Buffer, sheets []*Table) {
	b.WriteString(head + `<workbook xmlns="` + spreadsheet + `" xmlns:r="` + relationships + `"><sheets>`)
	for i, t := range sheets {
		fmt.Fprintf(b, `<sheet name="%s" sheetId="%d" r:id="rId%[2]d"/>`, escaped(t.Name), i+1)
	}
	b.WriteString(`</sheets><definedNames>`)
	for i, t := range sheets {
		fmt.Fprintf(b, `<definedName name="_xlnm._FilterDatabase" localSheetId="%d" hidden="1">%s!$A$1:$%s$%d</definedName>`,
			i, escaped("'"+strings.ReplaceAll(t.Name, "'", "''")+"'"), letters(len(t.Columns)), len(t.Rows)+1)
	}
	b.WriteString(`</definedNames></workbook>`)
}

// writeSheet writes a table. Its first row stays in view, and filters the others.
func (t *Table) writeSheet(b *bytes.Buffer) {
	b.WriteString(head + `<worksheet xmlns="` + spreadsheet + `"><sheetViews><sheetView workbookViewId="0">` +
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for column, name := range t.Columns {
		width := len(name)
		for _, row := range t.Rows {
			width = max(width, len(row[column]))
		}
		fmt.Fprintf(b, `<col min="%d" max="%[1]d" width="%d" customWidth="1"/>`, column+1, min(width, 60)+2)
	}
	b.WriteString(`</cols><sheetData>`)
	t.writeRow(b, 1, t.Columns)
	for i, row := range t.Rows {
		t.writeRow(b, i+2, row)
	}
	fmt.Fprintf(b, `</sheetData><autoFilter ref="A1:%s%d"/></worksheet>`, letters(len(t.Columns)), len(t.Rows)+1)
}

func (t *Table) writeRow(b *bytes.Buffer, number int, row []string) {
	fmt.Fprintf(b, `<row r="%d">`, number)
	for column, text := range row {
		if text == "" {
			continue
		}
		at := letters(column+1) + strconv.Itoa(number)
		if n, err := strconv.Atoi(text); err == nil && number > 1 && slices.Contains(t.Numbers, t.Columns[column]) {
			fmt.Fprintf(b, `<c r="%s"><v>%d</v></c>`, at, n)
			continue
		}
		format := ""
		if number == 1 {
			format = ` s="1"`
		}
		fmt.Fprintf(b, `<c r="%s"%s t="inlineStr"><is><t xml:space="preserve">%s</t></is></c>`, at, format, escaped(plain(text)))
	}
	b.WriteString(`</row>`)
}

// letters returns the name of a column, counted from 1: A to Z, AA, AB and so on.
func letters(column int) string {
	var name []byte
	for ; column > 0; column = (column - 1) / 26 {
		name = append(name, byte('A'+(column-1)%26))
	}
	slices.Reverse(name)
	return string(name)
}
