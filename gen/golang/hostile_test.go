package golang

import (
	"reflect"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// hostileProduct has all shapes, with hostile texts in all places. Only ids, which the schema
// limits to letters, digits and hyphens, are harmless.
func hostileProduct() *model.Product {
	p := shapesProduct()
	next := 0
	poison(reflect.ValueOf(p).Elem(), "", func() string {
		next++
		return hostileTexts[next%len(hostileTexts)]
	})
	p.ID = "hostile"
	return p
}

// free are the fields with free text; all others contain ids, rows and words that the schema
// lists.
var free = map[string]bool{
	"Name": true, "Vendor": true, "Version": true, "Description": true, "Title": true, "Publisher": true, "URL": true,
	"Edition": true, "Cell": true, "Purpose": true, "Note": true, "Reason": true, "Provided": true, "Says": true,
	"Encoded": true, "Why": true, "App": true, "How": true, "OffUntil": true, "Unknown": true, "Setting": true, "Per": true, "NoRule": true,
	"Names": true, "Addresses": true, "Networks": true, "Groups": true, "Processes": true, "Cite": true,
}

// poison replaces all free text in a value.
func poison(v reflect.Value, field string, text func() string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), field, text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			if v.Type() == reflect.TypeFor[model.Versions]() {
				name = "Version" // its From is free text, others are ids
			}
			if name != "Positions" {
				poison(v.Field(i), name, text)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), field, text)
		}
	case reflect.Map:
		if free[field] {
			for _, key := range v.MapKeys() {
				if v.Type().Elem().Kind() == reflect.String {
					v.SetMapIndex(key, reflect.ValueOf(text()))
					continue
				}
				list := v.MapIndex(key).Interface().([]string)
				for i := range list {
					list[i] = text()
				}
			}
		}
	case reflect.String:
		if free[field] && v.String() != "" {
			v.SetString(text())
		}
	}
}

// TestHostileComments checks for texts that could deceive readers of the files. TestCompiled
// checks what the go command reads.
func TestHostileComments(t *testing.T) {
	files, _ := Generate(&model.Catalog{Products: []*model.Product{hostileProduct()}})
	if len(files) == 0 {
		t.Fatal("no files")
	}
	for _, f := range files {
		parseSafe(t, string(f.Data))
		if strings.Count(string(f.Data), "\npackage hostile\n") != 1 {
			t.Errorf("%s: not one package clause", f.Path)
		}
	}
	docs := docsOf(t, files, "hostile")
	if doc := docs["ServerOnePort"]; !strings.HasPrefix(doc, "ServerOnePort is a TCP port of ") {
		t.Errorf("comment of ServerOnePort:\n%s", doc)
	}
}
