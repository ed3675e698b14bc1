package host

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// lockPause is how often a lock that somebody holds is tried.
const lockPause = 50 * time.Millisecond

// HeldError is a lock that somebody else held all the time.
type HeldError struct {
	Path string
	Who  string // ` (process 12)`, "" where that is not known
}

// Error names the holder.
func (e *HeldError) Error() string { return fmt.Sprintf("another bkt%s holds '%s'", e.Who, e.Path) }

// Exit is the exit code of a program that this error ended: to try again later may help.
func (e *HeldError) Exit() (code int, hint string) { return 75, "" }

// Lock takes a lock file, which says whose it is, and waits for it at most so long. The
// kernel gives it back when its holder ends, however that happens. A lock that is held is a
// *HeldError. A link in the file's place is refused.
func Lock(ctx context.Context, path string, wait time.Duration) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot lock '%s': %w", path, Cause(err))
	}
	limit := time.NewTimer(wait)
	defer limit.Stop()
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR) {
			f.Close()
			return nil, fmt.Errorf("cannot lock '%s': %w", path, err)
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, context.Cause(ctx)
		case <-limit.C:
			who := holder(f)
			f.Close()
			return nil, &HeldError{path, who}
		case <-time.After(lockPause):
		}
	}
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0) // for messages alone
	}
	return func() { f.Close() }, nil
}

// holder is what a lock file says of its holder.
func holder(f *os.File) string {
	b := make([]byte, 32)
	n, _ := f.ReadAt(b, 0)
	if pid := strings.TrimSpace(string(b[:n])); pid != "" && strings.Trim(pid, "0123456789") == "" {
		return " (process " + pid + ")"
	}
	return ""
}
