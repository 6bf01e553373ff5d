package cli

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/sample"
)

// TestFollowsSchema changes an export at random: it must be accepted if and only if a complete
// validator for JSON Schema accepts it.
func TestFollowsSchema(t *testing.T) {
	schema := compileSchema(t)
	var out, stderr bytes.Buffer
	if status := Main([]string{"export"}, &out, &stderr); status != statusFine {
		t.Fatalf("status %d\n%s", status, &stderr)
	}
	random := rand.New(rand.NewPCG(1, 2))
	refused, documents := 0, sample.Size(40, 120)
	for i := range documents {
		var doc map[string]any
		if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		// A few products are enough, and faster.
		doc["products"] = doc["products"].([]any)[:1]
		what := "nothing"
		if i > 0 {
			what = spoil(random, doc)
		}
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		want, got := validate(t, schema, string(text)), model.Follows(text)
		if (want == nil) != (got == nil) {
			t.Errorf("%s: %v, but the validator reports %v", what, got, want)
		}
		if got != nil {
			refused++
		}
	}
	if refused < documents/3 || refused == documents { // the first is as exported
		t.Errorf("%d of %d documents were rejected", refused, documents)
	}
	for _, text := range []string{"", "{", "[]", "{}", out.String() + "{}"} {
		if model.Follows([]byte(text)) == nil {
			t.Errorf("%.20q was accepted", text)
		}
	}
}

// spoil removes, adds or replaces something in a document, and returns a description.
func spoil(random *rand.Rand, doc map[string]any) string {
	var objects []map[string]any
	var collect func(any)
	collect = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				collect(item)
			}
		case map[string]any:
			objects = append(objects, v)
			for _, key := range keysOf(v) {
				collect(v[key])
			}
		}
	}
	collect(doc)
	o := objects[random.IntN(len(objects))]
	for len(o) == 0 {
		o = objects[random.IntN(len(objects))]
	}
	keys := keysOf(o)
	key := keys[random.IntN(len(keys))]
	switch random.IntN(3) {
	case 0:
		delete(o, key)
		return "without " + key
	case 1:
		o["else"] = "something"
		return "more beside " + key
	}
	values := []any{nil, true, "text", 7, 1.5, []any{}, []any{"text"}, map[string]any{}, map[string]any{"a": 1}}
	i := random.IntN(len(values))
	o[key] = values[i]
	text, _ := json.Marshal(values[i])
	return key + " is " + string(text)
}

func keysOf(v map[string]any) []string {
	var keys []string
	for key := range v {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
