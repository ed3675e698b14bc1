package forge

import "errors"

// Exit is the exit code of a program that this error ended, and a line to paste (design.md
// §3): 1 for a conflict, 3 for what is done by half, 75 for what may work later, else 2.
func (e *Error) Exit() (code int, hint string) {
	switch {
	case errors.Is(e, ErrConflict):
		return 1, e.Hint
	case errors.Is(e, ErrPartial):
		return 3, e.Hint
	case errors.Is(e, ErrTryAgain):
		return 75, e.Hint
	}
	return 2, e.Hint
}
