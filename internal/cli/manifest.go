package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
)

// manifestName is the file that lists what portspec wrote.
const manifestName = ".portspec.json"

// A manifest lists the files of an output folder that portspec wrote, with the
// hashes of what it wrote. There are two hashes while a run is under way: what
// was there and what is to be there, so that a run that was killed halfway does
// not make its own files look edited.
type manifest struct {
	Version int `json:"version"`
	// Config is the name of the configuration whose outputs these are, beside
	// it; "" for an output folder.
	Config string              `json:"config,omitempty"`
	Files  map[string][]string `json:"files"`
}

func (o *output) manifestName() string { return cmp.Or(o.list, manifestName) }

func (o *output) readManifest() error {
	data, err := o.root.ReadFile(o.manifestName())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return o.failed(err)
	}
	o.onDisk = data
	if err := json.Unmarshal(data, &o.old); err != nil {
		return fmt.Errorf("%s is not what portspec wrote: %w; restore it, or delete it and run with --force",
			filepath.Join(o.dir, o.manifestName()), err)
	}
	if o.old.Version != 1 {
		return fmt.Errorf("%s has version %d, which this portspec does not know; use a newer portspec",
			filepath.Join(o.dir, o.manifestName()), o.old.Version)
	}
	if o.old.Config != "" && o.config == "" {
		return fmt.Errorf("what is generated in %s is listed in the configuration %s there; generate by that, or give --out another folder", o.dir, o.old.Config)
	}
	for name := range o.old.Files {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return fmt.Errorf("%s lists %q, which is outside the folder", filepath.Join(o.dir, o.manifestName()), name)
		}
	}
	return nil
}

// and is what is true while one manifest's files become another's: each file has
// the hashes of both.
func (m manifest) and(after manifest) manifest {
	during := manifest{Version: after.Version, Config: after.Config, Files: make(map[string][]string, len(after.Files))}
	for _, m := range []manifest{m, after} {
		for name, hashes := range m.Files {
			all := during.Files[name]
			for _, h := range hashes {
				if !slices.Contains(all, h) {
					all = append(all, h)
				}
			}
			during.Files[name] = all
		}
	}
	return during
}

func (o *output) writeManifest(m manifest) error {
	data, err := m.encode()
	if err != nil || bytes.Equal(data, o.onDisk) {
		return err
	}
	if err := o.replace(o.manifestName(), data); err != nil {
		return err
	}
	o.onDisk = data
	return nil
}

// encode is the manifest as [json.MarshalIndent] writes it, which takes many times
// as long for the thousands of files of a large output.
func (m manifest) encode() ([]byte, error) {
	data := fmt.Appendf(nil, "{\n  \"version\": %d,\n", m.Version)
	if m.Config != "" {
		name, err := json.Marshal(m.Config)
		if err != nil {
			return nil, err
		}
		data = fmt.Appendf(data, "  \"config\": %s,\n", name)
	}
	data = append(data, "  \"files\": {"...)
	names := slices.Sorted(maps.Keys(m.Files))
	for i, name := range names {
		if i > 0 {
			data = append(data, ',')
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		data = append(append(append(data, "\n    "...), key...), ": ["...)
		if len(m.Files[name]) == 0 {
			data = append(data, ']')
			continue
		}
		for j, h := range m.Files[name] {
			if j > 0 {
				data = append(data, ',')
			}
			value, err := json.Marshal(h)
			if err != nil {
				return nil, err
			}
			data = append(append(data, "\n      "...), value...)
		}
		data = append(data, "\n    ]"...)
	}
	if len(names) > 0 {
		data = append(data, "\n  "...)
	}
	return append(data, "}\n}\n"...), nil
}
