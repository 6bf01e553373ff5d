package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/output"
	"github.com/portspec/portspec/internal/targets"
	ws "github.com/portspec/portspec/internal/workspace"
)

func newInitSite(w *workspace) *cobra.Command {
	var products []string
	cmd := &cobra.Command{
		Use:   "site [FILE]",
		Short: "Write an example site",
		Long: `Site writes a commented site in YAML to the file, or to site.yaml, with the
features of the products and their defaults, a host for each component, and the
shared services that the products need. It resolves without changes; edit it to
describe your site. An existing file is not overwritten.`,
		Example: `  portspec init site --product igel-ums,shopping acme.yaml
  portspec resolve --site acme.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := "site.yaml"
			if len(args) == 1 {
				file = args[0]
			}
			if ext := strings.ToLower(filepath.Ext(file)); ext != ".yaml" && ext != ".yml" {
				return fmt.Errorf("%s: the name of a site file must end in .yaml or .yml", file)
			}
			if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("%s already exists; choose another name, or remove it", file)
			}
			w.NoSites = true // the configuration may list the site that is about to be written
			catalog, err := w.catalog(cmd, nil)
			if err != nil {
				return err
			}
			chosen, err := targets.Products(catalog.Shelf(), products)
			if err != nil {
				return err
			}
			if err := output.New(file, []byte(modeline(w.Root, file)+starterSite(chosen.Catalog.Newest(), catalog))); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "wrote     %s\n", shown(file))
			fmt.Fprintf(cmd.ErrOrStderr(), "run portspec resolve --site %s to resolve it\n", shown(file))
			return nil
		},
	}
	cmd.Flags().StringSliceVar(&products, "product", nil, "products of the site (default all)")
	return cmd
}

// modeline returns the comment that points editors to the JSON Schema of sites, if init
// has put it into the workspace; otherwise "".
func modeline(root, file string) string {
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil || root == "" {
		return ""
	}
	name := filepath.Join(root, filepath.FromSlash(ws.CopiedTo), "schema", "site.schema.json")
	rel, err := filepath.Rel(dir, name)
	if _, gone := os.Stat(name); err != nil || gone != nil || strings.ContainsAny(rel, " \t") { // white space would end the path
		return ""
	}
	return "# yaml-language-server: $schema=" + filepath.ToSlash(rel) + "\n"
}

// A siteStarter writes an example site.
type siteStarter struct {
	strings.Builder
	all      *model.Catalog  // with the releases that are not in the site
	taken    map[string]bool // ids of hosts so far
	services map[string]bool
	hosts    int
}

// starterSite describes a site that has one release of each product in a catalogue. The
// other catalogue has all releases that there are.
func starterSite(catalog, all *model.Catalog) string {
	s := &siteStarter{all: all, taken: make(map[string]bool), services: make(map[string]bool)}
	s.line(0, "# A site: which components run on which hosts. Edit it to describe your site, then run")
	s.line(0, "#   portspec resolve --site FILE             to list all sockets and find collisions")
	s.line(0, "#   portspec explain --site FILE HOST:PORT   to see why a port is open")
	s.line(0, "#   portspec generate --site FILE --out DIR  to write pages, Ansible variables and more")
	s.line(0, "site: my-site")
	s.line(0, "")
	s.line(0, "products:")
	for _, p := range catalog.Products {
		s.product(p)
	}
	s.line(0, "")
	s.line(0, "# Parts of the network. The address of a host determines its zone.")
	s.line(0, "# zones:")
	s.line(0, "#   dmz: {networks: [198.51.100.0/24]}")
	s.line(0, "")
	s.line(0, "hosts:")
	s.line(1, "# One host for each component. A host can run several; remove those that you do not")
	s.line(1, "# have. Write identical machines as one host: count: 5000, addresses: [10.20.0.0/16]")
	for _, p := range catalog.Products {
		s.hostsOf(p)
	}
	if len(s.services) > 0 {
		s.line(0, "")
		s.line(0, "# Locations of shared services that none of the hosts above runs.")
		s.line(0, "services:")
		for _, id := range slices.Sorted(maps.Keys(s.services)) {
			s.line(1, "# "+words(catalog.Service(id).Name))
			s.line(1, fmt.Sprintf("%s: {addresses: [%s]}", inYAML(id), s.address()))
		}
	}
	return s.String()
}

func (s *siteStarter) line(depth int, text string) {
	if text != "" {
		s.WriteString(strings.Repeat("  ", depth))
	}
	s.WriteString(text)
	s.WriteByte('\n')
}

func (s *siteStarter) product(p *model.Product) {
	s.line(1, "# "+words(p.Name+" "+p.Version))
	s.line(1, inYAML(p.ID)+":")
	if releases := model.VersionsOf(s.all.Releases(p.ID)); len(releases) > 1 {
		s.line(2, "# The release that hosts run, one of "+words(strings.Join(releases, ", "))+". A host with")
		s.line(2, "# another one, as during an upgrade, names it: "+words("releases: {"+inYAML(p.ID)+": "+strconv.Quote(releases[len(releases)-1])+"}"))
		s.line(2, "release: "+strconv.Quote(p.Version))
	}
	if len(p.Features) == 0 {
		s.line(2, "features: {}")
	} else {
		s.line(2, "features:")
		for _, f := range p.Features {
			s.line(3, "# "+words(f.Name+": "+f.Description))
			value := f.Default
			if value == "" {
				value = f.Values()[0]
			}
			switch {
			case len(f.Choices) == 0:
				value = map[string]string{"on": "true", "off": "false"}[value]
			case f.Several:
				s.line(3, "# Several of "+strings.Join(f.Values(), ", "))
				value = "[" + inYAML(value) + "]"
			default:
				s.line(3, "# One of "+strings.Join(f.Values(), ", "))
				value = inYAML(value)
			}
			s.line(3, inYAML(f.ID)+": "+value)
		}
	}
	for _, c := range p.Components {
		for _, l := range c.Listeners {
			if l.Configurable != nil && l.Configurable.Allowed && len(l.Ports) == 1 && !l.OneOf && c.Service == "" {
				s.line(2, "# To change a port on all hosts:")
				s.line(2, fmt.Sprintf("# ports: {%s: {%s: %d}}", inYAML(c.ID), inYAML(l.ID), l.Ports[0].From))
				s.line(2, "# Components that the site does not have; portspec does not ask for their location:")
				s.line(2, fmt.Sprintf("# without: [%s]", inYAML(p.Components[len(p.Components)-1].ID)))
				return
			}
		}
	}
}

// hostsOf writes a host for each component that exists with the default features, and
// collects the shared services.
func (s *siteStarter) hostsOf(p *model.Product) {
	chosen := make(map[string][]string)
	for _, f := range p.Features {
		chosen[f.ID] = []string{f.Default}
		if f.Default == "" {
			chosen[f.ID] = f.Values()[:1]
		}
	}
	for _, c := range p.Components {
		switch {
		case !c.When.Holds(chosen):
			continue
		case c.Service != "" && c.At == nil:
			s.services[c.Service] = true
			continue
		case !gen.HasHost(c):
			continue
		}
		id := gen.HostID(c.ID)
		if s.taken[id] {
			id = gen.HostID(p.ID + "-" + c.ID)
		}
		s.taken[id] = true
		s.line(1, "# "+words(c.Name))
		s.line(1, fmt.Sprintf("%s: {os: %s, addresses: [%s], runs: [%s]}", inYAML(id), gen.SystemOf(c), s.address(), model.PlaceOf(p.ID, c.ID)))
	}
}

// address returns the next address from a range for documentation (RFC 5737) and, when
// that is used up, from a private network.
func (s *siteStarter) address() string {
	s.hosts++
	if s.hosts < 255 {
		return fmt.Sprintf("192.0.2.%d", s.hosts)
	}
	return fmt.Sprintf("10.%d.%d.%d", s.hosts>>16, s.hosts>>8&255, s.hosts&255)
}

// inYAML returns an id as a string in YAML, in quotes where it could be something else, as
// null, on and 1e3 could.
func inYAML(id string) string {
	data, err := yaml.Marshal(id)
	if err != nil {
		panic(err) // a string
	}
	return strings.TrimSuffix(string(data), "\n")
}

// words returns spec text for a comment: one line of visible characters.
func words(text string) string { return shown(strings.Join(strings.Fields(text), " ")) }
