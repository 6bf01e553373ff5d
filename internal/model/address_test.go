package model

import "testing"

func TestCanonicalAddress(t *testing.T) {
	for _, c := range []struct{ written, want string }{
		{"10.0.0.1", "10.0.0.1"},
		{"10.0.0.1/32", "10.0.0.1"},
		{"::ffff:10.0.0.1", "10.0.0.1"},
		{"::FFFF:A00:1", "10.0.0.1"},
		{"0:0:0:0:0:ffff:10.0.0.1", "10.0.0.1"},
		{"::ffff:10.0.0.1/128", "10.0.0.1"},
		{"::ffff:10.0.0.0/104", "10.0.0.0/8"},
		{"10.20.0.0/16", "10.20.0.0/16"},
		{"0.0.0.0/0", "0.0.0.0/0"},
		{"2001:DB8:0:0::1", "2001:db8::1"},
		{"2001:0db8::0001", "2001:db8::1"},
		{"2001:db8::1/128", "2001:db8::1"},
		{"2001:DB8::/32", "2001:db8::/32"},
		{"2001:db8:0::/48", "2001:db8::/48"},
		{"::/0", "::/0"},
		{"FF02:0::1", "ff02::1"},
		{"64:ff9b::10.0.0.1", "64:ff9b::a00:1"},
		{"server.example.com", "server.example.com"},
		{"", ""},
	} {
		if got := CanonicalAddress(c.written); got != c.want {
			t.Errorf("%s is %s, want %s", c.written, got, c.want)
		}
	}
}
