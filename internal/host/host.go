// Package host is the machine, injected: its files, environment, clock and programs. Nothing
// above it asks the operating system directly.
package host

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"bkt/internal/doc"
	"bkt/internal/run"
)

// Host is one machine as one user sees it. Paths given to its methods are the machine's own,
// absolute; Root stands before each of them.
type Host struct {
	Root   string // "" or "/": this machine
	Runner run.Runner
	Env    map[string]string
	Now    func() time.Time
	UID    int
	Dir    string // the working directory
	// Fetch gets what is at an http or https url, at most so many bytes; nil: this program
	// does not use the network. Any answer but 200 is an error.
	Fetch func(ctx context.Context, url string, most int64) ([]byte, error)
	// Unzip gives the files of a zip archive, each name below one folder; nil: this program has
	// no use for any.
	Unzip func(archive []byte) (map[string][]byte, error)
	// DryRun, where it is set, is told of each file that would be written, made or removed,
	// and none is.
	DryRun io.Writer

	deployments once[*Deployments]
	memo        memo
}

// once remembers the first answer of a question that costs a process.
type once[T any] struct {
	sync.Once
	v   T
	err error
}

// Getenv is a variable of the environment, "" where it is not set.
func (h *Host) Getenv(key string) string { return h.Env[key] }

// Path is where a file of the machine really lies.
func (h *Host) Path(path string) string {
	if h.Alternate() {
		return filepath.Join(h.Root, filepath.Clean("/"+path)) // .. ends at the root
	}
	return path
}

// Alternate says whether Root is another tree than this machine's own.
func (h *Host) Alternate() bool { return h.Root != "" && h.Root != "/" }

// Under makes h another tree's machine: dir, absolute or below the working directory, is its
// root folder. "" leaves h as it is. A folder that is not there is an error: it would look
// like a machine with nothing on it.
func (h *Host) Under(dir string) error {
	if dir == "" {
		return nil
	}
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(h.Dir, dir)
	}
	if fi, err := os.Stat(dir); err != nil || !fi.IsDir() {
		return fmt.Errorf("--root: '%s' is not a folder", dir)
	}
	h.Root = filepath.Clean(dir)
	return nil
}

// ReadFile reads a file of the machine.
func (h *Host) ReadFile(path string) ([]byte, error) { return os.ReadFile(h.Path(path)) }

// ReadDir lists a folder of the machine, by name; one that is not there is empty.
func (h *Host) ReadDir(path string) ([]fs.DirEntry, error) {
	l, err := os.ReadDir(h.Path(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return l, err
}

// Exists says whether a file of the machine is there. One that cannot be looked at is.
func (h *Host) Exists(path string) bool {
	_, err := os.Stat(h.Path(path))
	return err == nil || !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
}

// Owner is the user whose file, or whose target of a link, it is; ok is false where nobody can tell.
func (h *Host) Owner(path string) (uid int, ok bool) {
	fi, err := os.Stat(h.Path(path))
	if err != nil {
		return 0, false
	}
	st, ok := fi.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(st.Uid), true
}

// Look finds a program.
func (h *Host) Look(name string) bool {
	_, err := h.Runner.Look(name)
	return err == nil
}

// Read runs a command that changes nothing and gives its stdout.
func (h *Host) Read(ctx context.Context, argv ...string) ([]byte, error) {
	res, err := h.Runner.Run(ctx, run.Cmd{Argv: argv, Effect: run.Reads})
	return res.Stdout, err
}

// BootID is the kernel's id of this boot, "" where the machine has none to tell.
func (h *Host) BootID() string {
	b, err := h.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// Hostname is the name of the machine; of another tree, the name in its /etc/hostname.
func (h *Host) Hostname() string {
	for _, f := range []string{"/proc/sys/kernel/hostname", "/etc/hostname"} {
		if b, err := h.ReadFile(f); err == nil {
			if name := strings.TrimSpace(string(b)); name != "" {
				return name
			}
		}
	}
	return "localhost"
}

// OS reads os-release(5).
func (h *Host) OS() *doc.OS {
	for _, f := range []string{"/etc/os-release", "/usr/lib/os-release"} {
		b, err := h.ReadFile(f)
		if err != nil {
			continue
		}
		v := map[string]string{}
		for line := range strings.Lines(string(b)) {
			if k, s, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
				v[k] = strings.Trim(s, `"'`)
			}
		}
		return &doc.OS{ID: v["ID"], Version: v["VERSION_ID"], Variant: v["VARIANT_ID"]}
	}
	return nil
}

// Ostree says whether the machine was booted from an OSTree deployment, bootc's included.
func (h *Host) Ostree() bool { return h.Exists("/run/ostree-booted") }

// Container names the container that this process runs in, "" on a host. A look at another
// tree is a look from outside, wherever it is taken from.
func (h *Host) Container() string {
	if h.Alternate() {
		return ""
	}
	return container(h.Exists, h.Getenv)
}

// container looks for the marks that each kind of container leaves.
func container(exists func(file string) bool, getenv func(key string) string) string {
	for _, m := range []struct{ name, file, env string }{
		{"a distrobox", "", "DISTROBOX_ENTER_PATH"},
		{"a toolbox", "/run/.toolboxenv", ""},
		{"a Flatpak sandbox", "/.flatpak-info", ""},
		{"a container", "/run/.containerenv", "CONTAINER_ID"},
	} {
		if m.file != "" && exists(m.file) || m.env != "" && getenv(m.env) != "" {
			return m.name
		}
	}
	return ""
}

// Describe is the machine's block of a document. The error is that of the deployments' list:
// the block is whole then but for its image, which is there and says nothing.
func (h *Host) Describe(ctx context.Context) (doc.Host, error) {
	d := doc.Host{Hostname: h.Hostname(), OS: h.OS(), BootID: h.BootID()}
	if !h.Ostree() {
		return d, nil
	}
	all, err := h.Deployments(ctx)
	if err != nil {
		d.Image = &doc.Image{}
		return d, fmt.Errorf("image: %w", err)
	}
	d.Image = all.Image()
	return d, nil
}
