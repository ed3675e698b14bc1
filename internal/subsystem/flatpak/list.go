package flatpak

import (
	"fmt"
	"strings"

	"bkt/internal/host"
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
	var rows []row
	err := host.FlatpakRows("flatpak list", b, func(text string) error {
		r, err := parseRow(text)
		rows = append(rows, r)
		return err
	})
	if err != nil {
		return nil, err
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
	var err error
	r.Scope, err = host.FlatpakScope(r.Installation)
	return r, err
}
