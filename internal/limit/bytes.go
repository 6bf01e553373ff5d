package limit

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Bytes is an amount of memory. As a flag, it is written with a unit, such as 512MiB.
type Bytes uint64

var units = []struct {
	name string
	size Bytes
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}

// String returns the amount in the largest unit that divides it.
func (b Bytes) String() string {
	for _, u := range units {
		if b != 0 && b%u.size == 0 {
			return fmt.Sprintf("%d%s", b/u.size, u.name)
		}
	}
	return "0"
}

// Set parses the format of String.
func (b *Bytes) Set(s string) error {
	size := Bytes(1)
	for _, u := range units {
		if number, ok := strings.CutSuffix(s, u.name); ok {
			s, size = number, u.size
			break
		}
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n > math.MaxInt64/uint64(size) {
		return errors.New("must be an integer with a unit, such as 512MiB or 4GiB, or 0 for no limit")
	}
	*b = Bytes(n) * size
	return nil
}

// Type returns the name of the value in the help of a flag.
func (*Bytes) Type() string { return "size" }
