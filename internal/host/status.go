package host

import "fmt"

// StatusError is an answer over http that was not the file asked for: somebody answered, and
// to ask again will not help.
type StatusError struct {
	URL  string
	Code int // 404; 413 where the file is larger than was asked for
}

// Error names both.
func (e *StatusError) Error() string { return fmt.Sprintf("%s: HTTP status %d", e.URL, e.Code) }
