// Package registry is the list of subsystems, in the order in which apply brings them: the
// only place that knows them by name.
package registry

import (
	"strings"

	"bkt/internal/doc"
	"bkt/internal/render"
	"bkt/internal/subsystem"
	"bkt/internal/subsystem/copr"
	"bkt/internal/subsystem/dnf"
	"bkt/internal/subsystem/extension"
	"bkt/internal/subsystem/flatpak"
	"bkt/internal/subsystem/flatpakremote"
	"bkt/internal/subsystem/gsetting"
	"bkt/internal/subsystem/karg"
	"bkt/internal/subsystem/repo"
	"bkt/internal/subsystem/shim"
	"bkt/internal/subsystem/systemd"
)

// All are the subsystems: repositories first, then remotes, packages, apps, extensions, settings,
// shims, units, kernel arguments.
func All() []subsystem.Subsystem {
	return []subsystem.Subsystem{
		copr.Subsystem{},
		repo.Subsystem{},
		flatpakremote.Subsystem{},
		dnf.Subsystem{},
		flatpak.Subsystem{},
		extension.Subsystem{},
		gsetting.Subsystem{},
		shim.Subsystem{},
		systemd.Subsystem{},
		karg.Subsystem{},
	}
}

// Names words the things of a list of subsystems.
func Names(list []subsystem.Subsystem) render.Names {
	return render.Names{
		Noun: func(name string) string {
			if s, ok := subsystem.Find(list, name); ok {
				return s.Info().Noun
			}
			return name
		},
		Plural: func(name string) string {
			if s, ok := subsystem.Find(list, name); ok {
				return s.Info().Plural
			}
			return name
		},
		Describe: func(i doc.Item) string {
			s, _ := subsystem.Find(list, i.Subsystem)
			if d, ok := s.(subsystem.Describer); ok {
				return d.Describe(i)
			}
			return strings.TrimSpace(i.Scope)
		},
		Effect: func(name string, from, to doc.Side) doc.Effect {
			s, _ := subsystem.Find(list, name)
			return subsystem.Effect(s, from, to)
		},
		Rest: func(i doc.Item) string {
			s, _ := subsystem.Find(list, i.Subsystem)
			if r, ok := s.(subsystem.Rester); ok {
				return r.Rest(i)
			}
			return ""
		},
		Hand: func(c doc.Change) (string, []string) {
			s, _ := subsystem.Find(list, c.Subsystem)
			if h, ok := s.(subsystem.Hander); ok {
				return h.Hand(c)
			}
			return "", nil
		},
	}
}
