package karg

import (
	"fmt"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/subsystem"
)

// section is the part of the Containerfile that brings the image's arguments.
const section = "KERNEL_ARGUMENTS"

// The generated file: in the distribution and in the image.
const (
	folder = "generated/kargs.d"
	file   = folder + "/50-bkt.toml"
	target = images + "/50-bkt.toml"
)

// Sections names KERNEL_ARGUMENTS.
func (Subsystem) Sections() []string { return []string{section} }

// Render gives the file for kargs.d and the line that copies it. The order is the manifest's,
// since the kernel's depends on it: the last console= is /dev/console.
//
// bootc applies the difference between two images, and an image without the file takes nothing
// away. So a distribution that has the file keeps it, with an empty list if need be.
func (s Subsystem) Render(m subsystem.Manifests) (subsystem.Rendered, error) {
	out := subsystem.Rendered{Dirs: []string{folder}, Sections: map[string]string{section: "# No kernel arguments configured\n"}}
	var b strings.Builder
	b.WriteString("# Kernel arguments of this image. Managed by bkt.\nkargs = [")
	n := 0
	for _, i := range m.Items[Name] {
		if err := s.Validate(i); err != nil {
			return subsystem.Rendered{}, fmt.Errorf("%s: %w", section, err)
		}
		if mode(i.Attrs) == Append {
			b.WriteString("\n    " + quote(i.ID) + ",")
			n++
		}
	}
	if n == 0 && (m.Has == nil || !m.Has(file)) {
		return out, nil
	}
	if n > 0 {
		b.WriteString("\n")
	}
	b.WriteString("]\n")
	text := b.String()
	out.Files = []doc.File{{Path: file, Content: &text, Mode: "100644"}}
	out.Sections[section] = "COPY " + file + " " + target + "\n"
	return out, nil
}

// quote makes a TOML string of printable text.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
