// Package fetch gets files over http, with curl, and unpacks them: proxies, certificates and protocols
// are the system's, and no program carries a client of its own.
package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"bkt/internal/host"
	"bkt/internal/run"
)

// How long one file may take, and how long its server may be silent at first.
const (
	whole   = 5 * time.Minute
	connect = 30 * time.Second
)

// Allow gives a host what is in this package. Programs that have no use for it do not carry it.
func Allow(h *host.Host) { h.Fetch, h.Unzip = Getter(h.Runner), Unzip }

// tooLarge is curl's exit code for a file above --max-filesize.
const tooLarge = 63

// Getter gets what is at an http or https url, at most so many bytes. An answer other than 200
// is a *host.StatusError; any other error means that nobody answered. What began with https
// does not go on without.
func Getter(r run.Runner) func(ctx context.Context, from string, most int64) ([]byte, error) {
	return func(ctx context.Context, from string, most int64) ([]byte, error) {
		u, err := url.Parse(from)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
			return nil, fmt.Errorf("'%s' is not an http address", from)
		}
		redirect := "=https"
		if u.Scheme == "http" {
			redirect = "=http,https"
		}
		seconds := func(d time.Duration) string { return strconv.Itoa(int(d.Seconds())) }
		res, err := r.Run(ctx, run.Cmd{Effect: run.Reads, Timeout: whole + connect, Argv: []string{
			"curl", "-q", "--silent", "--show-error", "--globoff", "--location", "--max-redirs", "5",
			"--proto", "=http,https", "--proto-redir", redirect,
			"--connect-timeout", seconds(connect), "--max-time", seconds(whole),
			"--max-filesize", strconv.FormatInt(most, 10), "--write-out", "\n%{http_code}", "--url", from}})
		var e *run.Error
		switch {
		case errors.As(err, &e) && e.Code == tooLarge:
			return nil, &host.StatusError{URL: from, Code: 413}
		case err != nil:
			return nil, err
		}
		at := bytes.LastIndexByte(res.Stdout, '\n')
		if at < 0 {
			return nil, fmt.Errorf("curl: no status of '%s'", from)
		}
		body, status := res.Stdout[:at], string(res.Stdout[at+1:])
		switch code, err := strconv.Atoi(status); {
		case err != nil:
			return nil, fmt.Errorf("curl: the status of '%s' is %q", from, status)
		case code != 200:
			return nil, &host.StatusError{URL: from, Code: code}
		case int64(len(body)) > most:
			return nil, &host.StatusError{URL: from, Code: 413}
		}
		return body, nil
	}
}
