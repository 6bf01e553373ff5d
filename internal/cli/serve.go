package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"

	"github.com/spf13/cobra"

	"github.com/portspec/portspec/gen"
	"github.com/portspec/portspec/internal/diag"
	"github.com/portspec/portspec/internal/limit"
	"github.com/portspec/portspec/internal/parallel"
	"github.com/portspec/portspec/internal/rerun"
	"github.com/portspec/portspec/internal/serve"
	"github.com/portspec/portspec/internal/targets"
)

func newServe(w *workspace) *cobra.Command {
	var listen string
	var hosts []string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the pages of the specs in a browser, and update them on every save",
		Long: `Serve makes the pages of the target html in memory, and serves them over HTTP
until it is interrupted. When a spec, a site or the configuration is saved, the
pages are regenerated, and open ones reload. While specs have errors, the last
good pages stay, with the findings on top.

It answers only on this machine, unless --listen says otherwise. Browsers may
address it as localhost, by an address, or by a name that --host gives; requests
for other names are refused, since web pages of strangers could make them.`,
		Example: `  portspec serve
  portspec serve --listen 127.0.0.1:0
  portspec serve --listen :4080 --host docs.example.com`,
		Args:        cobra.NoArgs,
		Annotations: map[string]string{boundItself: "yes"},
		RunE: func(cmd *cobra.Command, args []string) error {
			if rerun.IsRun() {
				if rerun.AwaitTurn(cmd.Context(), os.Stdin) != nil {
					return errReported
				}
				return w.bounded(w.printSite)(cmd, args)
			}
			for _, name := range hosts {
				if err := serve.CheckHost(name); err != nil {
					return err
				}
			}
			return w.serve(cmd, args, listen, serve.New(hosts))
		},
	}
	w.siteFlag(cmd)
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:4080", "address and port to listen on; port 0 picks a free one")
	cmd.Flags().StringSliceVar(&hosts, "host", nil, "name by which browsers may address the server")
	return cmd
}

// serve answers requests until it is interrupted. Other processes make the pages, unless the specs
// are those of the binary, which do not change.
func (w *workspace) serve(cmd *cobra.Command, args []string, listen string, server *serve.Server) error {
	l, err := serve.Listen(cmd.Context(), listen)
	if err != nil {
		return err
	}
	defer l.Close()
	ctx, stop := context.WithCancel(cmd.Context())
	defer stop()
	options := w.watching(cmd, args)
	options.Take = func(ended int, stdout, stderr []byte) {
		var files map[string][]byte
		if ended != statusFine {
			server.Keep(string(stderr))
		} else if err := json.Unmarshal(stdout, &files); err != nil {
			server.Keep(err.Error())
		} else {
			server.Replace(files)
		}
	}
	watched := func() error { return nil }
	if _, err := options.Find(); errors.Is(err, rerun.ErrNothing) {
		once := func(cmd *cobra.Command, _ []string) error {
			files, err := w.siteFiles(cmd)
			server.Replace(files)
			return err
		}
		if err := w.bounded(once)(cmd, args); err != nil {
			return err
		}
	} else {
		watched = parallel.Go(func() error {
			defer stop()
			_, err := rerun.Watch(ctx, options)
			if err == nil && ctx.Err() == nil {
				err = errReported // the first run could not be made
			}
			return err
		})
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "serving http://%s/ (press Ctrl-C to quit)\n", shownAddress(l.Addr()))
	err = server.Run(ctx, l)
	stop()
	if failed := watched(); failed != nil {
		return failed
	}
	return err
}

// shownAddress returns an address that a browser on this machine can open.
func shownAddress(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// printSite prints the files of the site as JSON, for the process that serves them.
func (w *workspace) printSite(cmd *cobra.Command, _ []string) error {
	files, err := w.siteFiles(cmd)
	if err != nil {
		return err
	}
	defer limit.Stage(cmd.Context(), "printing the site")()
	return json.NewEncoder(cmd.OutOrStdout()).Encode(files)
}

// siteFiles makes the files of the site, whose pages reload themselves.
func (w *workspace) siteFiles(cmd *cobra.Command) (map[string][]byte, error) {
	result, err := w.sound(cmd)
	if err != nil {
		return nil, err
	}
	sites, err := w.soundSites(cmd, result)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	files := make(map[string][]byte)
	job := &targets.Job{Target: targets.Served(), Products: result.Catalog.Shelf(), Sites: sites}
	findings, err := targets.Make([]*targets.Job{job}, w.Checks, func(_ *targets.Job, made ...gen.File) error {
		mu.Lock()
		defer mu.Unlock()
		for _, f := range made {
			files[f.Path] = f.Data
		}
		return nil
	})
	w.print(cmd.ErrOrStderr(), findings.AtLeast(diag.Warning), result)
	return files, err
}
