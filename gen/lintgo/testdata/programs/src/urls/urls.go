// Package urls has addresses.
package urls

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
)

const fixed = "https://ums-server:8443/info" // want `write fmt.Sprintf\("https://ums-server:%d/info", igelums.UMSServerWebPort\) in a variable, `

func get(host string) {
	http.Get("https://ums-server:8443/info") // want `write fmt.Sprintf\("https://ums-server:%d/info", igelums.UMSServerWebPort\), a TCP port`
	http.Get("https://shop.test:8443/info")
	http.Get("https://other/30001")
	_ = url.URL{Scheme: "https", Host: "10.0.0.1:30022"}                // want `write net.JoinHostPort\("10.0.0.1", strconv.Itoa\(igelums.OS11DeviceSecureTerminalPort\)\), a TCP port`
	_ = url.URL{Scheme: "https", Host: net.JoinHostPort(host, "30022")} // want `write strconv.Itoa\(igelums.OS11DeviceSecureTerminalPort\), a TCP port`
	_ = fmt.Sprintf("https://%s:30022/x", host)                         // want `write "https://%s:%d/x" with igelums.OS11DeviceSecureTerminalPort, a TCP port`
	_ = url.Values{"size": {"30001"}}
}
