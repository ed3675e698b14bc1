package forge

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"bkt/internal/host"
	"bkt/internal/run"
)

// git calls git on one repository. Nothing that a repository or a user has configured runs
// along: no hook, no alias, no pager, no helper transport.
type git struct {
	h    *host.Host
	dir  string // a working tree, or a bare repository
	bare bool
}

// call is one call of git.
type call struct {
	args    []string
	effect  run.Effect
	env     []string
	stdin   io.Reader
	stdout  io.Writer // nil: collected
	timeout time.Duration
	dir     string // instead of the repository's
}

// settings hold for every call, whatever the user's configuration says.
var settings = []string{
	"-c", "core.hooksPath=/dev/null",
	"-c", "core.fsmonitor=false",
	"-c", "protocol.ext.allow=never",
	"-c", "gc.auto=0",
	"-c", "maintenance.auto=false",
	"-c", "i18n.commitEncoding=UTF-8",
	"-c", "user.useConfigOnly=true",
	"-c", "http.lowSpeedLimit=1",
	"-c", "http.lowSpeedTime=30",
}

// foreign are variables that point git to another repository: bkt may run in somebody's hook.
var foreign = []string{
	"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE",
}

// run runs git.
func (g *git) run(ctx context.Context, c call) (run.Result, error) {
	argv := g.clean()
	argv = append(argv, "git")
	if g.bare {
		argv = append(argv, "--git-dir="+g.dir)
	}
	argv = append(append(argv, settings...), c.args...)
	cmd := run.Cmd{
		Argv: argv, Effect: c.effect, Dir: c.dir, Stdin: c.stdin, Stdout: c.stdout, Timeout: c.timeout,
		Env: append([]string{"GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_LITERAL_PATHSPECS=1"}, c.env...),
	}
	if cmd.Dir == "" {
		cmd.Dir = g.dir
	}
	if !g.bare { // reading a checkout must never go to its remotes
		cmd.Env = append(cmd.Env, "GIT_ALLOW_PROTOCOL=none", "GIT_CEILING_DIRECTORIES="+parent(g.dir))
	}
	res, err := g.h.Runner.Run(ctx, cmd)
	var e *run.Error
	if errors.As(err, &e) { // messages name the verb, not our settings
		e.Argv = append([]string{"git"}, c.args...)
		if strings.Contains(e.Stderr, "dubious ownership") {
			err = fault(nil, "'%s' belongs to somebody else, and git does not read it", g.dir).
				because(e).hint("git config --global --add safe.directory %s", run.Quote([]string{g.dir}))
		}
	}
	return res, err
}

// clean is the start of a command line that takes the foreign variables away, if there are any.
func (g *git) clean() []string {
	var argv []string
	for _, k := range foreign {
		if _, ok := g.h.Env[k]; ok {
			argv = append(argv, "-u", k)
		}
	}
	if argv != nil {
		argv = slices.Insert(argv, 0, "env")
	}
	return argv
}

// read runs a command that changes nothing, and gives its stdout.
func (g *git) read(ctx context.Context, args ...string) ([]byte, error) {
	res, err := g.run(ctx, call{args: args, effect: run.Reads})
	return res.Stdout, err
}

// line is read for an answer of one line; ok is false where git answers no with status 1.
func (g *git) line(ctx context.Context, args ...string) (s string, ok bool, err error) {
	res, err := g.run(ctx, call{args: args, effect: run.Reads})
	if err != nil && res.Code == 1 && len(res.Stderr) == 0 {
		return "", false, nil
	}
	return strings.TrimSuffix(string(res.Stdout), "\n"), err == nil, err
}

// write runs a command that writes objects into the repository, and gives its stdout
// without the end of the line.
func (g *git) write(ctx context.Context, c call) (string, error) {
	c.effect = run.Changes
	res, err := g.run(ctx, c)
	return strings.TrimSuffix(string(res.Stdout), "\n"), err
}

// commit resolves a revision, "" where there is none such.
func (g *git) commit(ctx context.Context, rev string) (string, error) {
	bad := func(r rune) bool { return r < ' ' || r == 0x7f }
	if strings.HasPrefix(rev, "-") || strings.ContainsFunc(rev, bad) {
		return "", nil
	}
	id, _, err := g.line(ctx, "rev-parse", "-q", "--verify", rev+"^{commit}")
	return id, err
}

// parent is the folder above, for GIT_CEILING_DIRECTORIES.
func parent(dir string) string {
	i := strings.LastIndexByte(strings.TrimRight(dir, "/"), '/')
	if i <= 0 {
		return "/"
	}
	return dir[:i]
}
