package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/source"
)

// ManifestName is the name of the file that lists the files that portspec wrote.
const ManifestName = ".portspec.json"

// A manifest lists the files that portspec wrote to an output folder, with hashes for
// tables, which cannot contain a seal. During a run, it has two hashes for a table, those of
// the old and of the new contents, so that no file looks edited if the run is killed.
type manifest struct {
	Version int `json:"version"`
	// Config is the name of the configuration in the same folder that lists these outputs;
	// "" for an output folder.
	Config string              `json:"config,omitempty"`
	Files  map[string][]string `json:"files"`
}

// ManifestOf returns the name of a configuration's manifest. A configuration with an unusual
// name has its own manifest, because it may be in the same folder as another one.
func ManifestOf(config string) string {
	if config = strings.TrimSuffix(config, path.Ext(config)); config == "" || config == "portspec" {
		return ManifestName
	}
	return "." + config + ManifestName
}

func (o *Output) manifestName() string { return ManifestOf(o.Config) }

func (o *Output) readManifest() error {
	if o.single {
		return nil
	}
	name := filepath.Join(o.root.dir, o.manifestName())
	data, err := o.root.read(o.manifestName(), maxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if o.old, err = parseManifest(data); err != nil {
		return fmt.Errorf("%s %w", name, err)
	}
	o.onDisk = source.LF(data)
	if o.old.Config != "" && o.Config == "" {
		return fmt.Errorf("the outputs in %s are listed in the configuration %s there; generate with that configuration, or choose another folder with --out", o.root.dir, o.old.Config)
	}
	for file := range o.old.Files {
		if checkName(file) != nil || o.Makes != nil && !o.Makes(file) {
			o.Ignored = append(o.Ignored, file)
			delete(o.old.Files, file)
		}
	}
	slices.Sort(o.Ignored)
	return nil
}

// Limits of a manifest, which comes with the repository and may have been written by anybody.
const (
	maxManifest = 256 << 20 // bytes; that of 1,000 products has 2 MB
	maxEntries  = 1_000_000
	maxPath     = 1024
	maxDepth    = 32
	maxHashes   = 16 // two, and one more for each run that was killed
)

// parseManifest parses a manifest. It is not trusted: an entry only tells where to look for a
// file that portspec may have written.
func parseManifest(data []byte) (m manifest, err error) {
	const wayOut = "restore it, or delete it"
	var wrong *json.UnmarshalTypeError
	switch err := json.Unmarshal(data, &m); {
	case errors.As(err, &wrong):
		return manifest{}, fmt.Errorf("is not what portspec wrote: unexpected %s at byte %d; %s", wrong.Value, wrong.Offset, wayOut)
	case err != nil:
		return manifest{}, fmt.Errorf("is not what portspec wrote: %w; %s", err, wayOut)
	}
	if m.Version != 1 {
		return manifest{}, fmt.Errorf("has version %d, which this portspec does not support; use a newer one", m.Version)
	}
	if len(m.Files) > maxEntries {
		return manifest{}, fmt.Errorf("lists more than %d files; %s", maxEntries, wayOut)
	}
	for file, hashes := range m.Files {
		switch {
		case !filepath.IsLocal(filepath.FromSlash(file)) || path.Clean(file) != file || file == ".":
			return manifest{}, fmt.Errorf("lists %q, which is outside the folder or not a clean path; %s", shorten(file), wayOut)
		case len(file) > maxPath || strings.Count(file, "/") >= maxDepth:
			return manifest{}, fmt.Errorf("lists %q, which is too long or too deep; %s", shorten(file), wayOut)
		case len(hashes) > maxHashes:
			return manifest{}, fmt.Errorf("lists more than %d hashes of %q; %s", maxHashes, file, wayOut)
		}
	}
	return m, nil
}

// shorten truncates a long text.
func shorten(text string) string {
	if len(text) > 100 {
		return text[:100] + "..."
	}
	return text
}

// and returns the manifest for the time during which the files change from those of m to
// those of after: each file has the hashes of both.
func (m manifest) and(after manifest) manifest {
	if len(m.Files) == 0 {
		return after // a first run has the same list before and after the files are written
	}
	during := manifest{Version: after.Version, Config: after.Config, Files: make(map[string][]string, len(after.Files))}
	for _, m := range []manifest{m, after} {
		for name, hashes := range m.Files {
			all := slices.Clone(during.Files[name])
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

func (o *Output) writeManifest(m manifest) error {
	if o.single || o.listed != nil && maps.EqualFunc(m.Files, o.listed, slices.Equal) {
		return nil
	}
	data, err := m.encode()
	if err != nil || bytes.Equal(data, o.onDisk) {
		return err
	}
	if err := o.root.Replace(o.manifestName(), data); err != nil {
		return err
	}
	o.onDisk, o.listed = data, m.Files
	return nil
}

// encode returns the same as [json.MarshalIndent], which would take many times as long for
// the thousands of files of a large output.
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
	size := 0
	for _, name := range names {
		size += len(name) + len("\n    : []") + 2*len(`""`)
	}
	data = slices.Grow(data, size)
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
