package manifest

import (
	"fmt"
	"strings"

	"github.com/tidwall/sjson"
)

// put writes text over the value that stands at keys, and holds the result against what it is meant to say: want there,
// and everything else as before.
func (f *File) put(keys []string, text string, want node) (*File, error) {
	edited := f.text[:f.root.start] + text + f.text[f.root.end():]
	if len(keys) > 0 {
		raw, err := sjson.SetRaw(f.text, sjsonPath(keys), text)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", f.path, strings.Join(keys, "."), err)
		}
		edited = raw
	}
	if !strings.HasSuffix(edited, "\n") {
		edited += styleOf(f).newline
	}
	after, err := open(f.path, edited, []byte(edited))
	if err != nil {
		return nil, fmt.Errorf("%s: edit refused, it would break the file: %w", f.path, err)
	}
	if expected := with(f.root, keys, want); !same(&expected, &after.root) {
		return nil, fmt.Errorf("%s: edit of %s refused, it would change more than was asked for", f.path, strings.Join(keys, "."))
	}
	return after, nil
}

// sjsonPath makes a path in which every character of a name stands for itself: sjson gives a meaning to . * ? | # @ : \
// and to others besides.
func sjsonPath(keys []string) string {
	var b strings.Builder
	for i, key := range keys {
		if i > 0 {
			b.WriteByte('.')
		}
		for j := range len(key) {
			if !plain(key[j]) {
				b.WriteByte('\\')
			}
			b.WriteByte(key[j])
		}
	}
	return b.String()
}

func plain(c byte) bool {
	return c == '_' || c == '-' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
