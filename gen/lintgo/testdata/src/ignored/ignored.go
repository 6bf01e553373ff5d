package ignored

var (
	aPort = 30001 //portspec:ignore the lab's own
	bPort = 30001 //portspec:ignore // want `write igelums`
	cPort = 30001 //nolint:portspec // the lab's own
	dPort = 30001 //nolint:errcheck,portspec
	ePort = 30001 //nolint:errcheck // want `write igelums`
	fPort = 30001 // nolint
	//portspec:ignore the lab's own
	gPort = 30001
	hPort = 30001 // want `write igelums`
	iPort = 30001 //portspec:ignored by nobody // want `write igelums`
)

//portspec:ignore a table of others
var others = map[string]int{
	"aPort": 30001,
	"bPort": 30001,
}

// f opens ports.
//
//nolint:portspec
func f(port int) int {
	port = 30001
	return port
}

func g(port int) int {
	port = 30001 // want `write igelums`
	return port
}
