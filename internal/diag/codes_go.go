package diag

const (
	LiteralPort       Code = "PS5001"
	ContradictingPort Code = "PS5002"
)

var goCodes = []Explanation{
	{
		Code: LiteralPort, Severity: Warning,
		Title: "Go code names a product's port by its constant.",
		Why:   "A number that is written out stays behind when the product's next release moves the port.",
		Fix:   "Write the constant of the generated package; portspec lint-go --fix does so. Where the number is not the product's, say so: //portspec:ignore REASON.",
		Wrong: `var device = net.TCPAddr{Port: 30022}`,
		Right: `var device = net.TCPAddr{Port: igelums.OS11DeviceSecureTerminalPort}`,
	},
	{
		Code: ContradictingPort, Severity: Warning,
		Title: "A number in Go code that is called after a product's port is that port.",
		Why:   "One of the two is wrong, and the program talks to a port where nobody listens.",
		Fix:   "Write the constant. Where a site has moved the port, take the number from its configuration, or call it otherwise.",
		Wrong: `var umsServerDevicePort = 30002`,
		Right: `var umsServerDevicePort = igelums.UMSServerDevicePort`,
	},
}
