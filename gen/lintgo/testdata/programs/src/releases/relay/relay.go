// Package relay is what is generated for the newest release.
package relay

const RelayAPIPort = 7412
