package manifest

import (
	"slices"
	"strconv"
	"strings"
)

// ParsePolicy reads manifests/policy.json. A field that it does not know is no error, a value that it does not know is
// one, with its place. Every object that is not "image" is taken for the rule of a subsystem: the caller knows which
// there are (Rules). Nil data is a distribution without a policy: the defaults; an empty file is an error.
func ParsePolicy(path string, data []byte) (*Policy, error) {
	if data == nil {
		return &Policy{}, nil
	}
	f, err := Open(path, data)
	if err != nil {
		return nil, err
	}
	p := &Policy{Rules: map[string]Rule{}}
	root := f.Root()
	if p.Deliver, err = root.choice("deliver", "pull-request", "auto-merge", "push"); err != nil {
		return nil, err
	}
	if p.Layer, err = root.choice("layer", "boot"); err != nil {
		return nil, err
	}
	for _, name := range root.Names() {
		field, _ := root.Field(name)
		switch {
		case name == "image":
			p.Image, err = parseImage(field)
		case field.IsObject():
			p.Rules[name], err = parseRule(field)
		case isSubsystem(name):
			err = fieldError(name, field.want('{'))
		}
		if err != nil {
			return nil, err
		}
	}
	return p, nil
}

// isSubsystem knows the subsystems of design §2: for these anything but an object is a mistake.
func isSubsystem(name string) bool {
	return slices.Contains([]string{"repo", "copr", "dnf", "flatpak-remote", "flatpak", "extension", "gsetting", "shim", "karg", "systemd"}, name)
}

func parseRule(e Element) (rule Rule, err error) {
	if rule.Track, err = e.choice("track", "all", "listed"); err != nil {
		return Rule{}, err
	}
	if rule.Remove, err = e.choice("remove", "owned", "none"); err != nil {
		return Rule{}, err
	}
	rule.Ignore, err = e.texts("ignore")
	return rule, err
}

func parseImage(e Element) (image Image, err error) {
	if image.DNF, err = e.choice("dnf", "dnf", "dnf5"); err != nil {
		return Image{}, err
	}
	if image.Verify, _, err = e.Bool("verify"); err != nil {
		return Image{}, err
	}
	if image.AllowUnsigned, err = e.texts("allow_unsigned"); err != nil {
		return Image{}, err
	}
	image.KeepCopr, err = e.texts("keep_copr")
	return image, err
}

// choice reads a field that has one of these values; "" when it is not there.
func (e Element) choice(name string, values ...string) (string, error) {
	value, ok, err := e.String(name)
	if err != nil || !ok || slices.Contains(values, value) {
		return value, err
	}
	for i := range values {
		values[i] = strconv.Quote(values[i])
	}
	field, _ := e.Field(name)
	return "", field.Errorf("%s: %q is not one of %s", name, value, strings.Join(values, ", "))
}

// texts reads a list of strings that are not empty.
func (e Element) texts(name string) ([]string, error) {
	entries, _, err := e.Strings(name)
	var texts []string
	for _, entry := range entries {
		if entry.Value == "" {
			return nil, entry.Errorf("%s: empty", name)
		}
		texts = append(texts, entry.Value)
	}
	return texts, err
}
