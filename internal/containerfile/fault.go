package containerfile

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Error is one thing that is wrong with a Containerfile.
type Error struct {
	File string // the name given to Parse
	Line int    // counted from 1; 0 where it is about the file as a whole
	Msg  string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
}

// faults collects errors in any order; lines count from 1.
type faults []*Error

func (f *faults) add(line int, format string, args ...any) {
	*f = append(*f, &Error{Line: line, Msg: fmt.Sprintf(format, args...)})
}

// join sorts the faults by line and gives them the file's name. It is nil when there are none.
func (f faults) join(file string) error {
	slices.SortStableFunc(f, func(a, b *Error) int { return cmp.Compare(a.Line, b.Line) })
	errs := make([]error, len(f))
	for i, e := range f {
		e.File = file
		errs[i] = e
	}
	return errors.Join(errs...)
}

// first is the first *Error in an error of Parse.
func first(err error) *Error {
	var e *Error
	if !errors.As(err, &e) {
		return &Error{Msg: err.Error()}
	}
	return e
}
