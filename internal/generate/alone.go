package generate

import (
	"errors"
	"io/fs"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bkt/internal/compare"
	"bkt/internal/forge"
	"bkt/internal/subsystem"
)

// itemsAlone says whether our branch changed nothing of a manifest but items: then to replay
// them on the default branch's loses nothing. A comment, a pin, or a field of somebody's would
// be lost.
func (p Proposal) itemsAlone(v forge.View, path string) (bool, error) {
	base, err := fs.ReadFile(v.Base, path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	branch, err := fs.ReadFile(v.Branch, path)
	if err != nil {
		return false, nil
	}
	now := base
	for _, s := range p.List {
		c, ok := s.(subsystem.Codec)
		if !ok || "manifests/"+c.File() != path {
			continue
		}
		name := s.Info().Name
		before, err := c.Parse(path, base)
		if err != nil {
			return false, err
		}
		after, err := c.Parse(path, branch)
		if err != nil {
			return false, err
		}
		var edits []subsystem.Edit
		was := compare.Of(items(name, before), nil)
		for _, change := range Between(was, compare.Of(items(name, after), nil)) {
			edits = append(edits, edit(change))
		}
		if now, err = c.Edit(path, now, edits); err != nil {
			return false, err
		}
	}
	return sameJSON(now, branch), nil
}

// sameJSON compares two texts as values in which no list has an order.
func sameJSON(a, b []byte) bool {
	x, errA := unordered(a)
	y, errB := unordered(b)
	return errA == nil && errB == nil && x == y
}

// unordered is a value's canonical text with every list sorted.
func unordered(b []byte) (string, error) {
	v := jsontext.Value(b)
	switch v.Kind() {
	case jsontext.KindBeginArray:
		var l []jsontext.Value
		if err := json.Unmarshal(v, &l); err != nil {
			return "", err
		}
		out := make([]string, len(l))
		for i, e := range l {
			var err error
			if out[i], err = unordered(e); err != nil {
				return "", err
			}
		}
		slices.Sort(out)
		s, err := json.Marshal(out)
		return string(s), err
	case jsontext.KindBeginObject:
		var m map[string]jsontext.Value
		if err := json.Unmarshal(v, &m); err != nil {
			return "", err
		}
		out := make(map[string]string, len(m))
		for k, e := range m {
			var err error
			if out[k], err = unordered(e); err != nil {
				return "", err
			}
		}
		s, err := json.Marshal(out, json.Deterministic(true))
		return string(s), err
	}
	v = v.Clone()
	err := v.Canonicalize()
	return string(v), err
}
