package dnf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"bkt/internal/doc"
	"bkt/internal/host"
)

// rpmFormat gives a line `N name` per package, and below it a line `P capability` per
// capability that it provides.
const rpmFormat = "N %{NAME}\n[P %{PROVIDES}\n]"

// packages is a set of installed packages.
type packages struct {
	names    map[string]bool
	provides map[string]string // another name for a package, to the package
}

// rpmList asks rpm for all packages of a database; where says which, as rpm's options.
func rpmList(ctx context.Context, h *host.Host, where ...string) (*packages, error) {
	argv := append([]string{"rpm"}, where...)
	b, err := h.Read(ctx, append(argv, "-qa", "--nodigest", "--nosignature", "--qf", rpmFormat)...)
	if err != nil {
		return nil, err
	}
	return parseRPM(b)
}

// parseRPM reads what rpmFormat gives. Of the capabilities it keeps those that a person would
// ask for a package by: no files, no libraries, nothing with parentheses, no package's name.
func parseRPM(b []byte) (*packages, error) {
	p := &packages{names: map[string]bool{}, provides: map[string]string{}}
	if !utf8.Valid(b) {
		return nil, errors.New("rpm -qa: not UTF-8")
	}
	// The text is megabytes, and little of it is kept.
	name := ""
	for line := range bytes.Lines(b) {
		kind, what, ok := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
		switch {
		case ok && string(kind) == "N" && len(what) > 0:
			name = string(what)
			p.names[name] = true
		case ok && string(kind) == "P" && name != "":
			if old, ok := p.provides[string(what)]; askable(what) && (!ok || name < old) {
				p.provides[string(what)] = name
			}
		default:
			return nil, fmt.Errorf("rpm -qa: unexpected line %q", line)
		}
	}
	p.tidy()
	return p, nil
}

func askable(capability []byte) bool {
	return !bytes.ContainsAny(capability, "(/") && named(string(capability)) &&
		!bytes.HasSuffix(capability, []byte(".so")) && !bytes.Contains(capability, []byte(".so."))
}

// tidy drops the keys of signers, which rpm keeps as packages, and the names that need no provider.
func (p *packages) tidy() {
	delete(p.names, "gpg-pubkey")
	maps.DeleteFunc(p.provides, func(capability, by string) bool { return p.names[capability] || !p.names[by] })
}

// present is the set as a document has it, without the items of the user's own.
func (p *packages) present(items map[string]bool) []doc.Present {
	out := make([]doc.Present, 0, len(p.names)+len(p.provides))
	for _, n := range slices.Sorted(maps.Keys(p.names)) {
		if !items[n] {
			out = append(out, doc.Present{ID: n})
		}
	}
	for _, n := range slices.Sorted(maps.Keys(p.provides)) {
		if !items[n] {
			out = append(out, doc.Present{ID: n, Attrs: doc.Attrs{}.Set("by", p.provides[n])})
		}
	}
	return out
}
