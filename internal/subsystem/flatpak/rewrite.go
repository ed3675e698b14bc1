package flatpak

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"bkt/internal/keyfile"
)

// rewrite gives the file of an application's overrides as it is to be: of all that options of `flatpak override` stand
// for exactly those wanted, and the rest to the byte. Nil: nothing is left to say. That command itself can only add.
func rewrite(old []byte, want []string) ([]byte, error) {
	want = canonicalOverrides(want)
	x, err := keyfile.Open(old)
	if err != nil {
		return nil, err
	}
	f, err := keyfile.Parse(old)
	if err != nil {
		return nil, err
	}
	kept, err := drop(x, f, want)
	if err != nil {
		return nil, err
	}
	for _, o := range want {
		if !slices.Contains(kept, o) {
			if err := put(x, o); err != nil {
				return nil, err
			}
		}
	}
	out := x.Bytes()
	if got, err := parseOverrides(out); err != nil || !slices.Equal(got, want) {
		return nil, fmt.Errorf("these overrides contradict each other: %s", strings.Join(want, " "))
	}
	if len(bytes.TrimSpace(out)) == 0 {
		return nil, nil
	}
	return out, nil
}

// drop takes out what is not wanted, and gives the options that stay.
func drop(x *keyfile.Text, f keyfile.File, want []string) (kept []string, err error) {
	type at struct{ group, key string }
	gone := map[at][]string{}
	walk(f, func(s slot, o string) {
		switch o = canonicalOverrides([]string{o})[0]; {
		case slices.Contains(want, o):
			kept = append(kept, o)
		case s.list:
			gone[at{s.group, s.key}] = append(gone[at{s.group, s.key}], s.value)
			if name, ok := strings.CutPrefix(o, "--unset-env="); ok {
				x.Remove("Environment", name) // the empty one, for older releases
			}
		default:
			x.Remove(s.group, s.key)
		}
	})
	for k, values := range gone {
		l := slices.DeleteFunc(f.Group(k.group).Strings(k.key), func(v string) bool { return slices.Contains(values, v) })
		if len(l) == 0 {
			x.Remove(k.group, k.key)
		} else if err := x.Set(k.group, k.key, keyfile.EscapeList(l)); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// put adds what an option stands for.
func put(x *keyfile.Text, option string) error {
	s, ok := place(option)
	if !ok {
		return fmt.Errorf("override %q has no place in a file", option)
	}
	if !s.list {
		return x.Set(s.group, s.key, keyfile.Escape(s.value))
	}
	f, err := keyfile.Parse(x.Bytes())
	if err != nil {
		return err
	}
	if err := x.Set(s.group, s.key, keyfile.EscapeList(append(f.Group(s.group).Strings(s.key), s.value))); err != nil {
		return err
	}
	if name, ok := strings.CutPrefix(option, "--unset-env="); ok {
		return x.Set("Environment", name, "") // as flatpak does, for releases that only know this
	}
	return nil
}

// place is where an option of `flatpak override` puts its value.
func place(o string) (s slot, ok bool) {
	option, value, _ := strings.Cut(strings.TrimPrefix(o, "--"), "=")
	for _, p := range permissions {
		switch option {
		case p.yes:
			return slot{p.group, p.key, true, value}, true
		case p.no:
			return slot{p.group, p.key, true, "!" + value}, true
		case p.cond:
			return slot{p.group, p.key, true, "if:" + value}, true
		}
	}
	for _, p := range policies {
		switch option {
		case p.talk:
			return slot{p.group, value, false, "talk"}, true
		case p.own:
			return slot{p.group, value, false, "own"}, true
		case p.none:
			return slot{p.group, value, false, "none"}, true
		}
	}
	name, value, _ := strings.Cut(value, "=")
	sub, key, dotted := strings.Cut(name, ".")
	switch option {
	case "env":
		return slot{"Environment", name, false, value}, true
	case "add-policy":
		return slot{"Policy " + sub, key, true, value}, dotted
	case "remove-policy":
		return slot{"Policy " + sub, key, true, "!" + value}, dotted
	}
	return s, false
}
