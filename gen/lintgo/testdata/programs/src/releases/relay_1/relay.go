// Package relay_1 is what is generated for an older release.
package relay_1

const RelayAPIPort = 7411
