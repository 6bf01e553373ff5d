package compare

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/config"
	"github.com/portspec/portspec/internal/diff"
	"github.com/portspec/portspec/internal/git"
	"github.com/portspec/portspec/internal/load"
	"github.com/portspec/portspec/internal/model"
	"github.com/portspec/portspec/internal/project"
	ws "github.com/portspec/portspec/internal/workspace"
)

// A side is one of two models that are compared, by what the user calls it.
type side struct {
	name string
	ref  *git.Ref // where it is in a commit
	repo *git.Repository
	// today is the day for which suppressions in a commit are judged; "" for one
	// before any expires.
	today  string
	config *config.Config // the repository's, once it is loaded; nil where there is none
	// disorder says that there is one, in a commit, which is not in order.
	disorder bool
	empty    bool // there is no product, once it is loaded
}

// sides finds out what the arguments of diff are: those of a range are commits,
// and others a folder or file if it is there.
func (by *Comparer) sides(ctx context.Context, args []string, ranged bool) ([]*side, error) {
	if by.Dir != "" { // git would speak of the reference
		if info, err := os.Stat(by.Dir); err != nil {
			return nil, err
		} else if !info.IsDir() {
			return nil, fmt.Errorf("%s is a file; give the folder of a workspace", by.Dir)
		}
	}
	if len(args) == 2 && args[0] == "-" && args[1] == "-" {
		return nil, errors.New("standard input can be one side only")
	}
	dir := by.Dir
	if by.ConfigFile != "" {
		dir = filepath.Dir(by.ConfigFile)
	}
	var sides []*side
	var refs []string
	for _, name := range args {
		sides = append(sides, &side{name: name})
		if name == "-" {
			continue
		}
		if _, err := os.Stat(name); err != nil || ranged {
			refs = append(refs, name)
			continue
		}
		if err := onlyOnDisk(ctx, cmp.Or(dir, "."), dir != "", name); err != nil {
			return nil, err
		}
	}
	if len(refs) > 0 {
		repo, found, err := git.Find(ctx, cmp.Or(dir, "."), dir != "", refs...)
		if err != nil {
			return nil, err
		}
		for _, s := range sides {
			if i := slices.Index(refs, s.name); i >= 0 {
				s.ref, s.repo = &found[i], repo
			}
		}
	}
	if len(sides) == 1 {
		sides = append(sides, &side{})
	}
	return sides, nil
}

// onlyOnDisk is an error where a folder or file has the name of a commit as well.
// To take the one that was not meant would compare a workspace with itself.
func onlyOnDisk(ctx context.Context, dir string, named bool, name string) error {
	if filepath.IsAbs(name) || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "/") {
		return nil // git has no such names
	}
	if ref, ok := git.Lookup(ctx, dir, named, name); ok {
		return fmt.Errorf("%[1]s is both a commit and a folder or file here; write ./%[1]s for what is here, or %[2]s for the commit", name, ref)
	}
	return nil
}

// load reads a side; its error is that nothing could be read at all. A workspace
// without products is one in which all are gone, or not there yet.
func (s *side) load(ctx context.Context, by *Comparer) (*load.Result, error) {
	result, err := s.read(ctx, by)
	if errors.Is(err, load.ErrNoProduct) {
		s.empty = true
		return &load.Result{Catalog: &model.Catalog{}, Available: &model.Catalog{}}, nil
	}
	return result, err
}

func (s *side) read(ctx context.Context, by *Comparer) (*load.Result, error) {
	switch {
	case s.ref != nil:
		return s.commit(ctx, by)
	case s.name == "":
		one := project.Project{Dir: by.Dir, Site: by.Site, NoCache: by.NoCache, Reading: by.Reading, Distrust: by.Distrust, ConfigFile: by.ConfigFile, Log: by.Log}
		result, err := one.Load(ctx)
		if s.config = one.Config; err == nil && one.Root == "" && one.Config == nil {
			return nil, errors.New("this is not a workspace; say what to compare with, as in portspec diff OLD NEW")
		}
		return result, err
	}
	if info, err := os.Stat(s.name); s.name == "-" || err == nil && !info.IsDir() {
		if by.Site != "" {
			return nil, fmt.Errorf("%s: an export holds no specs to resolve a site with; give a folder or a commit", s.name)
		}
		return s.exported(by.Stdin)
	}
	one := project.Project{Dir: s.name, Site: by.Site, NoCache: by.NoCache, Reading: by.Reading, Distrust: by.Distrust, Log: by.Log}
	if by.Site != "" {
		root, err := ws.FindRoot(s.name)
		if err != nil {
			return nil, err
		}
		if own := filepath.Join(root, by.siteName()); exists(own) {
			one.Site = own
		}
	}
	result, err := one.Load(ctx)
	s.config = one.Config
	return result, err
}

// exported reads what portspec export printed.
func (s *side) exported(stdin io.Reader) (*load.Result, error) {
	data, err := []byte(nil), error(nil)
	if s.name == "-" {
		data, err = io.ReadAll(stdin)
	} else {
		data, err = os.ReadFile(s.name)
	}
	if err != nil {
		return nil, err
	}
	data = plainJSON(data)
	catalog := &model.Catalog{}
	if err := model.Follows(data); err != nil {
		return nil, fmt.Errorf("%s is not what portspec export prints: %w", s.name, err)
	}
	if err := json.Unmarshal(data, catalog); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	if err := diff.Check(catalog); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return &load.Result{Catalog: catalog}, nil
}
