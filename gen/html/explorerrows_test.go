package html_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/portspec/portspec/internal/readers"
)

// TestExplorerRows tests that rows that show one flow after the other are the same as new ones,
// and that the words of the search are marked wherever they are.
func TestExplorerRows(t *testing.T) {
	dir := ofRepository(t).dir
	used, fresh := explorerOf(t, dir, readers.View{}), explorerOf(t, dir, readers.View{})
	type list struct {
		Table         string
		Marked, Texts []string
	}
	search := func(e *shown, words string) (seen list) {
		t.Helper()
		e.Eval(fmt.Sprintf(`{
			const input = document.querySelector("#words");
			input.value = %q;
			input.dispatchEvent(new InputEvent("input"));
			({
				Table: document.querySelector(".list table").outerHTML,
				Marked: [...CSS.highlights.get("words")].map((r) => r.startContainer.data.slice(r.startOffset, r.endOffset).toLowerCase()),
				Texts: [...document.querySelectorAll(".list td > *")].map((e) => e.textContent.toLowerCase()),
			});
		}`, words), &seen)
		return seen
	}
	for _, view := range []string{"direction", "component", "listener"} {
		used.Eval(fmt.Sprintf(`document.querySelector("input[value=%s]").click()`, view), nil)
		for _, words := range []string{"u", "ums", "ums 8443", "zzz", "server device", "", "snmp", "(", "ldap"} {
			used.Eval(`{ // a browser reports it with the next picture only
				const list = document.querySelector(".list");
				list.scrollTop = 900;
				list.dispatchEvent(new Event("scroll"));
			}`, nil)
			got := search(used, words)
			fresh.open("#view=" + view)
			want := search(fresh, words)
			if got.Table != want.Table {
				t.Errorf("by %s, %q: the table is\n%s\nwant\n%s", view, words, got.Table, want.Table)
			}
			var marked []string
			for _, word := range strings.Fields(words) {
				for _, text := range want.Texts {
					marked = append(marked, slices.Repeat([]string{word}, strings.Count(text, word))...)
				}
			}
			slices.Sort(marked)
			slices.Sort(got.Marked)
			if !slices.Equal(got.Marked, marked) || strings.HasPrefix(words, "ums") && len(marked) < 10 {
				t.Errorf("by %s, %q: marked are %q, want %q", view, words, got.Marked, marked)
			}
		}
	}
}
