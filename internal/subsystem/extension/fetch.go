package extension

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"

	"bkt/internal/host"
	"bkt/internal/pattern"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// server is where extensions come from, unless $BKT_EXTENSIONS_URL names another one.
const server = "https://extensions.gnome.org"

// What is more than the server says of any extension, and more than any extension's zip, in bytes.
const (
	mostInfo = 1 << 20
	mostZip  = 32 << 20
)

// fetch gets the files of an extension in the version for this machine's Shell.
func fetch(ctx context.Context, h *host.Host, uuid string) (map[string][]byte, error) {
	if h.Fetch == nil || h.Unzip == nil {
		return nil, errors.New("this program does not use the network")
	}
	base, err := serverOf(h)
	if err != nil {
		return nil, err
	}
	version, err := shellVersion(ctx, h)
	if err != nil {
		return nil, err
	}
	ask := *base
	ask.Path = strings.TrimSuffix(ask.Path, "/") + "/extension-info/"
	ask.RawQuery = url.Values{"uuid": {uuid}, "shell_version": {version}}.Encode()
	b, err := get(ctx, h, ask.String(), mostInfo)
	var status *host.StatusError
	switch {
	case errors.As(err, &status) && status.Code == 404:
		return nil, fmt.Errorf("%s has no '%s' for GNOME Shell %s", base.Host, uuid, version)
	case err != nil:
		return nil, err
	}
	from, err := parseInfo(b, base, uuid)
	if err != nil {
		return nil, fmt.Errorf("%s: '%s' for GNOME Shell %s: %w", base.Host, uuid, version, err)
	}
	if b, err = get(ctx, h, from, mostZip); err != nil {
		return nil, err
	}
	files, err := h.Unzip(b)
	if err == nil {
		err = belong(files, uuid)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: '%s': %w", base.Host, uuid, err)
	}
	return files, nil
}

// belong refuses files that are not those of the extension that was asked for.
func belong(files map[string][]byte, uuid string) error {
	b, ok := files["metadata.json"]
	if !ok {
		return errors.New("no metadata.json in it")
	}
	switch got, err := parseMetadata(b); {
	case err != nil:
		return err
	case got != uuid:
		return fmt.Errorf("it is %q, not the extension that was asked for", got)
	}
	return nil
}

// get gets one file. That nobody answered, or that the server has no time now, says nothing of the extension.
func get(ctx context.Context, h *host.Host, from string, most int64) ([]byte, error) {
	b, err := h.Fetch(ctx, from, most)
	var status *host.StatusError
	switch answered := errors.As(err, &status); {
	case err == nil:
	case answered && status.Code < 500 && status.Code != 429, errors.Is(err, run.ErrNotFound):
	default:
		err = subsystem.TryAgain(err)
	}
	return b, err
}

// serverOf is the server's address.
func serverOf(h *host.Host) (*url.URL, error) {
	text := server
	if own := h.Getenv("BKT_EXTENSIONS_URL"); own != "" {
		text = own
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil {
		return nil, fmt.Errorf("BKT_EXTENSIONS_URL: '%s' is not an http address", text)
	}
	return u, nil
}

// parseInfo reads what the server says of an extension, and gives where its zip is: on the same server.
func parseInfo(b []byte, base *url.URL, uuid string) (string, error) {
	var info struct {
		UUID string `json:"uuid"`
		Zip  string `json:"download_url"`
	}
	if err := json.Unmarshal(b, &info); err != nil {
		return "", errors.New("the server's answer is not JSON that says where it is")
	}
	switch {
	case info.UUID != uuid:
		return "", fmt.Errorf("the server answers with %q", info.UUID)
	case info.Zip == "":
		return "", errors.New("there is no such version")
	}
	u, err := base.Parse(info.Zip)
	if err != nil || u.Scheme != base.Scheme || u.Host != base.Host || u.User != nil {
		return "", fmt.Errorf("its files are on another server: %q", info.Zip)
	}
	return u.String(), nil
}

// shellVersion is the version that extensions name: 43, and 3.38 before there was 40. GNOME Shell is asked, else rpm.
func shellVersion(ctx context.Context, h *host.Host) (string, error) {
	return host.Memo(h, "gnome-shell version", func() (string, error) {
		argv := []string{"rpm", "-q", "--qf", "%{VERSION}", "gnome-shell"}
		if h.Look("gnome-shell") && !h.Alternate() {
			argv = []string{"gnome-shell", "--version"}
		} else if h.Alternate() {
			argv = append([]string{"rpm", "--root=" + h.Root}, argv[1:]...)
		}
		res, err := h.Runner.Run(ctx, run.Cmd{Argv: argv, Effect: run.Reads})
		if err != nil {
			return "", err
		}
		return parseVersion(string(res.Stdout))
	})
}

var versionForm = pattern.Lazy{Expr: `^(?:GNOME Shell )?([0-9]+)(?:\.([0-9A-Za-z]+))?[0-9A-Za-z.~+-]*$`}

// parseVersion reads `GNOME Shell 43.9` and `43.9`.
func parseVersion(text string) (string, error) {
	m := versionForm.Re().FindStringSubmatch(strings.TrimSpace(text))
	switch {
	case m == nil:
		return "", fmt.Errorf("%q is no version of GNOME Shell", strings.TrimSpace(text))
	case m[1] == "3" && m[2] != "":
		return "3." + m[2], nil
	}
	return m[1], nil
}
