package manifest

import "fmt"

// Notes gives one line, beginning with path:line:col of the field, for each entry of which said is true: what says what
// of it is kept in the file, and not enforced. A manifest that cannot be read has none: Parse says why.
func (l Items) Notes(path string, data []byte, field, what string, said func(Element) bool) []string {
	f, err := Open(path, data)
	if err != nil {
		return nil
	}
	entries, _, err := f.Objects(l.List)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if at, ok := e.Field(field); ok && said(e) {
			line, col := at.Position()
			id, _, _ := e.String(l.ID)
			out = append(out, fmt.Sprintf("%s:%d:%d: the %s of %s is kept, and not enforced", path, line, col, what, id))
		}
	}
	return out
}
