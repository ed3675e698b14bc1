package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
)

// Ask puts a question to the terminal and waits for y or n; the empty answer is a yes, the
// end of the input a no. yes is the command line that would not have asked, for where there is
// no terminal.
func Ask(ctx context.Context, question, yes string) (bool, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return false, Hint(Usage("no terminal to ask on"), yes)
	}
	defer tty.Close()
	lines := bufio.NewReader(tty)
	for {
		fmt.Fprintf(tty, "%s [Y/n] ", question)
		type answer struct {
			text string
			err  error
		}
		got := make(chan answer, 1)
		go func() {
			text, err := lines.ReadString('\n')
			got <- answer{text, err}
		}()
		select {
		case <-ctx.Done():
			fmt.Fprintln(tty)
			return false, context.Cause(ctx)
		case a := <-got:
			if a.err != nil {
				fmt.Fprintln(tty)
				return false, nil
			}
			switch strings.ToLower(strings.TrimSpace(a.text)) {
			case "", "y", "yes":
				return true, nil
			case "n", "no":
				return false, nil
			}
		}
	}
}
