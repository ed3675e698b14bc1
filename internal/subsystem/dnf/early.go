package dnf

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"bkt/internal/host"
	"bkt/internal/keyfile"
	"bkt/internal/pattern"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// The ways for a package to be on an image-based host before its image is.
const (
	onTop       = "layer"     // rpm-ostree layers it, from now on
	untilReboot = "transient" // dnf5 puts it into the running /usr
)

// way is how packages can come to an image-based host now.
type way struct {
	how    string          // onTop, untilReboot, or "" for none
	why    string          // there is none
	next   bool            // an update is staged: what is layered comes with the next boot
	staged map[string]bool // the packages of the image that is staged
}

// look finds the way: where packages are layered already, or the image is no container's, they are layered; else that
// would stop `bootc upgrade`, and dnf5 installs them until the reboot. BKT_DNF overrules.
func look(ctx context.Context, h *host.Host) (way, error) {
	all, err := h.Deployments(ctx)
	if err != nil {
		return way{}, err
	}
	booted, staged := all.Booted(), all.Staged()
	layered := booted.Requests() || staged != nil && staged.Requests()
	w := way{}
	switch want := h.Getenv("BKT_DNF"); {
	case want == "pr":
		return way{why: "BKT_DNF is pr: it comes with the image"}, nil
	case want == onTop || (want == "" || want == "auto") && (layered || booted.ContainerRef == ""):
		w = viaLayer(h)
	case want == untilReboot || want == "" || want == "auto":
		w, err = viaTransient(ctx, h, layered)
	default:
		return way{why: fmt.Sprintf("BKT_DNF is %q, not auto, layer, transient or pr", want)}, nil
	}
	if err == nil && w.how == onTop && staged != nil && staged.Base() != booted.Base() {
		w.next = true
		var p *packages
		if p, err = commitList(ctx, h, staged.Base()); err == nil {
			w.staged = p.names
		}
	}
	return w, err
}

func viaLayer(h *host.Host) way {
	b, err := h.ReadFile("/etc/rpm-ostreed.conf")
	if err == nil {
		f, err := keyfile.Parse(b)
		if err == nil && strings.EqualFold(f.Group("Daemon").String("LockLayering"), "true") {
			return way{why: "layering is locked"}
		}
	}
	return way{how: onTop}
}

// enough is the first dnf5 that can install until the reboot.
func enough() []int { return []int{5, 4, 3} }

func viaTransient(ctx context.Context, h *host.Host, layered bool) (way, error) {
	switch {
	case layered:
		return way{why: "dnf5 installs nothing until the reboot where packages are layered"}, nil
	case !h.Look("dnf5"):
		return way{why: "dnf5 is not installed: it comes with the image"}, nil
	}
	b, err := h.Read(ctx, "dnf5", "--version")
	if err != nil {
		return way{}, err
	}
	version, parts, err := dnf5Version(b)
	if err != nil {
		return way{}, err
	}
	if slices.Compare(parts, enough()) < 0 {
		return way{why: "dnf5 " + version + " cannot install until the reboot (5.4.3 can): it comes with the image"}, nil
	}
	return way{how: untilReboot}, nil
}

var versionLine = pattern.Lazy{Expr: `(?m)^dnf5 version (\d+(?:\.\d+)*)`}

// dnf5Version reads `dnf5 --version`.
func dnf5Version(b []byte) (string, []int, error) {
	m := versionLine.Re().FindSubmatch(b)
	if m == nil {
		return "", nil, errors.New("dnf5 --version: it tells none")
	}
	var parts []int
	for p := range strings.SplitSeq(string(m[1]), ".") {
		n, err := strconv.Atoi(p)
		if err != nil {
			return "", nil, fmt.Errorf("dnf5 --version: %w", err)
		}
		parts = append(parts, n)
	}
	return string(m[1]), parts, nil
}

// obstacle is why one package cannot come now, "" where nothing is in the way.
func (w way) obstacle(t subsystem.Task) string {
	switch {
	case mode(t.Item.Attrs) == Remove:
		return "the image will come without it"
	case w.how == "":
		return w.why
	case w.how == onTop && isGroup(t.Item.ID):
		return "groups cannot be layered"
	case w.staged[bare(t.Item.ID)]:
		return "it comes with the image that is staged: reboot"
	}
	return ""
}

// bring installs packages before the image that has them.
func bring(ctx context.Context, h *host.Host, v subsystem.View, tasks []subsystem.Task) error {
	w, err := look(ctx, h)
	if err != nil {
		return err
	}
	var ids []string
	for _, t := range tasks {
		if why := w.obstacle(t); why != "" {
			return errors.New(why)
		}
		if _, here := v.Has(Name, "", t.Item.ID); !here { // rpm-ostree fails at what the image has
			ids = append(ids, t.Item.ID)
		}
	}
	switch {
	case len(ids) == 0:
		return nil
	case w.how == untilReboot:
		argv := append([]string{"dnf5", "install", "--transient", "-y"}, excludes(v)...)
		return change(ctx, h, append(argv, ids...)...)
	}
	argv := []string{"rpm-ostree", "install", "-y", "--idempotent"}
	if !w.next {
		argv = append(argv, "--apply-live")
	}
	return ostree(ctx, h, append(argv, ids...)...)
}

// missing are the names that no repository offers.
func (w way) missing(ctx context.Context, h *host.Host, ids []string) (map[string]bool, error) {
	if w.how == untilReboot {
		return missing(ctx, h, "dnf5", ids)
	}
	err := ostree(ctx, h, append([]string{"rpm-ostree", "install", "--dry-run", "-y", "--idempotent"}, ids...)...)
	var e *run.Error
	out := map[string]bool{}
	if errors.As(err, &e) {
		if m := notFound.Re().FindStringSubmatch(e.Stderr); m != nil {
			for id := range strings.SplitSeq(m[1], ",") {
				out[strings.TrimSpace(id)] = true
			}
		}
	}
	if errors.Is(err, subsystem.ErrTryAgain) {
		return nil, err
	}
	return out, nil // any other failure is each package's own, and told when it is tried alone
}

var notFound = pattern.Lazy{Expr: `(?m)^error: Packages not found: (.+)$`}

// unlayer takes requests back that the next boot still has: of a package that the image brings, that takes nothing away.
func unlayer(ctx context.Context, h *host.Host, mode string, ids []string) error {
	all, err := h.Deployments(ctx)
	if err != nil {
		return err
	}
	argv, has := []string{"rpm-ostree", "uninstall", "-y"}, all.List[0].RequestedPackages
	if mode == Remove {
		argv, has = []string{"rpm-ostree", "override", "reset"}, all.List[0].RequestedRemovals
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(has, id) })
	if len(ids) == 0 {
		return nil
	}
	if err := needless(ctx, h, all, mode, ids); err != nil {
		return err
	}
	return ostree(ctx, h, append(argv, ids...)...)
}

// needless refuses to take a request back that does nothing in the image that runs, and that the one of the next boot
// needs: a package that it has no more.
func needless(ctx context.Context, h *host.Host, all *host.Deployments, mode string, ids []string) error {
	booted, next := all.Booted().Base(), all.List[0].Base()
	if booted == next {
		return nil
	}
	now, err := commitList(ctx, h, booted)
	if err != nil {
		return err
	}
	then, err := commitList(ctx, h, next)
	if err != nil {
		return err
	}
	fulfilled := func(p *packages, id string) bool { return p.names[bare(id)] == (mode != Remove) }
	for _, id := range ids {
		if fulfilled(now, id) && !fulfilled(then, id) {
			return fmt.Errorf("%s: the image of the next boot does not bring that about", id)
		}
	}
	return nil
}

// ostree runs an rpm-ostree command. Its daemon does one thing at a time, and may be at something else.
func ostree(ctx context.Context, h *host.Host, argv ...string) error {
	for _, pause := range []time.Duration{500 * time.Millisecond, 3 * time.Second, 10 * time.Second, 0} {
		err := change(ctx, h, argv...)
		h.Forget()
		var e *run.Error
		if pause == 0 || !errors.As(err, &e) || !strings.Contains(e.Stderr, "Transaction in progress") {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
	return nil
}
