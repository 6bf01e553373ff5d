package other

var devicePort = 30005
