// Package compare is manifests × policy × reality × record × published to changes: the only
// place where a change is given its class.
package compare

import (
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/manifest"
	"bkt/internal/subsystem"
)

// Manifests is M: what a distribution wants, read through the codecs.
type Manifests struct {
	Items  map[string][]doc.Item // by subsystem; no key: the distribution does not manage it
	Policy *manifest.Policy
	index  map[doc.Key]doc.Attrs
}

// policyPath is where a distribution's policy stands.
const policyPath = "manifests/policy.json"

// Load reads the manifests of a distribution. head gives what the last commit has, and is nil
// where that is what is read: a manifest that head has and dist lacks is an error, since
// nobody can tell an accident from a wish. It is asked only when a manifest is missing.
func Load(dist fs.FS, head func() (fs.FS, error), list []subsystem.Subsystem) (*Manifests, error) {
	m := &Manifests{Items: map[string][]doc.Item{}}
	head = once(head)
	b, err := read(dist, head, policyPath)
	if err != nil {
		return nil, err
	}
	if m.Policy, err = manifest.ParsePolicy(policyPath, b); err != nil {
		return nil, err
	}
	items, errs := make([][]doc.Item, len(list)), make([]error, len(list))
	var wg sync.WaitGroup
	for i, s := range list {
		if c, ok := s.(subsystem.Codec); ok {
			wg.Go(func() { items[i], errs[i] = load(dist, head, c) })
		}
	}
	wg.Wait()
	for i, s := range list {
		if items[i] != nil {
			m.Items[s.Info().Name] = items[i]
		}
	}
	m.look()
	return m, errors.Join(errs...)
}

// Of are manifests that say these items; a subsystem without a key is not managed.
func Of(items map[string][]doc.Item, policy *manifest.Policy) *Manifests {
	m := &Manifests{Items: items, Policy: policy}
	m.look()
	return m
}

// look makes the index.
func (m *Manifests) look() {
	n := 0
	for _, l := range m.Items {
		n += len(l)
	}
	m.index = make(map[doc.Key]doc.Attrs, n)
	for _, l := range m.Items {
		for i := range l {
			m.index[l[i].Key()] = l[i].Attrs
		}
	}
}

// load reads one subsystem's part, nil where the distribution does not manage it.
func load(dist fs.FS, head func() (fs.FS, error), c subsystem.Codec) ([]doc.Item, error) {
	path := "manifests/" + c.File()
	b, err := read(dist, head, path)
	if b == nil || err != nil {
		return nil, err
	}
	items, err := c.Parse(path, b)
	if items == nil && err == nil {
		items = []doc.Item{}
	}
	return items, err
}

// Want is M's side of an item.
func (m *Manifests) Want(k doc.Key) doc.Side {
	if attrs, ok := m.index[k]; ok {
		return doc.Has(attrs)
	}
	return doc.Absent()
}

// View is what the subsystems see of the manifests, and of the policy.
func (m *Manifests) View() subsystem.Manifests {
	b := subsystem.Build{DNF: m.Policy.DNF(), Verify: m.Policy.Verify()}
	if m.Policy != nil {
		b.AllowUnsigned, b.KeepCopr = m.Policy.Image.AllowUnsigned, m.Policy.Image.KeepCopr
	}
	return subsystem.Manifests{Items: m.Items, Build: b}
}

// Managed says whether the distribution has the manifest of a subsystem.
func (m *Manifests) Managed(name string) bool {
	_, ok := m.Items[name]
	return ok
}

// Notes is what the manifests of a distribution say and bkt keeps without enforcing it, behind
// the files that it does not know. Files that cannot be read are for Load to tell.
func Notes(dist fs.FS, list []subsystem.Subsystem) []string {
	out := Strange(dist, list)
	for _, s := range list {
		c, ok := s.(subsystem.Codec)
		n, notes := s.(subsystem.Noter)
		if !ok || !notes {
			continue
		}
		path := "manifests/" + c.File()
		if b, err := fs.ReadFile(dist, path); err == nil {
			out = append(out, n.Notes(path, b)...)
		}
	}
	return out
}

// read gives a file's bytes, nil where neither dist nor head has it.
func read(dist fs.FS, head func() (fs.FS, error), path string) ([]byte, error) {
	b, err := fs.ReadFile(dist, path)
	switch {
	case err == nil:
		return append([]byte{}, b...), nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("cannot read '%s': %w", path, host.Cause(err))
	case head == nil:
		return nil, nil
	}
	last, err := head()
	if last == nil || err != nil {
		return nil, err
	}
	if _, err := fs.Stat(last, path); err == nil {
		return nil, fmt.Errorf("%s: the last commit has it and the working tree does not: restore it, or commit its removal", path)
	}
	return nil, nil
}

// once asks for the last commit's tree no more than one time.
func once(head func() (fs.FS, error)) func() (fs.FS, error) {
	if head == nil {
		return nil
	}
	return sync.OnceValues(head)
}
