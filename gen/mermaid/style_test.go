package mermaid

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// TestContrast checks, by the ratios of WCAG 2, that text is readable on its box, and that boxes
// and marked arrows can be seen on a white and on a dark page.
func TestContrast(t *testing.T) {
	const white, dark = "#ffffff", "#0d1117"
	check := func(what, a, b string, least float64) {
		t.Helper()
		if ratio := contrast(t, a, b); ratio < least {
			t.Errorf("%s: %s against %s is %.2f:1, want %.1f:1", what, a, b, ratio, least)
		}
	}
	for _, k := range append(slices.Clone(kinds), &kind{class: "subject", style: subjectStyle}) {
		check(k.class+" text", colour(t, k.style, "color"), colour(t, k.style, "fill"), 7)
		check(k.class+" border", colour(t, k.style, "stroke"), white, 3)
		check(k.class+" border", colour(t, k.style, "stroke"), dark, 3)
	}
	for _, c := range []change{added, gone} {
		check("arrow", colour(t, c.style(), "stroke"), white, 3)
		check("arrow", colour(t, c.style(), "stroke"), dark, 3)
	}
}

// TestShapesDiffer checks that boxes differ not only in colour, except for those of other
// owners, and those that are never in the same diagram.
func TestShapesDiffer(t *testing.T) {
	seen := map[string]string{}
	for _, k := range kinds {
		if other, ok := seen[k.left]; ok && k.class != external.class && k.class != neutral.class {
			t.Errorf("%s looks like %s", k.class, other)
		}
		seen[k.left] = k.class
	}
}

func colour(t *testing.T, style, property string) string {
	t.Helper()
	m := regexp.MustCompile(`(?:^|,)` + property + `:(#[0-9a-f]{6})(?:,|$)`).FindStringSubmatch(style)
	if m == nil {
		t.Fatalf("no %s in %q", property, style)
	}
	return m[1]
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
