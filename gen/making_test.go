package gen

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/model"
)

// An echo makes a file and a finding for each product, and one for the catalogue.
type echo struct{}

func (echo) Product(s Step) ([]File, diag.List) {
	text := fmt.Sprint(s.Number, s.Ref(), s.Diagrams().Overview)
	if s.Newer != nil {
		text += s.Newer.Ref()
	}
	return []File{{Path: s.Ref(), Data: []byte(text)}}, diag.List{{Message: s.Ref()}}
}

func (echo) Close(add func(...File)) diag.List {
	add(File{Path: "a"}, File{Path: "z"})
	return diag.List{{Message: "all"}}
}

// TestAll checks that files and findings are sorted, with one core and with many.
func TestAll(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	c := &model.Catalog{}
	for i := range 500 {
		id := fmt.Sprintf("p%03d", i)
		c.Products = append(c.Products, &model.Product{ID: id, Version: "2"}, &model.Product{ID: id, Version: "1"})
	}
	for _, cores := range []int{1, 8} {
		runtime.GOMAXPROCS(cores)
		files, findings := All(c, echo{}, func(s Step) *Diagrams { return &Diagrams{Overview: s.Version} })
		if len(files) != 1002 || len(findings) != 1001 {
			t.Fatalf("%d cores: %d files, %d findings", cores, len(files), len(findings))
		}
		if got := string(files[1].Data); files[1].Path != "p000@1" || got != "1p000@11p000@2" {
			t.Errorf("%s is %q", files[1].Path, got)
		}
		if files[0].Path != "a" || files[1001].Path != "z" || findings[0].Message != "all" || findings[1].Message != "p000@1" {
			t.Errorf("%s to %s, %s", files[0].Path, files[1001].Path, findings[0].Message)
		}
	}
}

// TestOnce checks that steps that share make a value of each type once, and others one each.
func TestOnce(t *testing.T) {
	made := 0
	number := func(*model.Product) int { made++; return made }
	name := func(p *model.Product) string { made++; return p.Name }
	p, shared := &model.Product{Name: "Shop"}, &Shared{}
	for range 2 {
		step := Step{Product: p, Shared: shared}
		if n, text := Once(step, number), Once(step, name); n != 1 || text != "Shop" {
			t.Errorf("got %d and %q", n, text)
		}
	}
	Once(Step{Product: p}, name)
	if n := Once(Step{Product: p}, number); n != 4 || made != 4 {
		t.Errorf("made %d values, the last is %d", made, n)
	}
}
