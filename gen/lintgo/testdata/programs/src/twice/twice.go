// Package twice is of a module in which a product is generated twice.
package twice

var targetPort = 7411 // want `7411 is a port of Relay 1: write relay.RelayAPIPort of "twice/a/relay" or relay.RelayAPIPort of "twice/b/relay"$`

var relayAPIPort = 7412 // want `relayAPIPort is 7412 here`
