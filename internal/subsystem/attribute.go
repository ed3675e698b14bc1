package subsystem

import "bkt/internal/doc"

// Kind is what an attribute's value is in JSON.
type Kind int

// The kinds.
const (
	Text Kind = iota
	Bool
	List // of text
)

// Attribute is one that a person may give an item.
type Attribute struct {
	Name    string
	Kind    Kind
	Values  []string // the only texts that are valid; nil: any that Validate takes
	Default string   // what a new item has without a word, "": nothing
	Needed  bool     // a new item cannot do without it
}

// Attributer is a subsystem that says which attributes its items have; one that does not has
// items without attributes. A scope is none, but may stand there for its Default: without it
// a person must name one.
type Attributer interface {
	Attributes() []Attribute
}

// Undoer is a baked subsystem of which some entries are carried out by no image, but by
// bkt-apply on the machine: kernel arguments to take away.
type Undoer interface {
	// Undoes says whether an entry of the manifests is one of those. It is carried out where
	// the machine has nothing of its identity.
	Undoes(want doc.Item) bool
}

// Denier is a baked subsystem whose manifest can ask that something be absent: what the base of
// an image brings goes only so.
type Denier interface {
	// Denied are the attributes of such an entry.
	Denied() doc.Attrs
	// Denies says whether an entry with these is one.
	Denies(doc.Attrs) bool
}
