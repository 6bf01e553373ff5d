package cli

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// checkStart limits the initialization of the packages that portspec links, for which every
// command waits: a thousand allocations take a tenth of a millisecond. The tool is the
// program as built, because tests link more.
func checkStart(t *testing.T, tool string) {
	t.Helper()
	const most, mostOfAll = 5500, 20000 // the library for workbooks has the most
	cmd := exec.Command(tool, "version")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	all := 0
	for _, init := range regexp.MustCompile(`(?m)^init (\S+) @.* (\d+) allocs$`).FindAllStringSubmatch(string(out), -1) {
		n, _ := strconv.Atoi(init[2])
		if all += n; n > most {
			t.Errorf("the initialization of %s allocates %d times", init[1], n)
		}
	}
	if all < 1000 || all > mostOfAll {
		t.Errorf("initialization allocates %d times", all)
	}
}
