// Package doc is the documents of the pipe: their kinds and versions, strict reading and
// canonical writing. It knows the shapes, and nothing of any subsystem.
package doc

import (
	"github.com/go-json-experiment/json/jsontext"
)

// The kinds, as they stand in a document's first field.
const (
	StateKind   = "bkt.state/v1"
	ChangesKind = "bkt.changes/v1"
	FilesKind   = "bkt.files/v1"
	PRKind      = "bkt.pr/v1"
	ReportKind  = "bkt.report/v1"
)

// What became of a subsystem's collector.
const (
	OK          = "ok"
	Unavailable = "unavailable" // the tool or the session is absent: unknown, not empty
	Failed      = "failed"      // the tool answered with an error: unknown, not empty
)

// The two scopes, of items and of who acts on them.
const (
	System = "system"
	User   = "user"
)

// A Document is one of the five kinds.
type Document interface {
	// kind is the kind that the document must name.
	kind() string
	// check finds what no type can express; the error names the field.
	check() error
	// sort brings all arrays into their canonical order.
	sort()
}

// Extra holds the members that this version does not know; they are written back as they came.
type Extra = jsontext.Value

// Key identifies an item: the same application in the user's and the system's installation is two.
type Key struct{ Subsystem, Scope, ID string }

// Host says which machine a document speaks of.
type Host struct {
	Hostname string `json:"hostname"`
	OS       *OS    `json:"os,omitzero"`
	BootID   string `json:"boot_id,omitzero"` // of /proc/sys/kernel/random/boot_id
	Image    *Image `json:"image,omitzero"`   // nil where the host is not image-based
	Extra    Extra  `json:",embed"`
}

// OS is os-release's ID, VERSION_ID and VARIANT_ID.
type OS struct {
	ID      string `json:"id"`
	Version string `json:"version,omitzero"`
	Variant string `json:"variant,omitzero"`
	Extra   Extra  `json:",embed"`
}

// Image is the booted deployment.
type Image struct {
	Ref      string `json:"ref"`              // container image reference, or the ostree origin
	Digest   string `json:"digest,omitzero"`  // sha256:… of the container image
	Version  string `json:"version,omitzero"` // the image's own version
	Checksum string `json:"checksum"`         // the ostree commit
	Staged   string `json:"staged,omitzero"`  // version or checksum of the deployment that waits for a reboot
	Layered  bool   `json:"layered"`          // rpm-ostree has requests of its own on top of the image
	Extra    Extra  `json:",embed"`
}

// Item is one thing that a user has beyond the image.
type Item struct {
	Subsystem string `json:"subsystem"`
	ID        string `json:"id"`
	Scope     string `json:"scope,omitzero"`
	Attrs     Attrs  `json:"attrs"`
	Entry     string `json:"entry,omitzero"` // the journal entry that holds it
	Extra     Extra  `json:",embed"`
}

// Key is the item's identity.
func (i Item) Key() Key { return Key{i.Subsystem, i.Scope, i.ID} }

// Unmanaged is something seen that no manifest could reproduce.
type Unmanaged struct {
	Subsystem string `json:"subsystem"`
	ID        string `json:"id"`
	Scope     string `json:"scope,omitzero"`
	Reason    string `json:"reason"`
	Extra     Extra  `json:",embed"`
}

// Status is what became of a subsystem's collector, without its findings.
type Status struct {
	Status string `json:"status"`
	Reason string `json:"reason,omitzero"`
	Hidden int    `json:"hidden,omitzero"` // changes that the policy keeps out of the document
	Extra  Extra  `json:",embed"`
}

// Collected is a subsystem's part of a state beside its items.
type Collected struct {
	Status  string    `json:"status"`
	Reason  string    `json:"reason,omitzero"`
	Count   *int      `json:"count,omitzero"`   // number of items; nil unless the collector saw all
	Present []Present `json:"present,omitzero"` // what the booted image brings
	Applied []Applied `json:"applied,omitzero"` // S
	Extra   Extra     `json:",embed"`
}

// Present is one thing that the booted image brings.
type Present struct {
	ID    string `json:"id"`
	Scope string `json:"scope,omitzero"`
	Attrs Attrs  `json:"attrs,omitzero"`
	Extra Extra  `json:",embed"`
}

// Applied is one line of the last-applied record: the value in the manifests' and in
// reality's own spelling, and whether bkt brought it here.
type Applied struct {
	ID    string `json:"id"`
	Scope string `json:"scope,omitzero"`
	Want  Side   `json:"want"`
	Have  Side   `json:"have"`
	Owned bool   `json:"owned"`
	Extra Extra  `json:",embed"`
}

// State is bkt.state/v1: reality, and the last-applied record, of one machine.
type State struct {
	Kind       string               `json:"kind"`
	Host       Host                 `json:"host"`
	Items      []Item               `json:"items"`
	Unmanaged  []Unmanaged          `json:"unmanaged"`
	Subsystems map[string]Collected `json:"subsystems"`
	// Recorded says, by scope, which manifests S was written from; no key: there is no record.
	Recorded map[string]Origin `json:"recorded,omitzero"`
	Extra    Extra             `json:",embed"`
}

// Origin is the commit of a distribution, as far as it is known.
type Origin struct {
	Commit string `json:"commit,omitzero"`
	Date   string `json:"date,omitzero"` // of the commit, RFC 3339
	Extra  Extra  `json:",embed"`
}

// The three actions of a change, from the machine's point of view.
const (
	Add    = "add"
	Remove = "remove"
	Update = "update"
)

// The classes of a change say who moved, and so who moves next (design.md §1). A change
// without a class is a user's explicit word.
const (
	Uncaptured   = "uncaptured"    // the user added it: cfgen adopts
	ChangedHere  = "changed-here"  // the user changed it: cfgen adopts the value
	RemovedHere  = "removed-here"  // the user removed it: stays in M, unless --prune
	Missing      = "missing"       // the manifests added it: apply installs
	ChangedThere = "changed-there" // the manifests changed it: apply sets
	Dropped      = "dropped"       // the manifests removed what bkt brought: apply removes
	Released     = "released"      // the manifests removed what was here before: nobody's
	Conflict     = "conflict"      // both moved, to different values: nobody's until --resolve
	PendingImage = "pending-image" // wanted, and the booted image does not have it yet
	Redundant    = "redundant"     // layered, and the image has it: apply un-layers
)

// The stages of a change that is on its way.
const (
	Proposed = "proposed" // in this machine's pull request
	Declined = "declined" // its pull request was closed
	Merged   = "merged"   // in the manifests, and not yet in the booted image
)

// Already is what became of a wish where nothing was to be done; else it is Done.
const Already = "already"

// Change is one difference between reality and the manifests, with both sides whole.
type Change struct {
	Action    string `json:"action"`
	Class     string `json:"class,omitzero"` // empty: a user's explicit word
	Stage     string `json:"stage,omitzero"`
	PR        string `json:"pr,omitzero"`      // url, with stage proposed
	Blocked   string `json:"blocked,omitzero"` // why apply cannot do it here and now
	Subsystem string `json:"subsystem"`
	ID        string `json:"id"`
	Scope     string `json:"scope,omitzero"`
	Want      Side   `json:"want,omitzero"` // left out: no base, carry it out
	Have      Side   `json:"have"`
	Entry     string `json:"entry,omitzero"`
	Here      string `json:"here,omitzero"` // of a wish, what became of it on this machine: Done or Already
	Kept      bool   `json:"kept,omitzero"` // done on purpose in an earlier boot, and left so since
	Extra     Extra  `json:",embed"`

	At int `json:"-"` // its place in the document that was read, before that was sorted: /changes/At
}

// Key is the identity of the item that changed.
func (c Change) Key() Key { return Key{c.Subsystem, c.Scope, c.ID} }

// Local says that the journal holds the change, so that it is neither captured nor undone: it
// waits for `bkt local commit`. What waits for an image or for a decision does so all the same.
func (c Change) Local() bool {
	switch c.Class {
	case "", Conflict, PendingImage, Redundant:
		return false
	}
	return c.Entry != ""
}

// Next is one thing that the user can do now: a reason and a line to paste.
type Next struct {
	Why     string `json:"why"`
	Command string `json:"command"`
	Extra   Extra  `json:",embed"`
}

// Step is a manual step of the changelog that is not done on this machine.
type Step struct {
	ID    string `json:"id"`
	Text  string `json:"text"`
	Extra Extra  `json:",embed"`
}

// Changes is bkt.changes/v1, from bkt-drift and bkt-local.
type Changes struct {
	Kind       string            `json:"kind"`
	Host       Host              `json:"host"`
	Subsystems map[string]Status `json:"subsystems"`
	Changes    []Change          `json:"changes"`
	Unmanaged  []Unmanaged       `json:"unmanaged,omitzero"`
	Next       []Next            `json:"next,omitzero"`
	Steps      []Step            `json:"steps,omitzero"`
	Settled    []string          `json:"settled,omitzero"`
	Extra      Extra             `json:",embed"`
}

// File is one file of a distribution, as bkt-cfgen wants it.
type File struct {
	Path    string  `json:"path"`
	Base    *string `json:"base"`    // blob id of the bytes read; nil: there was none
	Content *string `json:"content"` // nil: the file goes
	Mode    string  `json:"mode"`    // 100644 or 100755
	Extra   Extra   `json:",embed"`
}

// Files is bkt.files/v1: what is meant, and what that gives.
type Files struct {
	Kind    string   `json:"kind"`
	Host    Host     `json:"host"`
	Base    *string  `json:"base"` // commit the files were read from; nil: none
	Title   string   `json:"title"`
	Changes []Change `json:"changes"`
	Files   []File   `json:"files"`
	// Warnings are what a reviewer must know and no file shows.
	Warnings []string `json:"warnings,omitzero"`
	// Unmanaged is passed on from a state for the pull request's text.
	Unmanaged []Unmanaged `json:"unmanaged,omitzero"`
	Settled   []string    `json:"settled,omitzero"`
	// Force says that hand-made text in bkt's sections may be overwritten.
	Force bool  `json:"force,omitzero"`
	Extra Extra `json:",embed"`
}

// What bkt-pr did.
const (
	Created   = "created"
	Updated   = "updated"
	Unchanged = "unchanged"
	Pushed    = "pushed" // the branch is there, the pull request is not
)

// PR is bkt.pr/v1.
type PR struct {
	Kind    string   `json:"kind"`
	Branch  string   `json:"branch"`
	Commit  string   `json:"commit"`
	URL     string   `json:"url"`
	State   string   `json:"state"`
	Changes []Change `json:"changes"`
	Settled []string `json:"settled"`
	Extra   Extra    `json:",embed"`
}

// What became of a step.
const (
	Done    = "done"
	Undone  = "failed"
	Skipped = "skipped"
)

// ReportStep is one item that bkt-apply brought, or tried to bring, to where the manifests
// want it.
type ReportStep struct {
	Subsystem string `json:"subsystem"`
	ID        string `json:"id"`
	Scope     string `json:"scope,omitzero"`
	Action    string `json:"action"` // what was done to the machine: add, remove, update
	Result    string `json:"result"` // Done, Undone or Skipped
	Message   string `json:"message,omitzero"`
	Extra     Extra  `json:",embed"`
}

// Counts are the steps of a report by their result.
type Counts struct {
	Done    int `json:"done"`
	Failed  int `json:"failed"`
	Skipped int `json:"skipped"`
}

// Report is bkt.report/v1, from bkt-apply. Its steps stand in the order in which they ran.
type Report struct {
	Kind   string       `json:"kind"`
	Host   Host         `json:"host"`
	Steps  []ReportStep `json:"steps"`
	Counts Counts       `json:"counts"`
	Extra  Extra        `json:",embed"`
}
