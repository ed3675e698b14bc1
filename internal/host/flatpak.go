package host

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"bkt/internal/run"
)

// Flatpak is one installation of Flatpak's: the default system-wide one, or the user's.
type Flatpak struct {
	Scope string // system or user
	Dir   string // as a path of the machine
}

// Flatpaks lists which of the two installations there are. One that nobody has used yet is not there.
func (h *Host) Flatpaks() []Flatpak {
	all := []Flatpak{{"system", h.FlatpakDir("system")}, {"user", h.FlatpakDir("user")}}
	return slices.DeleteFunc(all, func(f Flatpak) bool {
		return f.Dir == "" || !h.Exists(filepath.Join(f.Dir, "repo")) && !h.Exists(filepath.Join(f.Dir, "app"))
	})
}

// FlatpakDir is the folder of a scope's installation, whether it is there yet or not; "" where there is no home.
func (h *Host) FlatpakDir(scope string) string {
	if scope == "system" {
		return h.flatpakDir("FLATPAK_SYSTEM_DIR", "/var/lib/flatpak")
	}
	dir := h.DataHome()
	if dir != "" {
		dir = filepath.Join(dir, "flatpak")
	}
	return h.flatpakDir("FLATPAK_USER_DIR", dir)
}

// FlatpakConfig lists the folders with the site's and the distribution's configuration of Flatpak.
func (h *Host) FlatpakConfig() []string {
	return []string{h.flatpakDir("FLATPAK_CONFIG_DIR", "/etc/flatpak"), h.flatpakDir("FLATPAK_DATA_DIR", "/usr/share/flatpak")}
}

func (h *Host) flatpakDir(key, otherwise string) string {
	if v := h.Getenv(key); filepath.IsAbs(v) {
		return v
	}
	return otherwise
}

// AskFlatpak runs a flatpak command that lists something over these installations, in one process. An installation that
// is not there must not be asked about: flatpak would make the user's, and fail on the system's.
func (h *Host) AskFlatpak(ctx context.Context, installations []Flatpak, args ...string) (run.Result, error) {
	if len(installations) == 0 {
		return run.Result{}, nil
	}
	c := run.Cmd{Argv: append([]string{"flatpak"}, args...), Effect: run.Reads}
	if len(installations) == 1 || h.Alternate() {
		// Named one by one, no other installation is listed: those of another tree have paths in that tree.
		for _, f := range installations {
			c.Argv = append(c.Argv, "--"+f.Scope)
		}
	}
	if h.Alternate() {
		config := h.FlatpakConfig()
		c.Env = []string{"FLATPAK_CONFIG_DIR=" + h.Path(config[0]), "FLATPAK_DATA_DIR=" + h.Path(config[1])}
		for _, f := range installations {
			key := "FLATPAK_SYSTEM_DIR="
			if f.Scope == "user" {
				key = "FLATPAK_USER_DIR="
			}
			c.Env = append(c.Env, key+h.Path(f.Dir))
		}
	}
	return h.Runner.Run(ctx, c)
}

// Readlink is what a symbolic link of the machine holds.
func (h *Host) Readlink(path string) (string, error) { return os.Readlink(h.Path(path)) }

// FlatpakRows gives each line of what a listing command of flatpak's printed to row; an empty list is an empty line.
// Errors begin with the command and the number of the line.
func FlatpakRows(command string, b []byte, row func(text string) error) error {
	if !utf8.Valid(b) {
		return fmt.Errorf("%s: not UTF-8", command)
	}
	n := 0
	for line := range bytes.Lines(b) {
		n++
		text := strings.TrimSuffix(string(line), "\n")
		if text == "" {
			continue
		}
		if err := row(text); err != nil {
			return fmt.Errorf("%s: line %d: %w", command, n, err)
		}
	}
	return nil
}

// FlatpakScope is the scope of an installation as listings name it, user, system or system (NAME): "" for the last.
func FlatpakScope(installation string) (scope string, err error) {
	if installation == "system" || installation == "user" {
		return installation, nil
	}
	if name, other := strings.CutPrefix(installation, "system ("); other && strings.HasSuffix(name, ")") {
		return "", nil
	}
	return "", fmt.Errorf("%q is not an installation", installation)
}
