// Package fetch gets files over http: the only place that knows the network protocol.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"bkt/internal/host"
)

// timeout is how long one file may take.
const timeout = 5 * time.Minute

// Get gets what is at an http or https url, at most so many bytes. An answer other than 200 is
// a *host.StatusError; any other error means that nobody answered.
func Get(ctx context.Context, from string, most int64) ([]byte, error) {
	u, err := url.Parse(from)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("'%s' is not an http address", from)
	}
	ctx, stop := context.WithTimeout(ctx, timeout)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{CheckRedirect: func(to *http.Request, via []*http.Request) error {
		switch {
		case len(via) > 5:
			return errors.New("redirected more than five times")
		case via[0].URL.Scheme == "https" && to.URL.Scheme != "https":
			return errors.New("redirected from https to http")
		}
		return nil
	}}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, &host.StatusError{URL: from, Code: res.StatusCode}
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, most+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > most {
		return nil, &host.StatusError{URL: from, Code: http.StatusRequestEntityTooLarge}
	}
	return b, nil
}
