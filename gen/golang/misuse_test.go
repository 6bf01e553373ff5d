package golang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/portspec/portspec/gen"
)

// TestMisuse type-checks calls of FlowsWhere and Holds: meaningless ones must not compile.
func TestMisuse(t *testing.T) {
	files, _ := Generate(embedded(t))
	ums, _ := typecheck(t, files, "igelums")
	shopping, _ := typecheck(t, files, "shopping")
	packages := map[string]*types.Package{"igelums": ums, "shopping": shopping}
	for call, good := range map[string]bool{
		`igelums.FlowsWhere()`: true,
		`igelums.FlowsWhere(igelums.DatabasePostgreSQL, igelums.HighAvailabilityOn)`:           true,
		`igelums.FlowsWhere([]igelums.Setting{igelums.DatabaseOracle, igelums.SSLOnlyOff}...)`: true,
		`igelums.When{}.Holds(igelums.SSLOnlyOff)`:                                             true,
		`igelums.FlowsWhere(map[string][]string{"database": {"postgres"}})`:                    false,
		`igelums.FlowsWhere(map[string][]string{"databse": {"oracle"}})`:                       false,
		`igelums.FlowsWhere("oracle")`:                                                         false,
		`igelums.FlowsWhere(igelums.On)`:                                                       false,
		`igelums.FlowsWhere(igelums.FeatureDatabase, igelums.DatabaseOracle)`:                  false,
		`igelums.FlowsWhere(igelums.FeatureHighAvailability)`:                                  false,
		`igelums.FlowsWhere(string(igelums.DatabaseOracle))`:                                   false,
		`igelums.FlowsWhere(igelums.DatabasePostgres)`:                                         false,
		`igelums.FlowsWhere(struct{ feature, value string }{"database", "postgres"})`:          false,
		`igelums.When{}.Holds(map[string][]string{"databse": {"oracle"}})`:                     false,
		`shopping.FlowsWhere(igelums.DatabaseOracle)`:                                          false,
		`igelums.FlowsWhere(igelums.settingDatabase("postgres"))`:                              false,
		`igelums.Setting.chosen(igelums.DatabaseOracle)`:                                       false,
	} {
		text := "package main\n\nimport (\n\t_ \"igelums\"\n\t_ \"shopping\"\n)\n\nvar _, _ = " + call + "\n"
		for name := range packages {
			if strings.Contains(call, name+".") {
				text = strings.Replace(text, "_ \""+name, "\""+name, 1)
			}
		}
		if err := checkProgram(text, packages); (err == nil) != good {
			t.Errorf("%s: %v", call, err)
		}
	}
}

// checkProgram type-checks a file that imports the packages.
func checkProgram(text string, packages map[string]*types.Package) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "main.go", text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	config := types.Config{Importer: imported(packages)}
	_, err = config.Check("main", set, []*ast.File{file}, nil)
	return err
}

type imported map[string]*types.Package

func (i imported) Import(path string) (*types.Package, error) {
	if p := i[path]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("no package %s", path)
}

// TestSettingsInOnePackage puts two products into one package: settings of one are not accepted
// for the other.
func TestSettingsInOnePackage(t *testing.T) {
	for _, prefixes := range [][2]string{{"ums", "shop"}, {"UMS", "Shop"}} {
		for call, good := range map[string]bool{"%[1]sFlowsWhere(%[1]sDatabaseOracle)": true, "%[2]sFlowsWhere(%[1]sDatabaseOracle)": false} {
			var files []gen.File
			for i, id := range []string{"igel-ums", "shopping"} {
				data, _ := Options{Package: "ports", Prefix: prefixes[i]}.File(embedded(t).Product(id))
				files = append(files, gen.File{Path: id + ".go", Data: data})
			}
			call = fmt.Sprintf(call, prefixes[0], prefixes[1])
			files = append(files, gen.File{Path: "use.go", Data: []byte("package ports\n\nvar _, _ = " + call + "\n")})
			set := token.NewFileSet()
			var parsed []*ast.File
			for _, f := range files {
				file, err := parser.ParseFile(set, f.Path, f.Data, parser.SkipObjectResolution)
				if err != nil {
					t.Fatal(err)
				}
				parsed = append(parsed, file)
			}
			if _, err := new(types.Config).Check("ports", set, parsed, nil); (err == nil) != good {
				t.Errorf("%s: %v", call, err)
			}
		}
	}
}
