package diag

const (
	LiteralPort       Code = "PS5001"
	ContradictingPort Code = "PS5002"
)

var goCodes = []Explanation{
	{
		Code: LiteralPort, Severity: Warning,
		Title: "Go code refers to a product's port by its constant.",
		Why:   "A literal number stays the same when the product's next release moves the port.",
		Fix:   "Use the constant of the generated package; portspec lint-go --fix inserts it. If the number is not the product's port, add a comment: //portspec:ignore REASON.",
		Wrong: `var device = net.TCPAddr{Port: 30022}`,
		Right: `var device = net.TCPAddr{Port: igelums.OS11DeviceSecureTerminalPort}`,
	},
	{
		Code: ContradictingPort, Severity: Warning,
		Title: "A number in Go code that is named after a product's port equals that port.",
		Why:   "The name or the number is wrong, and the program talks to a port on which nothing listens.",
		Fix:   "Use the constant. If a site has moved the port, take the number from its configuration, or choose another name.",
		Wrong: `var umsServerDevicePort = 30002`,
		Right: `var umsServerDevicePort = igelums.UMSServerDevicePort`,
	},
}
