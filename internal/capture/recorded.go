package capture

import (
	"fmt"

	"bkt/internal/applied"
	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/subsystem"
)

// recorded adds S, of both scopes, to what is known of the machine. Where a record cannot be
// read nobody can tell what bkt brought from what the user did: nothing of its scope has a
// count then, so that absence proves nothing and nothing is removed.
func recorded(h *host.Host, s *doc.State, list []subsystem.Subsystem) []error {
	var errs []error
	for _, scope := range []string{doc.System, doc.User} {
		r, err := applied.LoadRecord(h, scope)
		if err != nil {
			errs = append(errs, fmt.Errorf("what bkt applied here is not known: %w", err))
		}
		if r != nil {
			if s.Recorded == nil {
				s.Recorded = map[string]doc.Origin{}
			}
			s.Recorded[scope] = r.From
		}
		for _, sub := range list {
			name := sub.Info().Name
			got, ok := s.Subsystems[name]
			switch {
			case !ok || got.Status != doc.OK:
				continue
			case err != nil && acts(sub.Info(), scope):
				got.Count, got.Reason = nil, "what bkt applied here is not known"
			case r != nil:
				for _, a := range r.Subsystems[name] {
					if sub.Info().Actor(a.Scope) == scope { // no record speaks for the other scope
						got.Applied = append(got.Applied, a)
					}
				}
			}
			s.Subsystems[name] = got
		}
	}
	return errs
}

// acts says whether a scope's record speaks of any item of a subsystem.
func acts(i subsystem.Info, scope string) bool {
	if len(i.Scopes) == 0 {
		return i.Actor("") == scope
	}
	return true
}
