package generate

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"bkt/internal/compare"
	"bkt/internal/containerfile"
	"bkt/internal/subsystem"
)

const policyPath = "manifests/policy.json"

// optLine makes /opt a folder of the image, where it is a link into /var by default, whose
// content does not reach machines.
const optLine = "RUN [ ! -L /opt ] || { rm /opt && mkdir /opt; }"

// Init completes a distribution: missing manifests, a policy where there were no manifests at
// all, missing sections. Sections of another generator are taken over; Result.Taken has them.
func Init(src Source, opt Options) (*Result, error) {
	opt.Force = true
	g := &gen{src: src, opt: opt, files: newOverlay(src.FS), res: &Result{}, touched: map[string]bool{}}
	data, err := g.files.ReadFile(containerfilePath)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("no Containerfile: write one that begins with the FROM of your base image")
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read 'Containerfile': %w", err)
	}
	f, err := containerfile.Parse(containerfilePath, data, Order())
	if err != nil {
		return nil, err
	}
	base, _, ok := f.From()
	if !ok {
		return nil, fmt.Errorf("%s: no FROM", containerfilePath)
	}
	// What the last commit has and the working tree lacks is no new manifest.
	if _, err := compare.Load(src.FS, src.Head, opt.List); err != nil {
		return nil, err
	}
	g.skeletons(base)
	if g.before, err = compare.Load(g.files, nil, opt.List); err != nil {
		return nil, err
	}
	out, err := render(g.files, g.before, opt.List)
	if err != nil {
		return nil, err
	}
	if err := insert(f, out); err != nil {
		return nil, err
	}
	g.files.write(containerfilePath, f.Bytes(), "")
	if err := g.regenerate(); err != nil {
		return nil, err
	}
	return g.res, nil
}

// skeletons writes the manifests that are missing.
func (g *gen) skeletons(base string) {
	fresh := !g.files.exists(policyPath)
	for _, s := range g.opt.List {
		c, ok := s.(subsystem.Codec)
		if !ok {
			continue
		}
		path := "manifests/" + c.File()
		if _, ours := g.files.edits[path]; g.files.exists(path) {
			fresh = fresh && ours // a file that two subsystems share
			continue
		}
		g.files.write(path, c.New(), "")
	}
	if fresh {
		g.files.write(policyPath, []byte(newPolicy(base)), "")
	}
}

// newPolicy is a new distribution's policy: packages are verified, and dnf5 is called by its
// name where the base has it.
func newPolicy(base string) string {
	dnf := "dnf"
	if hasDNF5(base) {
		dnf = "dnf5"
	}
	return "{\n  \"image\": {\n    \"dnf\": " + strconv.Quote(dnf) + ",\n    \"verify\": true\n  }\n}\n"
}

// hasDNF5 says whether a base image is known to have dnf5: Universal Blue's, and Fedora's
// from 41 on.
func hasDNF5(base string) bool {
	if strings.Contains(base, "/ublue-os/") {
		return true
	}
	m := regexp.MustCompile(`(?i)fedora[^:]*:(\d+)`).FindStringSubmatch(base)
	if m == nil {
		return false
	}
	n, err := strconv.Atoi(m[1])
	return err == nil && n >= 41
}

// insert puts the sections that the manifests explain where they are missing.
func insert(f *containerfile.File, out *rendering) error {
	first := len(f.Names()) == 0
	for _, name := range Order() {
		body, ok := out.sections[name]
		if _, _, there := f.Section(name); there || !ok {
			continue
		}
		if err := f.Insert(name, body, Order()); err != nil {
			return err
		}
	}
	if !first || hasOptLine(f) {
		return nil
	}
	return f.InsertBefore("# /opt is a link into /var, whose content does not reach machines: make it a folder.\n" + optLine + "\n")
}

// hasOptLine says whether the Containerfile makes /opt a folder.
func hasOptLine(f *containerfile.File) bool {
	for _, i := range f.Instructions() {
		if i.Keyword == "RUN" && strings.Contains(i.Text, "mkdir") && strings.Contains(i.Text, "/opt") {
			return true
		}
	}
	return false
}

// intoOpt is a wanted package that is known to install into /opt, "" where there is none.
func (g *gen) intoOpt() string {
	known := []string{"1password", "1password-cli", "brave-browser", "google-chrome-beta", "google-chrome-stable",
		"google-chrome-unstable", "microsoft-edge-beta", "microsoft-edge-stable", "opera-stable", "vivaldi-stable", "zoom"}
	for _, i := range g.res.Manifests.Items["dnf"] {
		if i.Attrs.String("mode") == "install" && slices.Contains(known, i.ID) {
			return i.ID
		}
	}
	return ""
}
