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
	"github.com/portspec/portspec/internal/source"
	ws "github.com/portspec/portspec/internal/workspace"
)

// A side is one of the two models to compare.
type side struct {
	name string
	ref  *git.Ref // nil if it is not in a commit
	repo *git.Repository
	// today is the date used for suppressions in a commit; with "", none has expired.
	today  string
	config *config.Config // set by load; nil if there is none
	// badConfig means that the configuration in the commit has errors.
	badConfig bool
	empty     bool // set by load if there are no products
}

// sides determines what the arguments of diff name: ends of a range are commits, other
// arguments are a folder or file if it exists.
func (by *Comparer) sides(ctx context.Context, args []string, ranged bool) ([]*side, error) {
	if by.Dir != "" { // otherwise git would report the reference
		if info, err := os.Stat(by.Dir); err != nil {
			return nil, err
		} else if !info.IsDir() {
			return nil, fmt.Errorf("%s is a file; name the folder of a workspace", by.Dir)
		}
	}
	if len(args) == 2 && args[0] == "-" && args[1] == "-" {
		return nil, errors.New("only one side can be standard input")
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

// onlyOnDisk returns an error if the name of a folder or file is also that of a commit.
// Choosing the wrong one would compare a workspace with itself.
func onlyOnDisk(ctx context.Context, dir string, named bool, name string) error {
	if filepath.IsAbs(name) || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "/") {
		return nil // not a possible reference
	}
	if ref, ok := git.Lookup(ctx, dir, named, name); ok {
		return fmt.Errorf("%[1]s is both a commit and a folder or file; write ./%[1]s for the folder or file, or %[2]s for the commit", name, ref)
	}
	return nil
}

// load loads a side. It returns an error only if nothing could be read. A workspace
// without products is valid: all may have been removed, or none added yet.
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
			return nil, errors.New("this is not a workspace; name both sides, as in portspec diff OLD NEW")
		}
		return result, err
	}
	if info, err := os.Stat(s.name); s.name == "-" || err == nil && !info.IsDir() {
		if by.Site != "" {
			return nil, fmt.Errorf("%s: a site cannot be resolved with an export; name a folder or a commit", s.name)
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

// exported reads the output of portspec export.
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
	data, _ = source.Plain(data) // truncated text is not JSON, which is reported below
	catalog := &model.Catalog{}
	if err := model.Follows(data); err != nil {
		return nil, fmt.Errorf("%s is not the output of portspec export: %w", s.name, err)
	}
	if err := json.Unmarshal(data, catalog); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	if err := diff.Check(catalog); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return &load.Result{Catalog: catalog}, nil
}
