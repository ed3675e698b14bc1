// Package manifest reads the JSON manifests of a distribution, edits them in place so that only the lines of the edited
// entries change, and reads the policy; it knows the shape of no manifest but policy.json.
package manifest

// Check says whether data is a well-formed manifest: one JSON object (RFC 8259) in UTF-8 without a byte order mark,
// without a name twice in any object, at most 100 levels deep, and with nothing after it. The error is an *Error and
// carries path as it was given.
func Check(path string, data []byte) error {
	_, err := parse(path, string(data), data)
	return err
}

// File is one manifest as it was read. It never changes: an edit gives another File.
type File struct {
	path string
	text string
	root node
}

// Open checks data (see Check) and makes it readable and editable. The path is used in messages only.
func Open(path string, data []byte) (*File, error) {
	return open(path, string(data), data)
}

// open opens a text, given a second time as bytes.
func open(path, text string, data []byte) (*File, error) {
	root, err := parse(path, text, data)
	if err != nil {
		return nil, err
	}
	return &File{path: path, text: text, root: root}, nil
}

// Path is the path that Open was given.
func (f *File) Path() string { return f.path }

// Bytes is the text of the manifest: what Open was given, byte for byte, as long as no edit changed anything.
func (f *File) Bytes() []byte { return []byte(f.text) }

// Root is the outermost object.
func (f *File) Root() Element { return Element{file: f, node: &f.root} }
