package model

import (
	"slices"
	"testing"
)

func TestMergePorts(t *testing.T) {
	for _, x := range []struct {
		list []PortRange
		want string
	}{
		{nil, ""},
		{[]PortRange{{443, 443}, {8443, 8444}}, "443, 8443-8444"},
		{[]PortRange{{7001, 7001}, {7000, 7000}}, "7000-7001"},
		{[]PortRange{{7000, 7000}, {7002, 7002}, {7001, 7001}, {7004, 7004}}, "7000-7002, 7004"},
		{[]PortRange{{8000, 9000}, {8443, 8443}, {9001, 9002}, {443, 443}, {443, 443}}, "443, 8000-9002"},
		{[]PortRange{{65535, 65535}, {1, 65534}}, "1-65535"},
	} {
		before := slices.Clone(x.list)
		if got := FormatPorts(MergePorts(x.list)); got != x.want {
			t.Errorf("%v: %q, want %q", x.list, got, x.want)
		}
		ShortPorts(x.list)
		if !slices.Equal(x.list, before) {
			t.Errorf("%v became %v", before, x.list)
		}
	}
}

func TestShortPorts(t *testing.T) {
	for _, x := range []struct {
		list []PortRange
		want string
	}{
		{nil, ""},
		{[]PortRange{{3269, 3269}, {3268, 3268}}, "3268, 3269"},
		{[]PortRange{{137, 138}, {139, 139}, {80, 80}, {81, 81}}, "80, 81, 137-139"},
		{[]PortRange{{137, 138}, {138, 138}}, "137-138"},
		{[]PortRange{{7002, 7002}, {7000, 7000}, {7001, 7001}}, "7000-7002"},
	} {
		if got := FormatPorts(ShortPorts(x.list)); got != x.want {
			t.Errorf("%v: %q, want %q", x.list, got, x.want)
		}
	}
}
