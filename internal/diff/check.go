package diff

import (
	"fmt"

	"github.com/portspec/portspec/internal/model"
)

// Check refuses a catalogue in which two things of one list have the same id, as
// one that was exported and then edited may: it says where.
func Check(c *model.Catalog) error {
	var check func(*node, model.Path) error
	check = func(n *node, at model.Path) error {
		for _, list := range unionKeys(n.lists, nil) {
			seen := make(map[string]bool)
			for _, x := range n.lists[list] {
				place := at.Below(list, x.id)
				if seen[x.id] {
					return fmt.Errorf("%s is there twice", place)
				}
				seen[x.id] = true
				if err := check(x, place); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return check(parse("catalog", encode(c)), "")
}
