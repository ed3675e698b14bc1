package manifest

// InsertString puts a string into the list at keys, at its place (see Edit); where it is already the result is f itself.
func (f *File) InsertString(keys []string, value string) (*File, error) {
	return f.Edit(Edit{List: keys, Insert: []Value{String(value)}})
}

// RemoveString takes a string out of the list at keys, every time that it is in there.
func (f *File) RemoveString(keys []string, value string) (*File, error) {
	elements, _, err := f.Elements(keys...)
	if err != nil {
		return nil, err
	}
	var gone []int
	for _, element := range elements {
		if text, ok := element.Text(); ok && text == value {
			gone = append(gone, element.Index())
		}
	}
	return f.Edit(Edit{List: keys, Remove: gone})
}

// InsertObject puts an object into the list at keys, its fields in the order given, at its place (see Edit).
func (f *File) InsertObject(keys []string, fields []Field, sortKey func(Element) string) (*File, error) {
	return f.Edit(Edit{List: keys, Insert: []Value{Object(fields...)}, SortKey: sortKey})
}

// RemoveAt takes the element of that index out of the list at keys.
func (f *File) RemoveAt(keys []string, index int) (*File, error) {
	return f.Edit(Edit{List: keys, Remove: []int{index}})
}

// SetField gives a field of the element of that index a value.
func (f *File) SetField(keys []string, index int, name string, value Value) (*File, error) {
	return f.Edit(Edit{List: keys, Set: map[int][]Field{index: {{name, value}}}})
}

// RemoveField takes a field of the element of that index away.
func (f *File) RemoveField(keys []string, index int, name string) (*File, error) {
	return f.SetField(keys, index, name, Value{})
}
