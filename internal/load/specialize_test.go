package load

import (
	"testing"

	"github.com/portspec/portspec/internal/sample"
)

// TestSpecialized changes random tokens, and judges by the part of the schema that concerns the
// packages and by the whole schema: the results must be identical.
func TestSpecialized(t *testing.T) {
	edits, faulty := sample.Size(12, 40), 0
	for _, tr := range trials(t, 2)[:edits] {
		var results [2]string
		for i := range results {
			found, err := Loader{whole: i == 1}.loadDirs(t.Context(), inLanguage(overlaid{tr.in.files, tr.file, tr.text}), tr.dirs)
			if err != nil {
				t.Fatal(err)
			}
			results[i] = asText(t, found)
			if i == 1 && found.Findings.HasErrors() {
				faulty++
			}
		}
		if results[0] != results[1] {
			t.Errorf("%s: %s", tr, firstDifference(results[0], results[1]))
		}
	}
	t.Logf("%d edits, %d with errors", edits, faulty)
	if faulty == 0 || faulty == edits {
		t.Error("want edits with errors and edits without")
	}
}

// TestChecksForCUE makes a check fail that only CUE runs, in a product that is otherwise judged
// without checks.
func TestChecksForCUE(t *testing.T) {
	for network, wrong := range map[string]bool{"2001:db8:1::/48": false, "2001:db8:1::/43": true} {
		files := workspaceOf(t, map[string]string{"x/x.cue": `package x

import "github.com/portspec/portspec/schema"

product: schema.#Product & {
	id: "x", name: "X", vendor: "X", version: "1", description: "X."
	sources: guide: {title: "Guide", tables: ports: {title: "Ports", rows: "1": "TCP 1"}}
	components: a: {name: "A", at: networks: ["` + network + `"]}
}
`})
		r, err := Loader{}.load(t.Context(), files)
		if err != nil {
			t.Fatal(err)
		}
		if r.Findings.HasErrors() != wrong {
			t.Errorf("%s: %v", network, r.Findings)
		}
	}
}
