package repo

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"bkt/internal/doc"
	"bkt/internal/repofile"
	"bkt/internal/subsystem"
)

// section is the part of the Containerfile that brings the repositories, generated the folder of their files.
const (
	section   = "EXTERNAL_REPOS"
	generated = "generated/yum.repos.d"
)

// file is the generated file of a repository.
func file(id string) string { return path.Join(generated, id+".repo") }

// heading is the first line of each file of ours.
const heading = "# Managed by bkt: manifests/external-repos.json"

// Sections names EXTERNAL_REPOS.
func (Subsystem) Sections() []string { return []string{section} }

// Render gives a file per repository, the line that copies them all, and one for each key that is a file of the
// distribution. Without repositories nothing is copied: git keeps no empty folder, and the build would fail.
func (s Subsystem) Render(m subsystem.Manifests) (subsystem.Rendered, error) {
	out := subsystem.Rendered{Dirs: []string{generated}}
	items := slices.Clone(m.Items[Name])
	slices.SortFunc(items, func(a, b doc.Item) int { return strings.Compare(a.ID, b.ID) })
	var keys []string
	for _, i := range items {
		if err := s.Validate(i); err != nil {
			return subsystem.Rendered{}, fmt.Errorf("%s: %w", section, err)
		}
		text := Text(i)
		out.Files = append(out.Files, doc.File{Path: file(i.ID), Content: &text, Mode: "100644"})
		keys = append(keys, keyFiles(i)...)
	}
	body := "# No external repositories configured\n"
	if len(items) > 0 {
		body = "COPY " + generated + "/ " + repofile.Folder + "/\n"
	}
	slices.Sort(keys)
	for _, k := range slices.Compact(keys) {
		body += "COPY " + k + " " + path.Join(keyFolder, k) + "\n"
	}
	out.Sections = map[string]string{section: body}
	return out, nil
}

// Text is a repository's .repo file. What it installs is always checked.
func Text(i doc.Item) string {
	name := i.Attrs.String(displayName)
	if name == "" {
		name = i.ID
	}
	keys := repofile.Words(i.Attrs.String(gpgKey))
	for n, k := range keys {
		if !isAddress(k) {
			keys[n] = "file://" + path.Join(keyFolder, k)
		}
	}
	return strings.Join([]string{
		heading,
		"[" + i.ID + "]",
		"name=" + name,
		"baseurl=" + strings.Join(repofile.Words(i.Attrs.String(baseURL)), " "),
		"enabled=1",
		"gpgcheck=1",
		"gpgkey=" + strings.Join(keys, " "),
	}, "\n") + "\n"
}
