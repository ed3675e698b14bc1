package flatpakremote

import (
	"fmt"
	"slices"
	"strings"

	"bkt/internal/host"
)

// columns are those that every flatpak since 1.14 has.
const columns = "name,url,filter,collection,subset,priority,options,title"

// row is one line of `flatpak remotes`.
type row struct {
	Name, URL    string
	Scope        string // system or user; "" for another installation
	Installation string // as flatpak says it: user, system, system (NAME)
	Options      []string
}

func (r row) has(option string) bool { return slices.Contains(r.Options, option) }

// parseRemotes reads `flatpak remotes --columns=…`: lines of tab-separated columns, without a header; `-` is an empty
// value. The first of the options is the installation, unless only one was asked about: that is the scope only then.
func parseRemotes(b []byte, only string) ([]row, error) {
	var rows []row
	seen := map[[2]string]bool{}
	err := host.FlatpakRows("flatpak remotes", b, func(text string) error {
		r, err := parseRow(text, only)
		key := [2]string{r.Installation, r.Name}
		if err == nil && seen[key] {
			err = fmt.Errorf("%q stands twice in one installation", r.Name)
		}
		seen[key] = true
		rows = append(rows, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

func parseRow(text, only string) (row, error) {
	// The title comes last, and may hold anything.
	want := 1 + strings.Count(columns, ",")
	f := strings.SplitN(text, "\t", want)
	if len(f) != want {
		return row{}, fmt.Errorf("%d columns, not %d: %q", len(f), want, text)
	}
	for i, v := range f {
		if v == "-" {
			f[i] = ""
		}
	}
	r := row{Name: f[0], URL: f[1], Installation: only, Options: strings.Split(f[6], ",")}
	if r.Name == "" {
		return row{}, fmt.Errorf("no name: %q", text)
	}
	if only == "" {
		r.Installation, r.Options = r.Options[0], r.Options[1:]
	}
	var err error
	r.Scope, err = host.FlatpakScope(r.Installation)
	return r, err
}
