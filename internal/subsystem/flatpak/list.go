package flatpak

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// columns are those that every flatpak since 1.14 has.
const columns = "application,branch,arch,origin,installation,active,ref"

// row is one line of `flatpak list --app`.
type row struct {
	ID, Branch, Arch, Origin string
	Scope                    string // system or user; "" for another installation
	Installation             string // as flatpak says it: user, system, system (NAME)
	Active                   string // the commit's first 12 digits
}

// ref is the full ref, as configuration names it.
func (r row) ref() string { return "app/" + r.ID + "/" + r.Arch + "/" + r.Branch }

// parseList reads `flatpak list --app --columns=…`: lines of tab-separated columns, without a header.
func parseList(b []byte) ([]row, error) {
	if !utf8.Valid(b) {
		return nil, errors.New("flatpak list: not UTF-8")
	}
	var rows []row
	n := 0
	for line := range bytes.Lines(b) {
		n++
		text := strings.TrimSuffix(string(line), "\n")
		if text == "" {
			continue // some releases end an empty list with a line
		}
		r, err := parseRow(text)
		if err != nil {
			return nil, fmt.Errorf("flatpak list: line %d: %w", n, err)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

func parseRow(text string) (row, error) {
	f := strings.Split(text, "\t")
	if want := 1 + strings.Count(columns, ","); len(f) != want {
		return row{}, fmt.Errorf("%d columns, not %d: %q", len(f), want, text)
	}
	r := row{ID: f[0], Branch: f[1], Arch: f[2], Origin: f[3], Installation: f[4], Active: f[5]}
	if err := validID(r.ID); err != nil {
		return row{}, fmt.Errorf("application id %q: %w", r.ID, err)
	}
	if !branchName(r.Branch) {
		return row{}, fmt.Errorf("%q is not a branch", r.Branch)
	}
	if !archName(r.Arch) {
		return row{}, fmt.Errorf("%q is not an architecture", r.Arch)
	}
	if f[6] != r.ID+"/"+r.Arch+"/"+r.Branch {
		return row{}, fmt.Errorf("ref %q does not fit the other columns", f[6])
	}
	name, other := strings.CutPrefix(r.Installation, "system (")
	switch {
	case r.Installation == "system" || r.Installation == "user":
		r.Scope = r.Installation
	case !other || !strings.HasSuffix(name, ")"):
		return row{}, fmt.Errorf("%q is not an installation", r.Installation)
	}
	return r, nil
}
