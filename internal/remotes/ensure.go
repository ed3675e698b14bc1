package remotes

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"bkt/internal/host"
	"bkt/internal/keyfile"
	"bkt/internal/run"
)

// Download is how long a flatpak command that gets something from a remote may take.
const Download = 30 * time.Minute

// Exists says whether an installation has a remote of that name, enabled or not. It starts no process.
func Exists(h *host.Host, scope, name string) (bool, error) {
	_, there, err := section(h, scope, name)
	return there, err
}

// section is what an installation says of a remote.
func section(h *host.Host, scope, name string) (g keyfile.Group, there bool, err error) {
	path := filepath.Join(h.FlatpakDir(scope), "repo", "config")
	b, err := h.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return g, false, nil
	}
	if err != nil {
		return g, false, err
	}
	f, err := keyfile.Parse(b)
	if err != nil {
		return g, false, fmt.Errorf("%s: %w", path, err)
	}
	group := `remote "` + name + `"`
	return f.Group(group), f.Has(group), nil
}

// Ensure adds the remote where its installation has none of that name. One that somebody has disabled stays so.
func Ensure(ctx context.Context, h *host.Host, r Remote) error {
	switch g, there, err := section(h, r.Scope, r.Name); {
	case err != nil:
		return err
	case there && g.String("xa.disable") == "true":
		return fmt.Errorf("remote '%s' is disabled here (flatpak remote-modify --%s --enable %s)", r.Name, r.Scope, r.Name)
	case there:
		return nil
	}
	argv := []string{"flatpak", "remote-add", "--" + r.Scope, "--if-not-exists"}
	switch {
	case Known(r.URL):
		argv = append(argv, r.Name, Spelling(r.URL))
	case r.Key != "":
		file, done, err := keyFile(h, r.Key)
		if err != nil {
			return err
		}
		defer done()
		argv = append(argv, "--gpg-import="+file, r.Name, r.URL)
	default:
		return fmt.Errorf("remote '%s' is not added: nothing says which key its apps are signed with", r.Name)
	}
	_, err := h.Runner.Run(ctx, run.Cmd{Argv: argv, Timeout: Download})
	if err != nil {
		return errors.Join(err, withdraw(ctx, h, r))
	}
	return nil
}

// keyFile is a file with a key, since `flatpak remote-add` reads its --gpg-import twice: stdin will not do.
func keyFile(h *host.Host, key string) (path string, done func(), err error) {
	ring, err := DecodeKeys(key)
	if err != nil {
		return "", nil, fmt.Errorf("gpg_key is not a public key in base64: %w", err)
	}
	return h.Temp("key.gpg", ring)
}

// withdraw takes back what a `flatpak remote-add` that failed left in the configuration: a remote that it did not trust.
func withdraw(ctx context.Context, h *host.Host, r Remote) error {
	if there, err := Exists(h, r.Scope, r.Name); err != nil || !there {
		return err
	}
	_, err := h.Runner.Run(context.WithoutCancel(ctx), run.Cmd{Argv: []string{"flatpak", "remote-delete", "--" + r.Scope, r.Name}})
	return err
}

// Modify gives a remote that is there another URL and, where r has one, another key instead of those that it has. It is
// verified from then on, whatever it was before.
func Modify(ctx context.Context, h *host.Host, r Remote) error {
	argv := []string{"flatpak", "remote-modify", "--" + r.Scope, "--gpg-verify"}
	back := func() error { return nil } // puts the old keys back: without any, nothing would come from it any more
	if r.Key != "" {
		file, done, err := keyFile(h, r.Key)
		if err != nil {
			return err
		}
		defer done()
		// An imported key joins those that are there; the old ones are to open nothing any more.
		ring := filepath.Join(h.FlatpakDir(r.Scope), "repo", r.Name+".trustedkeys.gpg")
		old, err := h.ReadFile(ring)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := h.Remove(ring); err != nil {
			return err
		}
		if old != nil {
			back = func() error { return h.WriteFile(ring, old, 0o644) }
		}
		argv = append(argv, "--gpg-import="+file)
	}
	_, err := h.Runner.Run(ctx, run.Cmd{Argv: append(argv, "--url="+r.URL, r.Name), Timeout: Download})
	if err != nil {
		return errors.Join(err, back())
	}
	return nil
}

// Fetch gets the key of a remote that everybody knows from its .flatpakrepo file.
func Fetch(ctx context.Context, h *host.Host, r Remote) (Remote, error) {
	const most = 1 << 20
	from := Spelling(r.URL)
	if h.Fetch == nil {
		return r, fmt.Errorf("cannot get '%s': no network here", from)
	}
	b, err := h.Fetch(ctx, from, most)
	if err != nil {
		return r, err
	}
	f, err := keyfile.Parse(b)
	if err != nil {
		return r, fmt.Errorf("%s: %w", from, err)
	}
	g := f.Group("Flatpak Repo")
	if url := CanonicalURL(g.String("Url")); url != r.URL {
		return r, fmt.Errorf("%s: it is about %q", from, url)
	}
	ring, err := DecodeKeys(g.String("GPGKey"))
	if err != nil {
		return r, fmt.Errorf("%s: GPGKey: %w", from, err)
	}
	r.Key = EncodeKeys(ring)
	return r, nil
}
