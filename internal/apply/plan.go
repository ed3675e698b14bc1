// Package apply is changes to the machine: what is done, in which order, in which batches,
// and what is noted and reported of it.
package apply

import (
	"fmt"
	"slices"

	"bkt/internal/compare"
	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// Options are what the caller wants of a plan.
type Options struct {
	List    []subsystem.Subsystem // in the order in which things are brought
	Scopes  []string              // whose items may be acted on: doc.System, doc.User
	Resolve compare.Resolve
	Now     bool // what waits for the image, too
	// Unattended only adds: what would remove or set back is left to a person.
	Unattended bool
	// Force removes however many items it is.
	Force bool
	// Owned is how many items of a subsystem bkt brought here, of those that may be acted on.
	Owned map[string]int
	// Older says of a scope that the manifests are older than what was applied there.
	Older map[string]bool
	// View is what planners see of the machine and of the manifests.
	View subsystem.View
}

// Step is one change to carry out.
type Step struct {
	Change doc.Change
	Task   subsystem.Task
	sub    subsystem.Subsystem
}

// effect is what a step does to the thing that its item stands for.
func (s Step) effect() doc.Effect { return subsystem.Effect(s.sub, s.Change.Have, s.Change.Want) }

// Reason says why a change that is bkt-apply's is left.
type Reason int

// The reasons.
const (
	Blocked     Reason = iota // cannot be done here and now
	OtherScope                // another account's to do
	ForAPerson                // unattended runs only add
	TooMany                   // so many removals at once look like an accident
	Overridden                // the journal holds a local change of it
	Unsupported               // this version cannot bring it
)

// String words a reason.
func (r Reason) String() string {
	return [...]string{"blocked", "another account's", "left to a person", "too many at once", "overridden here", "not here"}[r]
}

// Left is a change that is left, and why.
type Left struct {
	Change doc.Change
	Reason Reason
	Why    string
}

// Plan is what to do, in order, and what is left.
type Plan struct {
	Steps []Step
	Left  []Left
}

// Make picks what is bkt-apply's of the changes (design.md §1). What is brought comes first,
// in the order of the list; what goes comes after it, in the opposite order, so that a remote
// outlives its apps.
func Make(changes []doc.Change, opt Options) *Plan {
	p := &Plan{}
	for _, c := range changes {
		p.take(c, opt)
	}
	p.guard(opt)
	at := func(s Step) int {
		n := slices.IndexFunc(opt.List, func(l subsystem.Subsystem) bool { return l.Info().Name == s.Change.Subsystem })
		if s.Task.Verb == subsystem.Remove {
			return 2*len(opt.List) - n
		}
		return n
	}
	slices.SortStableFunc(p.Steps, func(a, b Step) int { return at(a) - at(b) })
	return p
}

// take puts a change where it belongs.
func (p *Plan) take(c doc.Change, opt Options) {
	verb, ok := opt.verb(c)
	if !ok {
		return
	}
	s, known := subsystem.Find(opt.List, c.Subsystem)
	if !known {
		return
	}
	leave := func(r Reason, why string) { p.Left = append(p.Left, Left{c, r, why}) }
	_, can := s.(subsystem.Planner)
	_, early := s.(subsystem.Early)
	actor := s.Info().Actor(c.Scope)
	if b, ok := s.(subsystem.Blocker); ok && c.Class == doc.Conflict { // it was nobody's until now
		c.Blocked = b.Blocked(c, opt.View)
	}
	switch {
	case !can || c.Class == doc.PendingImage && !early:
		leave(Unsupported, "comes with the image")
	case c.Entry != "":
		leave(Overridden, "a local change: bkt local commit, or bkt local clear")
	case !slices.Contains(opt.Scopes, actor):
		leave(OtherScope, actor)
	case c.Blocked != "":
		leave(Blocked, c.Blocked)
	case opt.Older[actor] && c.Class == doc.Redundant:
		// The image that runs has it; the one that comes back may have dropped it.
		leave(ForAPerson, "the manifests are older than what was applied here")
	case opt.Unattended && !adds(s, c):
		leave(ForAPerson, "nobody is here to say yes")
	default:
		p.Steps = append(p.Steps, Step{Change: c, Task: task(verb, c), sub: s})
	}
}

// adds says whether carrying a change out takes nothing away from who uses the machine.
func adds(s subsystem.Subsystem, c doc.Change) bool {
	if u, ok := s.(subsystem.Undoer); ok && c.Want.There() &&
		u.Undoes(doc.Item{Subsystem: c.Subsystem, ID: c.ID, Scope: c.Scope, Attrs: c.Want.Attrs()}) {
		return false
	}
	return c.Class == doc.Missing || c.Class == doc.Redundant || c.Class == doc.PendingImage
}

// verb is what a change asks bkt-apply to do, if it does.
func (o Options) verb(c doc.Change) (subsystem.Verb, bool) {
	switch c.Class {
	case doc.Missing:
		return subsystem.Install, true
	case doc.ChangedThere:
		return subsystem.Set, true
	case doc.Dropped, doc.Redundant:
		return subsystem.Remove, true
	case doc.PendingImage:
		return subsystem.Install, o.Now && !c.Have.There()
	case doc.Conflict:
		switch {
		case o.Resolve.Side(c.Key()) != compare.SideManifest || !c.Want.There():
			return 0, false // what the manifests let go is the user's, if it is not as bkt knew it
		case c.Have.There():
			return subsystem.Set, true
		}
		return subsystem.Install, true
	}
	return 0, false
}

func task(v subsystem.Verb, c doc.Change) subsystem.Task {
	attrs := c.Want.Attrs()
	if v == subsystem.Remove {
		attrs = c.Have.Attrs()
	}
	return subsystem.Task{Verb: v, Have: c.Have,
		Item: doc.Item{Subsystem: c.Subsystem, ID: c.ID, Scope: c.Scope, Attrs: attrs}}
}

// guard takes the removals of a subsystem out of the plan where they are more than three and
// more than half of what bkt owns there. To un-layer takes nothing away.
func (p *Plan) guard(opt Options) {
	if opt.Force {
		return
	}
	n := map[string]int{}
	for _, s := range p.Steps {
		if s.Change.Class == doc.Dropped {
			n[s.Change.Subsystem]++
		}
	}
	p.Steps = slices.DeleteFunc(p.Steps, func(s Step) bool {
		name := s.Change.Subsystem
		if s.Change.Class != doc.Dropped || n[name] <= 3 || 2*n[name] <= opt.Owned[name] {
			return false
		}
		p.Left = append(p.Left, Left{s.Change, TooMany, fmt.Sprintf("%d of the %d that bkt brought here would go", n[name], opt.Owned[name])})
		return true
	})
}

// Owned counts what bkt brought to a machine of that which may be acted on in scopes, by subsystem.
func Owned(s *doc.State, list []subsystem.Subsystem, scopes []string) map[string]int {
	out := map[string]int{}
	for _, sub := range list {
		for _, a := range s.Subsystems[sub.Info().Name].Applied {
			if a.Owned && slices.Contains(scopes, sub.Info().Actor(a.Scope)) {
				out[sub.Info().Name]++
			}
		}
	}
	return out
}
