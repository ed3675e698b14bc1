package changelog

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/go-json-experiment/json"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// largest is how many bytes an entry may have.
const largest = 1 << 20

// Read reads the folder of the entries, by name. What is in it and is none, or is damaged, is
// named in odd and left out; a folder that is not there is empty. at stands before the paths in
// messages. Hidden files and notes in Markdown are nobody's business.
func Read(fsys fs.FS, at string) (entries []Entry, odd []error) {
	l, err := fs.ReadDir(fsys, Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, []error{fmt.Errorf("cannot read '%s': %w", at+Dir, host.Cause(err))}
	}
	first := map[string]string{} // step to entry
	for _, f := range l {
		if strings.HasPrefix(f.Name(), ".") || strings.HasSuffix(f.Name(), ".md") {
			continue
		}
		e, err := read(fsys, at, f)
		if err == nil {
			err = e.unique(first, at)
		}
		if err != nil {
			odd = append(odd, err)
			continue
		}
		entries = append(entries, e)
	}
	return entries, odd
}

// read reads one file of the folder.
func read(fsys fs.FS, at string, f fs.DirEntry) (Entry, error) {
	path := Dir + "/" + f.Name()
	name, ok := strings.CutSuffix(f.Name(), ".json")
	switch {
	case !ok:
		return Entry{}, fmt.Errorf("%s: not an entry: its name does not end in .json", printable(at+path))
	case !f.Type().IsRegular():
		return Entry{}, fmt.Errorf("%s: not an entry: it is not a file", printable(at+path))
	case !plain(name):
		return Entry{}, fmt.Errorf("%s: not an entry: an id has letters, digits, dots, dashes and underscores", printable(at+path))
	}
	b, err := content(fsys, path)
	if err != nil {
		return Entry{}, fmt.Errorf("cannot read '%s': %w", at+path, host.Cause(err))
	}
	e, err := Parse(at+path, b)
	if err == nil && e.ID != name {
		err = fmt.Errorf("%s: /id: %q is not the file's name", at+path, e.ID)
	}
	return e, err
}

// content is what a file holds, if that is not far too much for an entry.
func content(fsys fs.FS, path string) ([]byte, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, largest+1))
	if err == nil && len(b) > largest {
		err = fmt.Errorf("it is larger than %d MiB", largest>>20)
	}
	return b, err
}

// Parse reads one entry. Members that it does not know are kept. Errors say where:
// `changelog/x.json:3:14: duplicate key "id"`, `changelog/x.json: /steps: missing`.
func Parse(where string, b []byte) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(b, &e); err != nil {
		return Entry{}, doc.Locate(where, b, err)
	}
	if err := e.check(); err != nil {
		return Entry{}, fmt.Errorf("%s: %w", where, err)
	}
	return e, nil
}

// check finds what no type can express.
func (e *Entry) check() error {
	switch {
	case !plain(e.ID):
		return fmt.Errorf("/id: %q is none", e.ID)
	case strings.TrimSpace(e.Summary) == "":
		return errors.New("/summary: missing")
	case e.Steps == nil:
		return errors.New("/steps: missing")
	}
	for n, s := range e.Steps {
		switch {
		case !plain(s.ID):
			return fmt.Errorf("/steps/%d/id: %q is none", n, s.ID)
		case strings.TrimSpace(s.Text) == "":
			return fmt.Errorf("/steps/%d/text: missing", n)
		}
		for _, o := range e.Steps[:n] {
			if o.ID == s.ID {
				return fmt.Errorf("/steps/%d/id: %q stands twice", n, s.ID)
			}
		}
	}
	return nil
}

// unique refuses a step that another entry has: to mark one done would mark both.
func (e *Entry) unique(first map[string]string, at string) error {
	for n, s := range e.Steps {
		if other, ok := first[s.ID]; ok {
			return fmt.Errorf("%s: /steps/%d/id: %s has the step %q, too", at+Path(e.ID), n, Path(other), s.ID)
		}
	}
	for _, s := range e.Steps {
		first[s.ID] = e.ID
	}
	return nil
}

// plain says whether text can be an id, and so a file's name and an operand: ASCII letters,
// digits, dots, dashes and underscores, and the first of them a letter or a digit.
func plain(text string) bool {
	for n, r := range text {
		letter := r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (n == 0 || !strings.ContainsRune("._-", r)) {
			return false
		}
	}
	return text != "" && len(text) <= 200
}

// printable is a file's name fit for one line of a message.
func printable(name string) string {
	if quoted := fmt.Sprintf("%q", name); quoted != `"`+name+`"` {
		return quoted
	}
	return name
}
