package subsystem

import (
	"context"
	"errors"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// Verb is what bkt-apply does to an item.
type Verb int

// The verbs.
const (
	Install Verb = iota // it is absent here, and comes
	Set                 // it is here, and gets another value
	Remove              // it is here, and goes
)

// Task is one item to bring to where the manifests want it.
type Task struct {
	Verb Verb
	// Item is the identity, and what the manifests want of it; with Remove, what is here.
	Item doc.Item
	// Have is what the machine has of it now, what the image brings included.
	Have doc.Side
}

// View is what is known around a task: of the machine when it was looked at, and of the
// manifests.
type View struct {
	Host      doc.Host
	Manifests Manifests
	// Has gives what the machine has of an item, what the image brings included. ok is false
	// where it is absent, or where its subsystem is unknown.
	Has func(subsystem, scope, id string) (attrs doc.Attrs, ok bool)
	// Unknown says that nothing is known of a subsystem, which was not looked at; nil: all are known.
	Unknown func(subsystem string) bool
}

// Knows says whether a subsystem was looked at, so that what Has does not find is absent.
func (v View) Knows(subsystem string) bool { return v.Unknown == nil || !v.Unknown(subsystem) }

// Planner brings items to a machine. What to do, in which order, what succeeded and what is
// noted of it is internal/apply's business; a Planner only carries tasks out.
//
// It never trusts an id: every one was validated. It starts programs with run.Changes only
// through h.Runner, writes files only through h, and asks nothing.
type Planner interface {
	// Batch names what a task can be carried out along with: tasks of one verb, one scope and
	// one name are given to Do together. "" stands for a task that goes alone. For a person,
	// too: `from flathub`.
	Batch(t Task) string
	// Do carries tasks out, which are of one verb, one scope and one Batch. Nil: all of them
	// are done. An error: it is not known which are; what is really there is looked at
	// afterwards, and each is tried alone where that makes sense. Tasks that are true already
	// are no error.
	Do(ctx context.Context, h *host.Host, v View, tasks []Task) error
}

// Sifter is a Planner that can tell, in one call, which tasks of a batch that failed cannot
// succeed: apps that are gone from their remote.
type Sifter interface {
	// Sift gives the reason for each such task; the others are tried again, together.
	Sift(ctx context.Context, h *host.Host, v View, tasks []Task) (map[doc.Key]string, error)
}

// Blocker is a Planner that sees before it tries why a change cannot be carried out on this
// machine as it is.
type Blocker interface {
	// Blocked gives the reason in a few words, "" where nothing is in the way. It is pure: v
	// may be another machine's.
	Blocked(c doc.Change, v View) string
}

// Follower is a Planner whose work takes effect only after something that a person does.
type Follower interface {
	// After is what is left to do once tasks are done, one line: `log out and in again`; "".
	After(tasks []Task) string
}

// Reliant is a Planner that asks what the machine has of other subsystems. Where that is not
// looked at, it must take what is here for absent.
type Reliant interface {
	// On names them: an app's remotes.
	On() []string
}

// ErrTryAgain is a cause of Do's or Sift's error where nothing is wrong with the tasks:
// a remote could not be reached, another program holds a lock.
var ErrTryAgain = errors.New("try again later")

// Early is a baked Planner that can bring an item before the image that has it is booted:
// `bkt-apply --now`.
type Early interface{ Early() }

// Foreseer is an Early planner that tells beforehand what a machine can do with its tasks.
type Foreseer interface {
	// Foresee gives one line on how tasks are done here and how long that lasts, "" where
	// there is nothing to say, and why each of the others has to wait.
	Foresee(ctx context.Context, h *host.Host, v View, tasks []Task) (how string, waits map[doc.Key]string, err error)
}

// TryAgain is err, in its own words, with ErrTryAgain among its causes.
func TryAgain(err error) error { return tryAgain{err} }

type tryAgain struct{ error }

func (t tryAgain) Unwrap() []error { return []error{t.error, ErrTryAgain} }
