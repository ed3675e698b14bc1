package manifest

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Error is something wrong at one place of a file. Line and Col count from 1; Col counts characters (runes), as an editor
// shows them, not bytes.
type Error struct {
	Path      string
	Line, Col int
	Message   string
}

// Error is "path:line:col: message".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Col, e.Message)
}

func errorAt(path, text string, offset int, format string, args ...any) *Error {
	line, col := position(text, offset)
	return &Error{Path: path, Line: line, Col: col, Message: fmt.Sprintf(format, args...)}
}

// position turns a byte offset into line and column.
func position(text string, offset int) (line, col int) {
	before := text[:min(offset, len(text))]
	return 1 + strings.Count(before, "\n"), 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
}
