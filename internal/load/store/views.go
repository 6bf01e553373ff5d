package store

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/portspec/portspec/internal/model"
)

// Views records what packages declare about shared services: by service and by the digest of the
// declaration, the folder of one package that has it.
type Views map[string]map[string]string

// Add adds what a product in a folder declares about shared services. These are the services of
// its components, in the same order.
func (v Views) Add(dir string, p *model.Product, services []*model.Service) {
	i := 0
	for _, c := range p.Components {
		if c.Service != "" {
			v.AddService(dir, c.Service, services[i], c.Listeners)
			i++
		}
	}
}

// AddService adds what is declared about one service.
func (v Views) AddService(dir, id string, s *model.Service, listeners []*model.Listener) {
	encoded, err := json.Marshal([]any{s, listeners})
	if err != nil {
		panic(err) // it is plain data
	}
	if v[id] == nil {
		v[id] = make(map[string]string)
	}
	sum := sha256.Sum256(encoded)
	if key := hex.EncodeToString(sum[:]); v[id][key] == "" {
		v[id][key] = dir
	}
}

// Merge adds all of the other views.
func (v Views) Merge(other Views) {
	for id, digests := range other {
		for digest, dir := range digests {
			if v[id] == nil {
				v[id] = make(map[string]string)
			}
			if v[id][digest] == "" {
				v[id][digest] = dir
			}
		}
	}
}

// Differing lists the folders of packages that contradict each other about a service, as
// patterns for CUE's loader.
func (v Views) Differing() []string {
	dirs := make(map[string]bool)
	for _, digests := range v {
		if len(digests) > 1 {
			for _, dir := range digests {
				dirs["./"+strings.TrimPrefix(dir, "/")] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(dirs))
}
