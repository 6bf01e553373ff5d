package diff

import (
	"fmt"

	"github.com/portspec/portspec/internal/model"
)

// Check returns an error if ids in a list of a catalogue are not unique, which can happen
// if an export was edited.
func Check(c *model.Catalog) error {
	var check func(*node, model.Path) error
	check = func(n *node, at model.Path) error {
		for _, list := range unionKeys(n.lists, nil) {
			seen := make(map[string]bool)
			for _, x := range n.lists[list] {
				place := at.Below(list, x.id)
				if seen[x.id] {
					return fmt.Errorf("%s occurs twice", place)
				}
				seen[x.id] = true
				if err := check(x, place); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return check(parse("catalog", encode(byRelease(c)[0])), "")
}
