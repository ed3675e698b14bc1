package manifest

import "slices"

// Policy is what the distribution leaves to its owner, manifests/policy.json. The zero Policy and nil are the defaults;
// the methods know them, so read it through those.
type Policy struct {
	Rules   map[string]Rule // by subsystem
	Image   Image
	Deliver string // "pull-request", "auto-merge", "push"; "" is the default, "pull-request"
	Layer   string // "boot": packages may be layered at boot; "" never
}

// Rule is the policy for one subsystem. Empty fields are the defaults.
type Rule struct {
	Track  string   // "all": whatever the machine has; "listed": only what the manifests name
	Remove string   // "owned": what bkt installed and the manifests dropped is removed; "none": nothing is
	Ignore []string // globs over ids
}

// Image is the policy for the generated Containerfile.
type Image struct {
	DNF           string   // "dnf" or "dnf5"; "" is the default, "dnf"
	Verify        bool     // the build checks that the packages are really there
	AllowUnsigned []string // COPRs that may have gpg_check false, "owner/project"
	KeepCopr      []string // COPRs that stay enabled on the machines
}

// Track is "all" or "listed". By default settings, units and kernel arguments are tracked where they are listed: a machine
// has many of them that nobody chose.
func (p *Policy) Track(subsystem string) string {
	if track := p.rule(subsystem).Track; track != "" {
		return track
	}
	switch subsystem {
	case "gsetting", "systemd", "karg":
		return "listed"
	}
	return "all"
}

// Tracks says whether an item of the machine is looked at; named: the manifests name it. What is ignored is not.
func (p *Policy) Tracks(subsystem, id string, named bool) bool {
	return (named || p.Track(subsystem) == "all") && !p.Ignored(subsystem, id)
}

// Ignored says whether a glob of the subsystem matches the id. In a glob * stands for any characters, dots, slashes and
// blanks included, ? for one, and \ takes the meaning from the next.
func (p *Policy) Ignored(subsystem, id string) bool {
	return anyGlob(p.rule(subsystem).Ignore, id)
}

// Removes says whether bkt-apply may remove what it owns and the manifests dropped.
func (p *Policy) Removes(subsystem string) bool { return p.rule(subsystem).Remove != "none" }

// DNF is the command of the image that installs packages, "dnf" or "dnf5".
func (p *Policy) DNF() string {
	if p == nil || p.Image.DNF == "" {
		return "dnf"
	}
	return p.Image.DNF
}

// Verify says whether the build checks that the packages are really there.
func (p *Policy) Verify() bool { return p != nil && p.Image.Verify }

// AllowsUnsigned says whether a COPR may be used without checking signatures.
func (p *Policy) AllowsUnsigned(copr string) bool {
	return p != nil && slices.Contains(p.Image.AllowUnsigned, copr)
}

// KeepsCopr says whether a COPR stays enabled on the machines.
func (p *Policy) KeepsCopr(copr string) bool {
	return p != nil && slices.Contains(p.Image.KeepCopr, copr)
}

// Delivery is how changes reach the default branch: "pull-request", "auto-merge" or "push".
func (p *Policy) Delivery() string {
	if p == nil || p.Deliver == "" {
		return "pull-request"
	}
	return p.Deliver
}

// LayersAtBoot says whether packages that the image lacks may be layered at boot.
func (p *Policy) LayersAtBoot() bool { return p != nil && p.Layer == "boot" }

func (p *Policy) rule(subsystem string) Rule {
	if p == nil {
		return Rule{}
	}
	return p.Rules[subsystem]
}
