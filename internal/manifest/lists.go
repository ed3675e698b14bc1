package manifest

import "strings"

// Value is what stands at keys, names from the root inwards. A missing key is no error, ok is false; a key below
// something that is no object is one.
func (f *File) Value(keys ...string) (value Element, ok bool, err error) {
	at := f.Root()
	for i, key := range keys {
		if err := at.want('{'); err != nil {
			return Element{}, false, fieldError(strings.Join(keys[:i], "."), err)
		}
		if at, ok = at.Field(key); !ok {
			return Element{}, false, nil
		}
	}
	return at, true, nil
}

// Strings reads a list of strings, such as "packages", or "kargs", "append". A missing list gives ok false, an empty
// one true; anything else than a list of strings is an error.
func (f *File) Strings(keys ...string) (entries []Entry, ok bool, err error) {
	list, ok, err := f.Value(keys...)
	if err != nil || !ok {
		return nil, false, err
	}
	entries, err = list.entries(strings.Join(keys, "."))
	return entries, err == nil, err
}

// Elements reads a list whose elements may be of any kind, as Strings does; the caller tells strings from objects by
// Text and IsObject.
func (f *File) Elements(keys ...string) (elements []Element, ok bool, err error) {
	list, ok, err := f.Value(keys...)
	if err != nil || !ok {
		return nil, false, err
	}
	elements, err = list.elements(strings.Join(keys, "."))
	return elements, err == nil, err
}

// Objects reads a list of objects, as Strings does.
func (f *File) Objects(keys ...string) (elements []Element, ok bool, err error) {
	elements, ok, err = f.Elements(keys...)
	for _, element := range elements {
		if err := element.want('{'); err != nil {
			return nil, false, fieldError(strings.Join(keys, "."), err)
		}
	}
	return elements, ok, err
}

// Duplicates gives the elements whose key an earlier one has: the same package twice, the same app twice in one scope.
// They are worth a warning and no error.
func Duplicates[E any](list []E, key func(E) string) []E {
	var again []E
	seen := make(map[string]bool, len(list))
	for _, element := range list {
		k := key(element)
		if seen[k] {
			again = append(again, element)
		}
		seen[k] = true
	}
	return again
}
