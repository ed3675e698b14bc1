package main

import (
	"fmt"
	"slices"
	"strings"

	"bkt/internal/cli"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// scopeName is the attribute that is none: it belongs to the identity.
const scopeName = "scope"

// change makes the document: one change for each id, which stand one a line. They have no class
// and no want: they are somebody's explicit word, whatever the manifests say.
func change(h *host.Host, list []subsystem.Subsystem, action, name, ids string, pairs []string) (*doc.Changes, error) {
	if !slices.Contains([]string{doc.Add, doc.Remove, doc.Update}, action) {
		return nil, cli.Usage("unknown action '%s' (known: add, remove, update)", action)
	}
	s, err := find(list, name)
	if err != nil {
		return nil, err
	}
	given, err := parse(s, pairs)
	if err != nil {
		return nil, err
	}
	i := doc.Item{Subsystem: name}
	if i.Scope, err = given.scope(s.Info()); err != nil {
		return nil, err
	}
	have := doc.Absent()
	if action == doc.Remove {
		if len(given.order) > 0 {
			return nil, cli.Usage("remove takes no '%s': it names the entry only", given.order[0])
		}
	} else {
		if i.Attrs, err = given.attrs(s.Info()); err != nil {
			return nil, err
		}
		have = doc.Has(i.Attrs)
	}
	out := &doc.Changes{Kind: doc.ChangesKind, Host: doc.Host{Hostname: h.Hostname(), OS: h.OS(), BootID: h.BootID()}, Subsystems: map[string]doc.Status{}}
	named := map[string]bool{}
	for id := range strings.SplitSeq(ids, "\n") {
		if named[id] {
			continue // as the tools do
		}
		named[id] = true
		i.ID = id
		if err := s.Validate(i); err != nil {
			return nil, cli.With(cli.Trouble, err)
		}
		out.Changes = append(out.Changes, doc.Change{Action: action, Subsystem: name, ID: id, Scope: i.Scope, Have: have})
	}
	return out, nil
}

func find(list []subsystem.Subsystem, name string) (subsystem.Subsystem, error) {
	if s, ok := subsystem.Find(list, name); ok {
		return s, nil
	}
	var known []string
	for _, s := range list {
		known = append(known, s.Info().Name)
	}
	return nil, cli.Usage("unknown subsystem '%s' (known: %s)", name, strings.Join(known, ", "))
}

// given is what the command line says of an item.
type given struct {
	known  []subsystem.Attribute // but the scope
	values map[string][]string
	order  []string // names that were given, but the scope
	spot   string   // the scope where none is given
}

// parse reads NAME=VALUE pairs that a subsystem knows.
func parse(s subsystem.Subsystem, pairs []string) (given, error) {
	g := given{values: map[string][]string{}}
	if a, ok := s.(subsystem.Attributer); ok {
		for _, one := range a.Attributes() {
			if one.Name == scopeName {
				g.spot = one.Default
			} else {
				g.known = append(g.known, one)
			}
		}
	}
	for _, p := range pairs {
		name, value, ok := strings.Cut(p, "=")
		at := slices.IndexFunc(g.known, func(a subsystem.Attribute) bool { return a.Name == name })
		switch {
		case !ok:
			return g, cli.Usage("'%s' is not NAME=VALUE", p)
		case at < 0 && (name != scopeName || s.Info().Scopes == nil):
			return g, cli.Usage("%s have no '%s' (known: %s)", s.Info().Plural, name, g.names(s.Info()))
		case len(g.values[name]) > 0 && (at < 0 || g.known[at].Kind != subsystem.List):
			return g, cli.Usage("'%s' is given twice", name)
		}
		g.values[name] = append(g.values[name], value)
		if at >= 0 && !slices.Contains(g.order, name) {
			g.order = append(g.order, name)
		}
	}
	return g, nil
}

// names lists what can be said.
func (g given) names(i subsystem.Info) string {
	var out []string
	for _, a := range g.known {
		out = append(out, a.Name)
	}
	if i.Scopes != nil {
		out = append(out, scopeName)
	}
	if out == nil {
		return "none"
	}
	return strings.Join(out, ", ")
}

// scope is the item's scope.
func (g given) scope(i subsystem.Info) (string, error) {
	if i.Scopes == nil {
		return "", nil
	}
	scope := g.spot
	if v := g.values[scopeName]; v != nil {
		scope = v[0]
	}
	switch {
	case slices.Contains(i.Scopes, scope):
		return scope, nil
	case scope == "" && g.values[scopeName] == nil:
		return "", cli.Usage("which scope? %s need scope=%s", i.Plural, strings.Join(i.Scopes, " or scope="))
	}
	return "", cli.Usage("unknown scope '%s' (known: %s)", scope, strings.Join(i.Scopes, ", "))
}

// attrs are the entry's attributes, with those that go without saying.
func (g given) attrs(i subsystem.Info) (doc.Attrs, error) {
	out := doc.Attrs{}
	for _, a := range g.known {
		values, ok := g.values[a.Name]
		switch {
		case ok:
			v, err := value(a, values)
			if err != nil {
				return nil, err
			}
			out.Set(a.Name, v)
		case a.Default != "":
			out.Set(a.Name, a.Default)
		case a.Needed:
			return nil, cli.Usage("%s need %s=…", i.Plural, a.Name)
		}
	}
	return out, nil
}

// value is what stands in the document.
func value(a subsystem.Attribute, values []string) (any, error) {
	v := values[0]
	switch {
	case a.Kind == subsystem.List:
		return values, nil
	case a.Kind == subsystem.Bool && v != "true" && v != "false":
		return nil, cli.Usage("%s is true or false, not '%s'", a.Name, v)
	case a.Kind == subsystem.Bool:
		return v == "true", nil
	case a.Values != nil && !slices.Contains(a.Values, v):
		return nil, cli.Usage("%s is %s, not '%s'", a.Name, oneOf(a.Values), v)
	}
	return v, nil
}

// oneOf words a choice: a, b or c.
func oneOf(l []string) string {
	if len(l) == 1 {
		return l[0]
	}
	return fmt.Sprintf("%s or %s", strings.Join(l[:len(l)-1], ", "), l[len(l)-1])
}
