// portspec compiles declarative specs of communication ports, finds what
// contradicts, and generates what people use: Go constants, documentation,
// automation variables, diagrams.
package main

import (
	"os"

	"github.com/portspec/portspec/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr))
}
