// Package forge is where the distribution comes from and where changes to it go: working
// trees, git trees, the mirror, branches and pull requests. It knows no manifest.
package forge

import (
	"crypto"
	"encoding/hex"
	"errors"
	"fmt"
)

// Kinds of errors that callers tell apart with errors.Is; any other error is trouble, and
// nothing was changed.
var (
	// ErrConflict stopped a proposal: somebody has to decide. Nothing was pushed. Exit 1.
	ErrConflict = errors.New("conflict")
	// ErrTryAgain is a remote that cannot be reached or does not stand still, or a lock
	// that somebody holds. Exit 75.
	ErrTryAgain = errors.New("try again later")
	// ErrPartial comes with a whole Result: the branch is pushed, the pull request is not
	// as it should be. Exit 3.
	ErrPartial = errors.New("pushed, but the pull request is not done")
	// ErrNone is a machine without a distribution.
	ErrNone = errors.New("no distribution")
)

// errRejected is a push that came too late; Publish builds again.
var errRejected = errors.New("the branch moved meanwhile")

// Error is an error with its kind, and perhaps a line to paste.
type Error struct {
	Kind error  // one of the kinds above, nil for trouble
	Text string // the message, whole
	Hint string // "" where there is nothing to paste
	Err  error  // the cause, nil where Text says it all
}

// Error is the message alone.
func (e *Error) Error() string { return e.Text }

// Unwrap gives the kind and the cause.
func (e *Error) Unwrap() []error {
	var l []error
	if e.Kind != nil {
		l = append(l, e.Kind)
	}
	if e.Err != nil {
		l = append(l, e.Err)
	}
	return l
}

// fault is an Error of a kind.
func fault(kind error, format string, args ...any) *Error {
	return &Error{Kind: kind, Text: fmt.Sprintf(format, args...)}
}

// hint adds a line to paste.
func (e *Error) hint(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// because adds the cause.
func (e *Error) because(err error) *Error {
	e.Err = err
	return e
}

// BlobID is git's id of a file's bytes: 40 hex digits, as `git hash-object` gives them. A program that
// needs an id imports crypto/sha1, and one that publishes crypto/sha256, too: the others, which are
// most, start without them.
func BlobID(content []byte) string { return gitID("blob", content) }

// gitID is git's id of an object.
func gitID(kind string, content []byte) string {
	h := crypto.SHA1.New()
	fmt.Fprintf(h, "%s %d\x00", kind, len(content))
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}
