package remotes

import (
	"errors"
	"slices"

	"bkt/internal/pattern"
	"bkt/internal/run"
)

// unreachable is what flatpak says where no server answers: in its releases with libcurl the number of curl's error
// stands in brackets, in older ones it is GLib's message.
var unreachable = pattern.Lazy{Expr: `While fetching [^ ]+: \[[0-9]+\] |Could not connect to |Could not connect: |Error resolving |` +
	`Temporary failure in name resolution|Network is unreachable|No route to host|Socket I/O timed out`}

// Down says whether a command failed because no server answered: another time it may.
func Down(err error) bool {
	var e *run.Error
	if !errors.As(err, &e) || errors.Is(err, run.ErrNotFound) {
		return false
	}
	// curl fails where nobody answers, and there alone: an answer is a *host.StatusError.
	return slices.Equal(e.Argv[:min(1, len(e.Argv))], []string{"curl"}) || errors.Is(e.Err, run.ErrTimeout) || unreachable.Re().MatchString(e.Stderr)
}
