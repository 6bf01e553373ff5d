package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// manifestName is the file that lists what portspec wrote.
const manifestName = ".portspec.json"

// A manifest lists the files of an output folder that portspec wrote, with the
// hashes of what it wrote. There are two hashes while a run is under way: what
// was there and what is to be there, so that a run that was killed halfway does
// not make its own files look edited.
type manifest struct {
	Version int                 `json:"version"`
	Files   map[string][]string `json:"files"`
}

func (o *output) readManifest() error {
	data, err := o.root.ReadFile(manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return o.failed(err)
	}
	if err := json.Unmarshal(data, &o.old); err != nil {
		return fmt.Errorf("%s is not what portspec wrote: %w; restore it, or delete it and run with --force",
			filepath.Join(o.dir, manifestName), err)
	}
	if o.old.Version != 1 {
		return fmt.Errorf("%s has version %d, which this portspec does not know; use a newer portspec",
			filepath.Join(o.dir, manifestName), o.old.Version)
	}
	for name := range o.old.Files {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return fmt.Errorf("%s lists %q, which is outside the folder", filepath.Join(o.dir, manifestName), name)
		}
	}
	return nil
}

func (o *output) writeManifest(m manifest) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if old, err := o.root.ReadFile(manifestName); err == nil && string(old) == string(data) {
		return nil
	}
	return o.replace(manifestName, data)
}
