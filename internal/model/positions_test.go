package model

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"

	"github.com/portspec/portspec/internal/diag"
)

// TestPositions packs positions, and finds these and no others.
func TestPositions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 3, 5, 6, 7, 11, 12, 13, 100, 5000} {
		want := make(map[Path]diag.Position)
		for i := range n {
			path := PathOf("flows", fmt.Sprint(i), strings.Repeat("x", random.IntN(20)))
			if i == 1 {
				path = ""
			}
			want[path] = diag.Position{
				File: []string{"", "a.cue", "b/ü.cue"}[random.IntN(3)],
				Line: random.IntN(70000), Column: random.IntN(300), EndLine: random.IntN(3), EndColumn: random.IntN(300),
			}
		}
		p, err := UnpackPositions(NewPositions(maps.All(want)).Packed())
		if err != nil {
			t.Fatalf("%d: %v", n, err)
		}
		if !maps.Equal(maps.Collect(p.All()), want) {
			t.Errorf("%d: unpacked positions differ", n)
		}
		for path, at := range want {
			if got, ok := p.Find(path); !ok || got != at {
				t.Errorf("%d: %s is at %v, want %v", n, path, got, at)
			}
			if got, ok := p.Find(path + "?"); ok {
				t.Errorf("%d: %s? is at %v", n, path, got)
			}
		}
	}
}

// TestPositionsKeepNoTable checks that the file name of a position is a copy, because a part of
// the table would keep the whole table in memory.
func TestPositionsKeepNoTable(t *testing.T) {
	p := NewPositions(maps.All(map[Path]diag.Position{"flows": {File: "some/file.cue", Line: 1}}))
	start := uintptr(unsafe.Pointer(unsafe.StringData(p.packed)))
	within := func(s string) bool {
		at := uintptr(unsafe.Pointer(unsafe.StringData(s)))
		return start <= at && at < start+uintptr(len(p.packed))
	}
	if !within(p.packed[5:6]) {
		t.Fatal("this test finds no part of the table")
	}
	found, _ := p.Find("flows")
	if within(found.File) || within(p.At("flows", "a").File) {
		t.Error("the name of a file is a part of the table")
	}
	for _, at := range p.All() {
		if within(at.File) {
			t.Error("the name of a file is a part of the table")
		}
	}
}

func TestAt(t *testing.T) {
	at := func(line int) diag.Position { return diag.Position{File: "a.cue", Line: line} }
	p := NewPositions(maps.All(map[Path]diag.Position{"": at(1), "flows": at(2), "flows.a": at(3), `rows."1.2"`: at(4)}))
	for _, c := range []struct {
		path []string
		want int
	}{
		{nil, 1},
		{[]string{"flows", "a"}, 3},
		{[]string{"flows", "a", "to", "0"}, 3},
		{[]string{"flows", "b"}, 2},
		{[]string{"rows", "1.2"}, 4},
		{[]string{"rows", "1", "2"}, 1},
		{[]string{"rows", "1.3"}, 1},
		{[]string{"else"}, 1},
	} {
		if got := p.At(c.path...); got != at(c.want) {
			t.Errorf("%v is at %v, want line %d", c.path, got, c.want)
		}
	}
	if got := (Positions{}).At("flows"); got.IsValid() {
		t.Errorf("an absent value is at %v", got)
	}
}

// FuzzUnpackPositions unpacks any text; positions that are accepted can be looked up.
func FuzzUnpackPositions(f *testing.F) {
	packed := NewPositions(maps.All(map[Path]diag.Position{
		"": {File: "a.cue", Line: 1}, "flows": {File: "b.cue", Line: 2, Column: 3, EndColumn: 4}, "flows.a": {File: "a.cue", Line: 5},
	})).Packed()
	f.Add(packed)
	for i := range packed {
		f.Add(packed[:i])
		f.Add(packed[:i] + string(packed[i]^1) + packed[i+1:])
		f.Add(packed[:i] + "\xff" + packed[i+1:])
		f.Add(packed[:i] + packed[i:i+1] + packed[i:])
	}
	f.Fuzz(func(t *testing.T, packed string) {
		p, err := UnpackPositions(packed)
		if err != nil {
			return
		}
		_, _ = p.Find("flows.a")
		for path := range p.All() {
			p.At(path.Parts()...)
		}
	})
}
