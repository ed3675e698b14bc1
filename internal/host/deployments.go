package host

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

	Packages           []string `json:"packages"`           // layered and active
	RequestedPackages  []string `json:"requested-packages"` // those that are in the base, too
	RequestedLocal     []string `json:"requested-local-packages"`
	RequestedRemovals  []string `json:"requested-base-removals"`
	LocalReplacements  []string `json:"requested-base-local-replacements"`
	RemoteReplacements any      `json:"requested-base-remote-replacements"`
}

// Deployments asks rpm-ostree once, however many collectors want to know.
func (h *Host) Deployments(ctx context.Context) (*Deployments, error) {
	h.deployments.Do(func() { h.deployments.v, h.deployments.err = h.askDeployments(ctx) })
	return h.deployments.v, h.deployments.err
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
		if err == nil {
			return ParseDeployments(b)
		}
		if errors.Is(err, run.ErrNotFound) || errors.Is(err, run.ErrTimeout) || ctx.Err() != nil {
			return nil, err
		}
		if try == len(pauses) {
			return nil, err
		}
		select {
		case <-time.After(pauses[try]):
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
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

// Requests says whether rpm-ostree changes anything on top of the deployment's image.
func (p *Deployment) Requests() bool {
	return len(p.RequestedPackages)+len(p.RequestedLocal)+len(p.RequestedRemovals)+len(p.LocalReplacements) > 0
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
