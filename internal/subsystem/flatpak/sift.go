package flatpak

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bkt/internal/doc"
	"bkt/internal/host"
	"bkt/internal/remotes"
	"bkt/internal/run"
	"bkt/internal/subsystem"
)

// Sift asks the remote once what it offers. Where it does not answer, that is the error, and where it cannot be used,
// the reason of each: either way there is no use in asking again for every application.
func (Subsystem) Sift(ctx context.Context, h *host.Host, v subsystem.View, tasks []subsystem.Task) (map[doc.Key]string, error) {
	tasks = slices.DeleteFunc(slices.Clone(tasks), func(t subsystem.Task) bool { return !moves(t) })
	if len(tasks) == 0 {
		return nil, nil
	}
	p := planFor(h, tasks[0])
	offers, err := p.offers(ctx, v)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if errors.Is(err, subsystem.ErrTryAgain) {
		return nil, err
	}
	out := map[doc.Key]string{}
	for _, t := range tasks {
		switch branches := offers[t.Item.ID]; {
		case err != nil:
			out[t.Item.Key()] = err.Error()
		case slices.Contains(branches, wanted(t)):
		case len(branches) > 0:
			out[t.Item.Key()] = fmt.Sprintf("%s has it on the branch %s, not %s", p.remote, strings.Join(branches, ", "), wanted(t))
		default:
			out[t.Item.Key()] = p.remote + " does not offer it" + p.perhaps(v)
		}
	}
	return out, nil
}

// perhaps is why a remote may have what it does not offer.
func (p plan) perhaps(v subsystem.View) string {
	if a, _ := v.Has(remotes.Subsystem, p.scope, p.remote); a.Bool(remotes.Filtered, false) {
		return "; a filter of this machine may hide it"
	}
	return ""
}

// offers are the branches of each application that the remote has for this machine.
func (p plan) offers(ctx context.Context, v subsystem.View) (map[string][]string, error) {
	if err := p.ensure(ctx, v); err != nil {
		return nil, err
	}
	argv := []string{"flatpak", "remote-ls", "--" + p.scope, "--app", "--columns=application,branch", p.remote}
	res, err := p.h.Runner.Run(ctx, run.Cmd{Argv: argv, Effect: run.Reads, Timeout: 5 * time.Minute})
	if err != nil {
		return nil, later(err)
	}
	return parseOffers(res.Stdout)
}

// parseOffers reads `flatpak remote-ls --columns=application,branch`: lines of two columns with a tab between them.
func parseOffers(b []byte) (map[string][]string, error) {
	out := map[string][]string{}
	err := host.FlatpakRows("flatpak remote-ls", b, func(text string) error {
		id, branch, _ := strings.Cut(text, "\t")
		if id == "" || !branchName(branch) {
			return fmt.Errorf("not an application and its branch: %q", text)
		}
		out[id] = append(out[id], branch)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
