package prove

import "context"

// NFTables is a ruleset as nft -f reads it.
type NFTables []byte

// Load implements [Rules].
func (text NFTables) Load(ctx context.Context, at Network) error {
	return at.Run(ctx, string(text), "nft", "-f", "-")
}

// IPTables has chains as iptables-restore and ip6tables-restore read them.
type IPTables struct{ V4, V6 []byte }

// Load implements [Rules]. The chains are called from INPUT and OUTPUT once.
func (t IPTables) Load(ctx context.Context, at Network) error {
	for _, of := range []struct {
		program string
		text    []byte
	}{{"iptables", t.V4}, {"ip6tables", t.V6}} {
		if err := at.Run(ctx, string(of.text), of.program+"-restore", "-w", "--noflush"); err != nil {
			return err
		}
		for _, direction := range []string{"IN", "OUT"} {
			call := []string{direction + "PUT", "-j", "PORTSPEC-" + direction}
			if at.Run(ctx, "", of.program, append([]string{"-w", "-C"}, call...)...) == nil {
				continue
			}
			if err := at.Run(ctx, "", of.program, append([]string{"-w", "-I"}, call...)...); err != nil {
				return err
			}
		}
	}
	return nil
}
