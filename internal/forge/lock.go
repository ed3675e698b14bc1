package forge

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

// lock takes a lock file, which says whose it is, and waits for it at most so long. The
// kernel gives it back when its holder ends, however that happens.
func lock(ctx context.Context, path string, wait time.Duration) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("mirror: %w", err)
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
			return nil, fmt.Errorf("mirror: cannot lock '%s': %w", path, err)
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, context.Cause(ctx)
		case <-limit.C:
			who := holder(f)
			f.Close()
			return nil, fault(ErrTryAgain, "another bkt%s holds '%s'", who, path)
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
