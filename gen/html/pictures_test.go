package html_test

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/readers"
)

var pictures = flag.Bool("pictures", false, "make the pictures of the documentation again")

// TestPictures tests that the README shows pictures of the site, and that these are small.
// With -pictures it creates them, as "make pictures" does. Fonts differ between systems, so
// pictures are not compared.
func TestPictures(t *testing.T) {
	const most = 60_000 // bytes
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for name, page := range map[string][2]string{
		"explorer.png":  {"explorer.html", "#q=ums+8443"},
		"component.png": {"products/igel-ums/component-ums-server.html", ""},
	} {
		path := filepath.Join("..", "..", "docs", name)
		if *pictures {
			p := readers.Open(t, readers.View{Width: 1160, Height: 530})
			p.Go(ofRepository(t).dir, page[0], page[1])
			p.Screenshot(path, false)
			shrink(t, path)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(bytes.NewReader(data)); err != nil || len(data) > most {
			t.Errorf("docs/%s has %d bytes: %v", name, len(data), err)
		}
		if !strings.Contains(string(readme), "(docs/"+name+")") {
			t.Errorf("the README does not show docs/%s", name)
		}
	}
}

// shrink reduces a picture to its most frequent colours; other pixels get the nearest.
func shrink(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	pixels := make(map[color.Color]int)
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			pixels[picture.At(x, y)]++
		}
	}
	frequent := slices.SortedFunc(maps.Keys(pixels), func(a, b color.Color) int { return pixels[b] - pixels[a] })
	few := image.NewPaletted(picture.Bounds(), frequent[:min(len(frequent), 64)])
	draw.Draw(few, few.Bounds(), picture, image.Point{}, draw.Src)
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, few); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
