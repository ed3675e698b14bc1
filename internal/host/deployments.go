package host

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"bkt/internal/doc"
	"bkt/internal/run"
)

// Deployments is what `rpm-ostree status --json` says.
type Deployments struct {
	List []Deployment `json:"deployments"`
}

// Deployment is one bootable version of the system; index 0 of the list is the next boot's.
type Deployment struct {
	Checksum        string  `json:"checksum"`
	BaseChecksum    string  `json:"base-checksum"`
	OSName          string  `json:"osname"`
	Serial          int     `json:"serial"`
	Version         string  `json:"version"`
	BaseVersion     string  `json:"base-version"`
	Booted          bool    `json:"booted"`
	Staged          bool    `json:"staged"`
	Unlocked        string  `json:"unlocked"` // none, development, hotfix, transient
	Origin          string  `json:"origin"`
	ContainerRef    string  `json:"container-image-reference"`
	ContainerDigest string  `json:"container-image-reference-digest"`
	LiveReplaced    *string `json:"live-replaced"` // checksum of the deployment whose changes are live
	LiveInProgress  *string `json:"live-inprogress"`

	Packages           []string `json:"packages"`                 // layered and active
	RequestedPackages  []string `json:"requested-packages"`       // those that are in the base, too
	RequestedLocal     []string `json:"requested-local-packages"` // nevra of rpm files
	RequestedRemovals  []string `json:"requested-base-removals"`
	LocalReplacements  []string `json:"requested-base-local-replacements"` // nevra of rpm files
	RemoteReplacements any      `json:"requested-base-remote-replacements"`
	FileOverrides      []string `json:"requested-local-fileoverride-packages"`
}

// ErrNotDeployed is a machine that rpm-ostree does not manage, whatever else it has of OSTree.
var ErrNotDeployed = errors.New("this system was not booted via libostree")

// Deployments asks rpm-ostree once, however many collectors want to know.
func (h *Host) Deployments(ctx context.Context) (*Deployments, error) {
	h.deployments.Do(func() { h.deployments.v, h.deployments.err = h.askDeployments(ctx) })
	return h.deployments.v, h.deployments.err
}

// Forget makes the next question about the deployments, and every one of Memo's, a new one:
// something has changed them.
func (h *Host) Forget() {
	h.deployments = once[*Deployments]{}
	h.memo.forget()
}

func (h *Host) askDeployments(ctx context.Context) (*Deployments, error) {
	argv := []string{"rpm-ostree", "status", "--json"}
	if h.Alternate() {
		argv = []string{"rpm-ostree", "status", "--json", "--sysroot=" + h.Root}
	}
	// The daemon may be starting or busy with a transaction.
	pauses := []time.Duration{200 * time.Millisecond, time.Second, 2 * time.Second}
	for try := 0; ; try++ {
		b, err := h.Read(ctx, argv...)
		var e *run.Error
		switch {
		case err == nil:
			return ParseDeployments(b)
		case errors.As(err, &e) && strings.Contains(e.Stderr, "not booted via libostree"):
			return nil, ErrNotDeployed
		case final(err) || ctx.Err() != nil || try == len(pauses):
			return nil, err
		}
		select {
		case <-time.After(pauses[try]):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// final says whether asking again would give the same.
func final(err error) bool {
	return errors.Is(err, run.ErrNotFound) || errors.Is(err, run.ErrTimeout) || errors.Is(err, run.ErrRefused)
}

// ParseDeployments reads `rpm-ostree status --json`. A document without exactly one booted
// deployment is an error.
func ParseDeployments(b []byte) (*Deployments, error) {
	var d Deployments
	if err := json.Unmarshal(b, &d); err != nil {
		return nil, doc.Locate("rpm-ostree status", b, err)
	}
	booted := 0
	for i, p := range d.List {
		if p.Checksum == "" {
			return nil, fmt.Errorf("rpm-ostree status: deployment %d has no checksum", i)
		}
		if p.Booted {
			booted++
		}
	}
	if booted != 1 {
		return nil, fmt.Errorf("rpm-ostree status: %d booted deployments, not one", booted)
	}
	return &d, nil
}

// Booted is the deployment that runs.
func (d *Deployments) Booted() *Deployment {
	return &d.List[slices.IndexFunc(d.List, func(p Deployment) bool { return p.Booted })]
}

// Live is the deployment whose packages --apply-live brought into the running one, or nil.
func (d *Deployments) Live() *Deployment {
	sum := d.Booted().LiveReplaced
	if sum == nil {
		return nil
	}
	return d.find(func(p *Deployment) bool { return p.Checksum == *sum && !p.Booted })
}

// Staged is the deployment that is prepared for the next boot, or nil.
func (d *Deployments) Staged() *Deployment {
	return d.find(func(p *Deployment) bool { return p.Staged && !p.Booted })
}

func (d *Deployments) find(is func(*Deployment) bool) *Deployment {
	for i := range d.List {
		if is(&d.List[i]) {
			return &d.List[i]
		}
	}
	return nil
}

// Requests says whether rpm-ostree was asked to change packages on top of the deployment's image.
func (p *Deployment) Requests() bool {
	return len(p.RequestedPackages)+len(p.RequestedLocal)+len(p.RequestedRemovals)+
		len(p.LocalReplacements)+len(p.FileOverrides) > 0 || p.Layered()
}

// Layered says whether the deployment is a commit that rpm-ostree made here, on top of the
// image's own: rpm-ostree names the base of such a one only. A regenerated initramfs is a layer too.
func (p *Deployment) Layered() bool { return p.BaseChecksum != "" && p.BaseChecksum != p.Checksum }

// Base is the checksum of the image's own commit.
func (p *Deployment) Base() string { return firstOf(p.BaseChecksum, p.Checksum) }

// Open says whether the running /usr has been written to since it was deployed, so that it is
// no longer what the commit holds: unlocked, or changed by --apply-live.
func (p *Deployment) Open() bool {
	return p.Unlocked != "" && p.Unlocked != "none" || p.LiveReplaced != nil || p.LiveInProgress != nil
}

// Image is the host block's description of what runs.
func (d *Deployments) Image() *doc.Image {
	b := d.Booted()
	img := &doc.Image{
		Ref: firstOf(b.ContainerRef, b.Origin), Digest: b.ContainerDigest,
		Version: firstOf(b.BaseVersion, b.Version), Checksum: b.Checksum, Layered: b.Requests(),
	}
	if s := d.Staged(); s != nil {
		img.Staged = firstOf(s.Version, s.Checksum)
	}
	return img
}

func firstOf(l ...string) string {
	for _, s := range l {
		if s != "" {
			return s
		}
	}
	return ""
}
