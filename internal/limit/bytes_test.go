package limit

import "testing"

func TestBytes(t *testing.T) {
	for _, s := range []string{"4GiB", "100MiB", "3KiB", "7B", "0"} {
		var b Bytes
		if err := b.Set(s); err != nil || b.String() != s {
			t.Errorf("%s became %s, %v", s, b, err)
		}
	}
	for _, s := range []string{"", "much", "-1GiB", "4GB", "1.5GiB", "99999999999GiB"} {
		if err := new(Bytes).Set(s); err == nil {
			t.Errorf("%q was accepted", s)
		}
	}
}
