package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/portspec/portspec/internal/bench/workload"
)

// sites is what is measured of the HTML site and the Markdown of n products, against Hugo,
// which makes a site of that Markdown. Ours must not take more memory for more pages.
func sites(dir string, n int) ([]*task, error) {
	at := filepath.Join(dir, fmt.Sprintf("pages-%d", n))
	if err := cmpErr(workload.Catalog(at, n), initialize(at)); err != nil {
		return nil, err
	}
	project := filepath.Join(dir, fmt.Sprintf("hugo-%d", n))
	if err := hugoProject(project); err != nil {
		return nil, err
	}
	made := func(out string, args ...string) *command {
		c := ours(at, append([]string{"generate"}, append(args, "--out", out)...)...)
		c.prepare = func() error { return cmpErr(ours(at, "vet", "--fail-on", "error").run(), aside(out)) }
		c.writes = out
		return c
	}
	hugo := &command{dir: project, args: []string{"hugo", "--quiet"}, once: true, writes: filepath.Join(project, "public")}
	pages := &task{
		name: fmt.Sprintf("generate markdown for Hugo, %d products, after a vet", n), atMost: "1.0", size: n,
		ours: made(filepath.Join(project, "content"), "markdown", "--flavor", "hugo"), theirs: hugo,
	}
	site := &task{
		name: fmt.Sprintf("generate html, %d products, after a vet", n), atMost: "1.0", size: n,
		ours: made(filepath.Join(dir, fmt.Sprintf("html-%d", n)), "html"), against: hugo,
	}
	return []*task{pages, site}, nil
}

// hugoProject writes a project for Hugo that builds our pages with the smallest templates.
func hugoProject(to string) error {
	const from = "internal/readers/docs/hugo"
	if err := os.CopyFS(filepath.Join(to, "layouts"), os.DirFS(filepath.Join(from, "layouts"))); err != nil {
		return err
	}
	config, err := os.ReadFile(filepath.Join(from, "config.toml"))
	if err != nil {
		return err
	}
	// Hugo gives up on a page after half a minute, which includes waiting for other pages.
	config = append([]byte("timeout = \"1h\"\n"), config...)
	return os.WriteFile(filepath.Join(to, "config.toml"), config, 0o666)
}
