package doc

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Attrs are an item's attributes, each a JSON value as it was read or made. The nil map
// is an item without attributes; absence is expressed by Side.
type Attrs map[string]jsontext.Value

// Set adds an attribute and returns a, making it if need be, so that calls chain.
// v is a string, a bool or a list of strings.
func (a Attrs) Set(name string, v any) Attrs {
	if a == nil {
		a = Attrs{}
	}
	// Text that is not UTF-8 keeps what can be read of it: better than to lose the item.
	if s, ok := v.(string); ok {
		a[name], _ = jsontext.AppendQuote(nil, s)
	} else if b, err := json.Marshal(v, jsontext.AllowInvalidUTF8(true)); err == nil {
		a[name] = b
	}
	return a
}

// String is the attribute as text; "" where it is missing or something else.
func (a Attrs) String(name string) string {
	v := a[name]
	switch {
	case len(v) == 0 || v[0] != '"':
		return ""
	case plain(v):
		return string(v[1 : len(v)-1])
	}
	var s string
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

// plain says whether a value that begins a string says what it means, without an escape.
func plain(v jsontext.Value) bool {
	if len(v) < 2 || v[len(v)-1] != '"' {
		return false
	}
	for _, c := range v[1 : len(v)-1] {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// Bool is the attribute as a truth value, and def where it is missing or something else.
func (a Attrs) Bool(name string, def bool) bool {
	switch string(a[name]) {
	case "true":
		return true
	case "false":
		return false
	}
	return def
}

// Strings is the attribute as a list of text; nil where it is missing or something else.
func (a Attrs) Strings(name string) []string {
	var l []string
	if v := a[name]; len(v) == 0 || v[0] != '[' || json.Unmarshal(v, &l) != nil {
		return nil
	}
	return l
}

// Names are the attributes' names, sorted.
func (a Attrs) Names() []string {
	out := make([]string, 0, len(a))
	for n := range a {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// Equal says whether both have the same attributes with the same values.
func (a Attrs) Equal(b Attrs) bool { return len(a) == len(b) && b.Satisfies(a) }

// Satisfies says whether a has every attribute that want names, with the same value.
func (a Attrs) Satisfies(want Attrs) bool {
	for n, v := range want {
		have, ok := a[n]
		if !ok || !sameValue(have, v) {
			return false
		}
	}
	return true
}

// sameValue compares two JSON values by meaning, not by spelling. Integers are exact, however
// large.
func sameValue(a, b jsontext.Value) bool {
	if bytes.Equal(a, b) {
		return true
	}
	a, b = a.Clone(), b.Clone()
	exact := jsontext.CanonicalizeRawInts(false)
	return a.Canonicalize(exact) == nil && b.Canonicalize(exact) == nil && bytes.Equal(a, b)
}

// Side is one side of a change: left out, absent, or there with its attributes.
type Side struct {
	known bool
	there bool
	attrs Attrs
}

// Absent is the side of something that is not there: JSON null.
func Absent() Side { return Side{known: true} }

// Has is the side of something that is there.
func Has(a Attrs) Side {
	if a == nil {
		a = Attrs{}
	}
	return Side{known: true, there: true, attrs: a}
}

// IsZero says whether the side is left out of the document.
func (s Side) IsZero() bool { return !s.known }

// Known says whether the side is in the document at all.
func (s Side) Known() bool { return s.known }

// There says whether the item is there.
func (s Side) There() bool { return s.there }

// Attrs are the item's attributes, nil unless it is there.
func (s Side) Attrs() Attrs { return s.attrs }

// Equal compares two sides by meaning.
func (s Side) Equal(t Side) bool {
	return s.known == t.known && s.there == t.there && s.attrs.Equal(t.attrs)
}

// MarshalJSONTo writes null for an absent item and the attributes' object for one that is there.
func (s Side) MarshalJSONTo(e *jsontext.Encoder) error {
	if !s.there {
		return e.WriteToken(jsontext.Null)
	}
	return json.MarshalEncode(e, s.attrs)
}

// UnmarshalJSONFrom reads what MarshalJSONTo writes.
func (s *Side) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() == jsontext.KindNull {
		*s = Absent()
		_, err := d.ReadToken()
		return err
	}
	*s = Has(nil)
	return json.UnmarshalDecode(d, &s.attrs)
}
