// Package flags has defaults of flags.
package flags

import "flag"

type settings struct {
	Port int    `env:"PORT" default:"30001"`
	Addr string `env:"ADDR" default:":30001"`
}

var (
	port    = flag.Int("port", 30022, "port to listen on")     // want `write igelums.OS11DeviceSecureTerminalPort, `
	device  = flag.String("device-port", "30022", "a port")    // want `write strconv.Itoa\(igelums.OS11DeviceSecureTerminalPort\), `
	addr    = flag.String("addr", ":30022", "where to listen") // want `write net.JoinHostPort\("", strconv.Itoa\(igelums.OS11DeviceSecureTerminalPort\)\), `
	web     = flag.Int("web-port", 8080, "port to listen on")
	timeout = flag.Int("timeout", 30022, "milliseconds until a port is closed")
	wait    = flag.Int("port-timeout", 30022, "milliseconds")
)
