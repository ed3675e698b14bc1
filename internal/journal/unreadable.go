package journal

import "bkt/internal/run"

// UnreadableError is a journal that is there and says nothing: broken, or a later version's.
type UnreadableError struct {
	Path string // where the file really lies
	Err  error
}

// Error says what is wrong with it.
func (e *UnreadableError) Error() string { return e.Err.Error() }

// Unwrap gives the cause.
func (e *UnreadableError) Unwrap() error { return e.Err }

// Exit is the exit code of a program that this error ended. Nobody can mend the file but its owner,
// who can put it aside: then nothing was done on purpose.
func (e *UnreadableError) Exit() (code int, hint string) {
	return 2, run.Quote([]string{"mv", e.Path, e.Path + ".odd"})
}
