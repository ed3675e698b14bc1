// Package subsystem is what a subsystem is to the rest of the house: a few small interfaces.
// It knows none of them by name.
package subsystem

import (
	"context"
	"errors"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// Tier says how a subsystem's items reach a machine.
type Tier int

// The tiers of design.md §2.
const (
	Applied Tier = iota // bkt-apply brings them
	Baked               // building the image brings them
	Both                // the image brings them for new accounts, bkt-apply for the others
)

// Info is what everything above needs to know of a subsystem.
type Info struct {
	Name   string   // in documents: flatpak-remote
	Noun   string   // on the status page: remote
	Plural string   // remotes
	Tier   Tier     // how items reach a machine
	Scopes []string // the scopes that items have, nil for none
	Home   bool     // items without a scope live in a user's home: settings, extensions, shims
}

// Actor is who may act on an item of a scope, and keeps the record of it: doc.System or doc.User.
func (i Info) Actor(scope string) string {
	switch {
	case scope != "":
		return scope
	case i.Home:
		return doc.User
	}
	return doc.System
}

// Subsystem is the least that one is.
type Subsystem interface {
	Info() Info
	// Validate checks an item's id, scope and attributes where they enter. The error
	// quotes the value and does not say where it stood.
	Validate(doc.Item) error
}

// Find gives the subsystem of a name, and whether the list has it; nil where it has not.
func Find(list []Subsystem, name string) (Subsystem, bool) {
	for _, s := range list {
		if s.Info().Name == name {
			return s, true
		}
	}
	return nil, false
}

// Capturer reads what a machine has. It changes nothing, and starts one process per tool
// and scope at most.
type Capturer interface {
	// Capture's error is ErrUnavailable, wrapped with the reason, where the machine
	// does not have what the subsystem is about now, and ErrAbsent where it never has:
	// then the document does not name the subsystem at all. Any other error is a failure.
	// Either way nothing is known then.
	Capture(ctx context.Context, h *host.Host) (Found, error)
}

// ErrAbsent is the cause of Capture's error on a machine that is not of the kind that has such
// things: GNOME's extensions on another desktop.
var ErrAbsent = errors.New("absent")

// Absent is an error with a reason of its own that wraps ErrAbsent.
func Absent(reason string) error { return absent(reason) }

type absent string

func (a absent) Error() string { return string(a) }
func (a absent) Unwrap() error { return ErrAbsent }

// ErrUnavailable is the cause of Capture's error where the tool or the session is absent.
var ErrUnavailable = errors.New("unavailable")

// Unavailable is an error with a reason of its own that wraps ErrUnavailable.
func Unavailable(reason string) error { return unavailable(reason) }

type unavailable string

func (u unavailable) Error() string { return string(u) }
func (u unavailable) Unwrap() error { return ErrUnavailable }

// Found is what a collector saw.
type Found struct {
	Items     []doc.Item      // what the user has beyond the image
	Unmanaged []doc.Unmanaged // seen, but no manifest could reproduce it
	Present   []doc.Present   // what the booted image brings
	Partial   string          // why not everything was seen; "": all was
}

// Codec translates between one manifest file and items. Bytes in, bytes out.
type Codec interface {
	// File is the manifest's name below manifests/; two subsystems may share one.
	File() string
	// Parse reads the subsystem's part of the manifest. Items have the attributes that
	// the manifest names, and no others. Errors begin with path:line:col.
	Parse(path string, data []byte) ([]doc.Item, error)
	// Edit carries edits out in place, touching only the lines it must. Edits that are
	// already true change nothing; without a change it returns data itself.
	Edit(path string, data []byte, edits []Edit) ([]byte, error)
	// New is an empty manifest, for `bkt-cfgen --init`. Codecs of one file agree on it.
	New() []byte
}

// Noter is a Codec whose manifest may hold what bkt keeps and does not enforce.
type Noter interface {
	// Notes gives one line for each such thing, beginning with path:line:col.
	Notes(path string, data []byte) []string
}

// Edit is one entry to set or to remove.
type Edit struct {
	Item   doc.Item // with Remove only the identity counts
	Remove bool
}

// Renderer gives the text that the manifests mean in the Containerfile and beside it. It is
// pure: the same manifests give the same bytes.
type Renderer interface {
	// Sections are the names of the sections that it owns.
	Sections() []string
	// Render gives the body of each of its sections, and the files these copy.
	Render(m Manifests) (Rendered, error)
}

// Manifests is all that a distribution wants.
type Manifests struct {
	Items map[string][]doc.Item // by subsystem, in the manifests' order; no key: not managed
	Build Build
	// Has says whether the distribution has a file; nil: not known. A generated file that must
	// not go once it was there is kept by it.
	Has func(path string) bool
}

// Build is the part of the policy that the Containerfile depends on (design.md §6, image).
type Build struct {
	DNF           string   // the command's name: dnf or dnf5
	Verify        bool     // end the RUN with rpm -q --whatprovides
	AllowUnsigned []string // COPRs that may have gpg_check false
	KeepCopr      []string // COPRs that stay enabled on the machines
}

// Rendered is a Renderer's answer.
type Rendered struct {
	Sections map[string]string // body by section name, LF line ends, final newline
	Files    []doc.File        // whole generated files; Base is not set
	Dirs     []string          // folders whose files are all the renderer's: generated/shims
	Warnings []string          // what a reviewer must know
}

// Answer is yes, no, or that it can't be told.
type Answer int

// Unknown is the zero Answer.
const (
	Unknown Answer = iota
	Yes
	No
)

// Imager is a baked subsystem that tells from what the image brings whether the image
// carries out an entry of the manifests. Without it, an entry is carried out when the image
// brings something of its identity with its attributes.
type Imager interface {
	InImage(want doc.Item, present func(scope, id string) (doc.Attrs, bool)) Answer
}

// Admitter is a subsystem whose entries depend on the policy.
type Admitter interface {
	// Admit says why the policy does not let an entry into the manifests, nil where it does.
	Admit(i doc.Item, b Build) error
}

// Goner is a subsystem in whose manifest a removal of what is not there is a misunderstanding.
type Goner interface {
	// Gone says what may have been meant instead.
	Gone(i doc.Item) string
}

// Warner is a subsystem that sees in an item what a reviewer must know before it is built.
type Warner interface {
	// Warn gives one line, "" where there is nothing to say. i has the machine's attributes.
	Warn(i doc.Item, m Manifests) string
}

// Describer words an item's attributes for the status page: `user, flathub`.
type Describer interface {
	Describe(i doc.Item) string
}

// Speller is a subsystem whose attributes have several spellings: `uint32 5` and `5`.
type Speller interface {
	// Spell gives want with each attribute that means the same in have as have spells it.
	Spell(want, have doc.Attrs) doc.Attrs
}

// Spelled is want as have spells it, where s has several spellings.
func Spelled(s Subsystem, want, have doc.Attrs) doc.Attrs {
	if speller, ok := s.(Speller); ok {
		return speller.Spell(want, have)
	}
	return want
}
