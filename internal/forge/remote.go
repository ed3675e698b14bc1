package forge

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"bkt/internal/run"
)

var (
	// away is how git, ssh and curl say in the C locale that the remote was not reached.
	away = regexp.MustCompile(`(?i)could not resolve|name or service not known|temporary failure|connection (refused|timed out|reset)|` +
		`unable to connect|failed to connect|couldn't connect|no route to host|network is (unreachable|down)|operation timed out|timeout|` +
		`early EOF|hung up unexpectedly|unexpected disconnect|error: (429|50[0234])|SSL_ERROR_SYSCALL|transfer closed|too slow`)
	// refused is how they say that it was, and does not want us.
	refused = regexp.MustCompile(`(?i)authentication failed|permission denied|could not read (username|password)|host key verification|` +
		`access denied|not authori[sz]ed|error: 40[134]|repository not found|not found|does not appear to be a git repository|denied to`)
	// noise says nothing that the message does not say anyway.
	noise = regexp.MustCompile(`^(fatal: Could not read from remote repository|Please make sure you have|and the repository exists|` +
		`error: failed to push some refs|hint:|To |error: RPC failed|send-pack:|fatal: the remote end hung up|warning:|Warning:|$)`)
)

// remote turns an error of a command that went to the remote into one that names the url.
func (m *mirror) remote(verb string, err error) error {
	var e *run.Error
	if !errors.As(err, &e) || errors.Is(err, run.ErrNotFound) || errors.Is(err, run.ErrRefused) ||
		errors.Is(err, context.Canceled) {
		return err
	}
	url := show(m.repo.URL)
	switch {
	case errors.Is(err, run.ErrTimeout):
		return fault(ErrTryAgain, "git %s: '%s' gave no answer within %s", verb, url, e.After).because(err)
	case refused.MatchString(e.Stderr):
		return fault(nil, "git %s: '%s' refuses: %s", verb, url, reason(e)).because(err)
	case away.MatchString(e.Stderr):
		return fault(ErrTryAgain, "git %s: cannot reach '%s': %s", verb, url, reason(e)).because(err)
	}
	return fault(nil, "git %s: '%s': %s", verb, url, reason(e)).because(err)
}

// reason is what the remote said, or else git: the lines of stderr that say something.
func reason(e *run.Error) string {
	var said, rest []string
	for line := range strings.Lines(e.Stderr) {
		line = strings.TrimSpace(line)
		if s, ok := strings.CutPrefix(line, "remote:"); ok {
			if s = strings.TrimSpace(s); s != "" {
				said = append(said, s)
			}
			continue
		}
		if !noise.MatchString(line) {
			rest = append(rest, strings.TrimPrefix(strings.TrimPrefix(line, "fatal: "), "error: "))
		}
	}
	if l := append(said, rest...); len(l) > 0 {
		return show(strings.Join(l[:min(2, len(l))], "; "))
	}
	return (&run.Error{Argv: e.Argv, Code: e.Code, Stderr: e.Stderr, Err: e.Err}).Error()
}

// stderrOf is the end of a failed command's stderr.
func stderrOf(err error) string {
	var e *run.Error
	if errors.As(err, &e) {
		return e.Stderr
	}
	return ""
}
