// Package relay is what is generated of the newest release.
package relay

const RelayAPIPort = 7412
