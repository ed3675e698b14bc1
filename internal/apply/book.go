package apply

import (
	"errors"
	"slices"

	"bkt/internal/applied"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// Book is S while apply runs: the records of the scopes that it acts on, each saved as soon as
// it says something new.
type Book struct {
	host    *host.Host
	from    doc.Origin
	older   map[string]bool
	list    []subsystem.Subsystem
	records map[string]*applied.Record
	before  map[doc.Key]*doc.Applied // what stood there before Done; nil: nothing
}

// OpenBook reads the records of scopes. With an error it names the one that cannot be read.
func OpenBook(h *host.Host, scopes []string, list []subsystem.Subsystem) (b *Book, bad string, err error) {
	b = &Book{host: h, list: list, records: map[string]*applied.Record{}, before: map[doc.Key]*doc.Applied{}}
	for _, scope := range scopes {
		r, err := applied.LoadRecord(h, scope)
		if err != nil {
			return nil, scope, err
		}
		if r == nil {
			r = &applied.Record{}
		}
		if r.Subsystems == nil {
			r.Subsystems = map[string][]doc.Applied{}
		}
		b.records[scope] = r
	}
	return b, "", nil
}

// Of says which distribution is applied, and for which scopes its manifests are older than what
// was applied there before.
func (b *Book) Of(from doc.Origin, older map[string]bool) { b.from, b.older = from, older }

// Observe takes over what compare.Observe says, and that it was said of these manifests.
func (b *Book) Observe(lines map[string][]doc.Applied) error {
	var errs []error
	for scope, r := range b.records {
		changed := !b.older[scope] && (r.From.Commit != b.from.Commit || r.From.Date != b.from.Date)
		if changed {
			r.From = b.from
		}
		for name, l := range lines {
			own := slices.DeleteFunc(slices.Clone(l), func(a doc.Applied) bool { return b.actor(name, a.Scope) != scope })
			if slices.EqualFunc(own, r.Subsystems[name], sameLine) {
				continue
			}
			changed = true
			if r.Subsystems[name] = own; len(own) == 0 {
				delete(r.Subsystems, name)
			}
		}
		if changed {
			errs = append(errs, r.Save(b.host, scope))
		}
	}
	return errors.Join(errs...)
}

// Done notes steps that succeeded.
func (b *Book) Done(steps []Step) error {
	return b.note(steps, func(s Step, old *doc.Applied) *doc.Applied {
		k := s.Change.Key()
		b.before[k] = old
		if s.Task.Verb == subsystem.Remove {
			return nil
		}
		line := doc.Applied{ID: k.ID, Scope: k.Scope}
		if old != nil {
			line = *old
		}
		// What older manifests brought back newer ones had let go: it is nobody's to remove.
		older := b.older[b.actor(k.Subsystem, k.Scope)]
		line.Owned = s.Task.Verb == subsystem.Install && !older || s.Task.Verb == subsystem.Set && line.Owned
		line.Want, line.Have = s.Change.Want, s.Change.Want
		return &line
	})
}

// Undone takes back what Done noted of steps that did not succeed after all: else what never
// happened would look like something that the user undid.
func (b *Book) Undone(steps []Step) error {
	return b.note(steps, func(s Step, _ *doc.Applied) *doc.Applied { return b.before[s.Change.Key()] })
}

// note puts what line gives in the place of each step's line, nil for none, and saves the
// records.
func (b *Book) note(steps []Step, line func(s Step, old *doc.Applied) *doc.Applied) error {
	touched := map[string]bool{}
	for _, s := range steps {
		k := s.Change.Key()
		scope := b.actor(k.Subsystem, k.Scope)
		touched[scope] = true
		all := b.records[scope].Subsystems
		var old *doc.Applied
		n := slices.IndexFunc(all[k.Subsystem], func(a doc.Applied) bool { return a.ID == k.ID && a.Scope == k.Scope })
		if n >= 0 {
			was := all[k.Subsystem][n]
			old = &was
		}
		switch now := line(s, old); {
		case now == nil && n >= 0:
			all[k.Subsystem] = slices.Delete(all[k.Subsystem], n, n+1)
		case now == nil:
		case n >= 0:
			all[k.Subsystem][n] = *now
		default:
			all[k.Subsystem] = append(all[k.Subsystem], *now)
		}
	}
	var errs []error
	for scope := range touched {
		errs = append(errs, b.records[scope].Save(b.host, scope))
	}
	return errors.Join(errs...)
}

// Lines are what the records say of a subsystem.
func (b *Book) Lines(name string) []doc.Applied {
	var out []doc.Applied
	for _, scope := range []string{doc.System, doc.User} {
		if r := b.records[scope]; r != nil {
			out = append(out, r.Subsystems[name]...)
		}
	}
	return out
}

func (b *Book) actor(name, scope string) string {
	if s, ok := subsystem.Find(b.list, name); ok {
		return s.Info().Actor(scope)
	}
	return ""
}

func sameLine(a, b doc.Applied) bool {
	return a.ID == b.ID && a.Scope == b.Scope && a.Owned == b.Owned && a.Want.Equal(b.Want) && a.Have.Equal(b.Have)
}
