package golang

import (
	"reflect"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/model"
)

// hostileProduct is all shapes with a hostile text wherever a text can stand.
// Only ids, which the schema binds to letters, digits and hyphens, are tame.
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

// free are the fields that hold text; all others hold ids, rows and words that
// the schema lists.
var free = map[string]bool{
	"Name": true, "Vendor": true, "Version": true, "Description": true, "Title": true, "Publisher": true, "URL": true,
	"Edition": true, "Cell": true, "Purpose": true, "Note": true, "Reason": true, "Provided": true, "Says": true,
	"Encoded": true, "Why": true, "App": true, "How": true, "OffUntil": true, "Unknown": true, "Setting": true, "Per": true, "NoRule": true,
	"Names": true, "Addresses": true, "Networks": true, "Groups": true, "Processes": true, "Cite": true,
}

// poison replaces every free text below v.
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
				name = "Version" // From is text there, elsewhere ids
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

// What the go command makes of it is compared in TestCompiled; here is what a
// reader of the files could be deceived by.
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
