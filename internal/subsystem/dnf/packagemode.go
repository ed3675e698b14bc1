package dnf

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"bkt/internal/host"
	"bkt/internal/pattern"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// install brings packages and groups, without those that the manifests exclude.
func install(ctx context.Context, h *host.Host, v subsystem.View, ids []string) error {
	dnf, err := tool(h)
	if err != nil {
		return err
	}
	return change(ctx, h, append(append([]string{dnf, "-y", "install"}, excludes(v)...), ids...)...)
}

// excludes are dnf's options for what is never to come along.
func excludes(v subsystem.View) []string {
	var out []string
	for _, i := range v.Manifests.Items[Name] {
		if mode(i.Attrs) == Exclude {
			out = append(out, "--exclude="+i.ID)
		}
	}
	slices.Sort(out)
	return out
}

// uninstall takes packages away, and no other: neither what needs them, where they stay, nor what only they needed.
func uninstall(ctx context.Context, h *host.Host, v subsystem.View, ids []string) error {
	names := make([]string, len(ids))
	for n, id := range ids {
		names[n] = id
		if a, ok := v.Has(Name, "", id); ok && a.String("by") != "" {
			names[n] = a.String("by")
		}
	}
	names, err := removable(ctx, h, names)
	if err != nil || len(names) == 0 {
		return err
	}
	dnf, err := tool(h)
	if err != nil {
		return err
	}
	return change(ctx, h, append([]string{dnf, "-y", "--setopt=clean_requirements_on_remove=False", "remove"}, names...)...)
}

var (
	absent = pattern.Lazy{Expr: `(?m)^error: package (\S+) is not installed$`}
	needed = pattern.Lazy{Expr: `(?m)^\s*(.+) is needed by \(installed\) (\S+)$`}
)

// removable asks rpm whether packages can go without others, which dnf would take along. It gives those that are there.
func removable(ctx context.Context, h *host.Host, names []string) ([]string, error) {
	for {
		res, err := h.Runner.Run(ctx, run.Cmd{Argv: append([]string{"rpm", "-e", "--test"}, names...), Effect: run.Reads})
		if err == nil {
			return names, nil
		}
		if m := needed.Re().FindSubmatch(res.Stderr); m != nil {
			return nil, fmt.Errorf("%s is needed by %s", m[1], nameOf(string(m[2])))
		}
		gone := map[string]bool{}
		for _, m := range absent.Re().FindAllSubmatch(res.Stderr, -1) {
			gone[string(m[1])] = true
		}
		rest := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return gone[n] })
		if len(rest) == len(names) {
			return nil, again(err)
		}
		if len(rest) == 0 {
			return nil, nil
		}
		names = rest
	}
}

// forgetGroups lets dnf5 forget that groups are wanted; their packages stay, since somebody may use them.
func forgetGroups(ctx context.Context, h *host.Host, ids []string) error {
	if !h.Look("dnf5") {
		return errors.New("only dnf5 tells which groups are installed")
	}
	argv := []string{"dnf5", "-y", "group", "remove", "--no-packages"}
	for _, id := range ids {
		argv = append(argv, strings.TrimPrefix(id, "@"))
	}
	return change(ctx, h, argv...)
}

var (
	noMatch = pattern.Lazy{Expr: `(?m)^(?:Error: )?No match for argument: (\S+)$`}
	noFind  = pattern.Lazy{Expr: `(?m)^Error: Unable to find a match: (.+)$`}
	noGroup = pattern.Lazy{Expr: `(?m)(?:Group|group) '(\S+)' is not available`}
)

// unmatched are the names that dnf said it finds nowhere.
func unmatched(text string) map[string]bool {
	out := map[string]bool{}
	for _, m := range noMatch.Re().FindAllStringSubmatch(text, -1) {
		out[m[1]] = true
	}
	for _, m := range noFind.Re().FindAllStringSubmatch(text, -1) {
		for _, id := range strings.Fields(m[1]) {
			out[id] = true
		}
	}
	for _, m := range noGroup.Re().FindAllStringSubmatch(text, -1) {
		out["@"+m[1]] = true
	}
	return out
}

// missing asks dnf, by an installation that it is not allowed, which names no repository offers.
func missing(ctx context.Context, h *host.Host, dnf string, ids []string) (map[string]bool, error) {
	res, err := h.Runner.Run(ctx, run.Cmd{Argv: append([]string{dnf, "--assumeno", "install"}, ids...), Effect: run.Reads, Timeout: patience})
	out := unmatched(string(res.Stdout) + "\n" + string(res.Stderr))
	if err = again(err); errors.Is(err, subsystem.ErrTryAgain) || err != nil && res.Code != 1 {
		return nil, err
	}
	return out, nil
}
