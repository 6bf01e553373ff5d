// Package cases has ports in the places where they occur.
package cases

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
)

const (
	terminalPort = 30022       // want `30022 is a port of IGEL UMS 1: write .*igelums.OS11DeviceTerminalPort`
	address      = "ums1:8443" // want `8443 is a port of IGEL UMS 1: write net.JoinHostPort\("ums1", strconv.Itoa\(igelums.UMSServerWebPort\)\) in a variable, a TCP port of UMS Server for https`
)

type config struct {
	Port      int
	UMSPort   uint16
	RelayPort int
	Addr      string
	Size      int
}

func dial(host string) {
	net.Dial("tcp", "ums1:8443")   // want `write .*igelums.UMSServerWebPort`
	net.Dial("tcp", host+":30001") // want `write .*igelums.UMSServerDevicePort`
	net.Dial("tcp", "other:8443")
	net.Dial("tcp", "app.igel.com:443")                  // want `write .*igelums.AppPortalHTTPSPort`
	net.Dial("tcp", "[::1]:30022")                       // want `write .*igelums.OS11DeviceTerminalPort`
	net.Dial("tcp", net.JoinHostPort(host, "30001"))     // want `write .*igelums.UMSServerDevicePort`
	net.DialTCP("tcp", nil, &net.TCPAddr{Port: 30001})   // want `write .*igelums.UMSServerDevicePort`
	http.Get("https://ums-server:8443/info?x=1")         // want `write .*igelums.UMSServerWebPort`
	http.Get("https://ums-server:8443/100%")             // want `write .*igelums.UMSServerWebPort`
	http.Get(fmt.Sprintf("https://%s:%d/", host, 30001)) // want `write .*igelums.UMSServerDevicePort`
	url.Parse("tcp://user:pass@ums-server:30001")        // want `write .*igelums.UMSServerDevicePort`
}

func listen() {
	net.Listen("tcp", ":30001") // want `write .*igelums.UMSServerDevicePort`
	http.ListenAndServe(":8443", nil)
	http.ListenAndServe("0.0.0.0:30022", nil) // want `write .*igelums.OS11DeviceTerminalPort`
}

func fields() {
	_ = config{Port: 30001, Size: 30001} // want `write .*igelums.UMSServerDevicePort`
	_ = config{UMSPort: 8443}            // want `write .*igelums.UMSServerWebPort`
	_ = config{RelayPort: 7411}          // want `write .*typed.RelayAPIPort`
	var c config
	c.UMSPort = 30001    // want `write .*igelums.UMSServerDevicePort`
	if c.Port == 30022 { // want `write .*igelums.OS11DeviceTerminalPort`
		os.Exit(30022)
	}
	switch c.Port {
	case 30001: // want `write .*igelums.UMSServerDevicePort`
	}
	_ = []int{30001}
	ports := []int{1, 30001}                         // want `write .*igelums.UMSServerDevicePort`
	_ = append(ports, 30022)                         // want `write .*igelums.OS11DeviceTerminalPort`
	_ = map[string]int{"port": 30001, "size": 30001} // want `write .*igelums.UMSServerDevicePort`
	timeout, farPort := 30001, 7999                  // want `7999 is a port of Nowhere 1: write nowhere.FarPort, of far$`
	_, _ = timeout, farPort
	postgresql := 5432
	dbPort := 5432
	_, _ = postgresql, dbPort
}

func numbers() {
	_ = "30001"
	_ = "30001-30005"
	_ = "version 1:30001"
	_ = 30001 + 2
	fmt.Println("at", 30001)
	fmt.Printf("%d: %d", 1, 30001)
}
