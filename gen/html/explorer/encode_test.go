package explorer

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/portspec/portspec/internal/readers"
)

// hostileTexts try to end a string, a line, a comment or a script.
var hostileTexts = []string{
	`'`, `"`, `\`, `\'`, `\\'`, "\n", "\r\n", "\u2028\u2029", `');alert(1);('`, `</script><script>alert(1)</script>`,
	`<!--<script>`, `]]>`, "`${alert(1)}`", `*/ alert(1) //`, "\x00\x01\x1f\x7f", "é ü 日本 🙂", "\u202e\ufeff", `\u0027`, `__proto__`, "constructor",
}

// TestScript has JavaScript read the value from the script. The script must be ASCII, and
// contain nothing that looks like a tag.
func TestScript(t *testing.T) {
	value := map[string]any{"list": []any{}}
	for _, s := range hostileTexts {
		value["list"] = append(value["list"].([]any), s)
		value[s] = s
	}
	to := newScript(nil, "", "made")
	to.json(string(marshal(value)))
	code := to.end()
	if i := bytes.IndexFunc(code, func(r rune) bool { return r > '~' || r < ' ' && r != '\n' }); i >= 0 {
		t.Errorf("%q", code[i:])
	}
	for _, mark := range []string{"<", ">", "\n"} {
		if i := bytes.Index(code, []byte(mark)); i >= 0 && i < len(code)-1 {
			t.Errorf("%q is in the script: %.40q", mark, code[i:])
		}
	}
	name := filepath.Join(t.TempDir(), "made.cjs")
	if err := os.WriteFile(name, append([]byte("self = {};\n"), append(code, "process.stdout.write(JSON.stringify(self.made))"...)...), 0o600); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(readers.Run(t, ".", "node", name)), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, value) {
		t.Errorf("%q, want %q", got, value)
	}
}
