package device

var devicePort = 30005 // want `30005 is a port of IGEL`
