package forge

import (
	"context"
	"errors"
	"strings"

	"bkt/internal/pattern"
	"bkt/internal/run"
)

var (
	// away is how git, ssh and curl say in the C locale that the remote was not reached.
	away = pattern.Lazy{Expr: `(?i)could not resolve|name or service not known|temporary failure|connection (refused|timed out|reset)|` +
		`unable to connect|failed to connect|couldn't connect|no route to host|network is (unreachable|down)|operation timed out|timeout|` +
		`unexpected disconnect|error: (429|50[0234])|SSL_ERROR_SYSCALL|transfer closed|too slow`}
	// refused is how they say that it was, and does not want us.
	refused = pattern.Lazy{Expr: `(?i)authentication failed|permission denied|could not read (username|password)|host key verification|` +
		`access denied|not authori[sz]ed|error: 40[134]|repository not found|not found|does not appear to be a git repository|denied to`}
	// noise says nothing that the message does not say anyway.
	noise = pattern.Lazy{Expr: `^(fatal: Could not read from remote repository|Please make sure you have|and the repository exists|` +
		`error: failed to push some refs|hint:|To |send-pack:|fatal: (the remote end hung up|early EOF)|fetch-pack:|warning:|Warning:|$)`}
)

// remote turns an error of a command that went to the remote into one that names the url.
func (m *mirror) remote(verb string, err error) error {
	var e *run.Error
	if !errors.As(err, &e) || errors.Is(err, run.ErrNotFound) || errors.Is(err, run.ErrRefused) ||
		errors.Is(err, context.Canceled) {
		return err
	}
	url := show(m.repo.URL)
	why, said := reason(e)
	switch {
	case errors.Is(err, run.ErrTimeout):
		return fault(ErrTryAgain, "git %s: '%s' gave no answer within %s", verb, url, e.After).because(err)
	case refused.Re().MatchString(e.Stderr):
		return fault(nil, "git %s: '%s' refuses: %s", verb, url, why).because(err)
	case away.Re().MatchString(e.Stderr):
		return fault(ErrTryAgain, "git %s: cannot reach '%s': %s", verb, url, why).because(err)
	case !said && strings.Contains(e.Stderr, "hung up"):
		return fault(ErrTryAgain, "git %s: '%s' hung up", verb, url).because(err)
	}
	return fault(nil, "git %s: '%s': %s", verb, url, why).because(err)
}

// reason is what the remote said, or else git: the first lines of stderr that say something.
// Where there are none, said is false.
func reason(e *run.Error) (why string, said bool) {
	var theirs, rest []string
	for line := range strings.Lines(e.Stderr) {
		line = strings.TrimSpace(line)
		if s, ok := strings.CutPrefix(line, "remote:"); ok {
			if s = strings.TrimSpace(s); s != "" {
				theirs = append(theirs, s)
			}
			continue
		}
		if !noise.Re().MatchString(line) {
			rest = append(rest, strings.TrimPrefix(strings.TrimPrefix(line, "fatal: "), "error: "))
		}
	}
	if l := append(theirs, rest...); len(l) > 0 {
		return show(strings.Join(l[:min(2, len(l))], "; ")), true
	}
	return e.Error(), false
}

// stderrOf is the end of a failed command's stderr.
func stderrOf(err error) string {
	var e *run.Error
	if errors.As(err, &e) {
		return e.Stderr
	}
	return ""
}
