// portspec compiles declarative specs of communication ports, reports
// contradictions, and generates Go constants, documentation, automation
// variables, diagrams and firewall rules.
package main

import (
	"os"

	"github.com/portspec/portspec/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr))
}
