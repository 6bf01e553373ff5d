package limit

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestWithin(t *testing.T) {
	forever := func(context.Context) (int, error) {
		<-t.Context().Done()
		return 0, nil
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, c := range []struct {
		name   string
		ctx    context.Context
		limits Limits
		work   func(context.Context) (int, error)
		want   string
	}{
		{"time", t.Context(), Limits{Time: time.Millisecond}, forever, "takes longer than 1ms"},
		{"memory", t.Context(), Limits{Memory: 1}, forever, "takes more than 1B of memory"},
		{"interrupt", cancelled, Limits{}, forever, "interrupted"},
		{"panic", t.Context(), Limits{}, func(context.Context) (int, error) { panic("boom") }, "CUE failed on these specs"},
	} {
		_, err := Within(c.ctx, c.limits, c.work)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if n, err := Within(t.Context(), Limits{Time: time.Minute, Memory: 4 << 30}, func(context.Context) (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Error("within limits:", n, err)
	}
}

func TestBytes(t *testing.T) {
	for _, s := range []string{"4GiB", "100MiB", "3KiB", "7B", "0"} {
		var b Bytes
		if err := b.Set(s); err != nil || b.String() != s {
			t.Errorf("%s became %s, %v", s, b, err)
		}
	}
	for _, s := range []string{"", "much", "-1GiB", "4GB", "1.5GiB", "99999999999GiB"} {
		if err := new(Bytes).Set(s); err == nil {
			t.Errorf("%q is taken", s)
		}
	}
}
