// Command picture draws a screen of the terminal UI as an SVG, from a journal file and
// without a terminal: the pictures in the documentation are made by it.
//
//	go run ./tui/picture -journal tui/testdata/shop.journal -at 9s -screen ordering -o ordering.svg
//	go run ./tui/picture -all
//
// The run is shown as it was at a moment, as if it went on. What is drawn is the same for
// the same journal, so that a test can hold the committed pictures to it.
//
// Non-obvious: lines and blocks are drawn as shapes, not as text, and every piece of text is
// given its length: the picture is aligned in whatever font there is.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run does what the arguments say, and returns the status to exit with: 0 done, 1 failed,
// 2 wrong usage.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("picture", flag.ContinueOnError)
	flags.SetOutput(stderr)
	journal := flags.String("journal", shopJournal, "the run, a journal `file`")
	at := flags.Duration("at", 9*time.Second, "the `time` in the run")
	screen := flags.String("screen", "flow", "the screen: "+strings.Join(screenNames(), ", "))
	size := flags.String("size", "120x36", "the terminal, `columns x rows`")
	keys := flags.String("keys", "", "`keys` that are pressed then, with commas between them: j,j,enter")
	output := flags.String("o", "", "the `file` that is written; without it the picture goes to stdout")
	all := flags.Bool("all", false, "write all pictures of the documentation into docs/pictures")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	scene, err := parseScene(*screen, *size, *keys)
	if err != nil || flags.NArg() > 0 {
		if err == nil {
			err = fmt.Errorf("%q is no flag: picture takes flags only", flags.Arg(0))
		}
		fmt.Fprintln(stderr, "picture:", err)
		return 2
	}
	scene.journal, scene.at = *journal, *at
	if *all {
		err = writeAll(".", stdout)
	} else {
		err = write(scene, *output, stdout)
	}
	if err != nil {
		fmt.Fprintln(stderr, "picture:", err)
		return 1
	}
	return 0
}

// shopJournal is the run that is pictured, seen from the root of the repository.
const shopJournal = "tui/testdata/shop.journal"

// scene is what a picture shows.
type scene struct {
	name          string // of the file, without folder and ending
	journal       string // path
	at            time.Duration
	screen        int // number of its tab, from 1 on
	width, height int
	keys          []string
}

// documented are the pictures of the documentation.
var documented = []scene{
	{name: "flow", at: 9 * time.Second, screen: 1, width: 120, height: 36},
	{name: "events", at: 9 * time.Second, screen: 2, width: 120, height: 36, keys: []string{"k", "O"}},
	{name: "functions", at: 9 * time.Second, screen: 3, width: 120, height: 36},
	{name: "ordering", at: 9 * time.Second, screen: 4, width: 120, height: 36},
}

// pictureFile is where a picture of the documentation is, seen from the root.
func pictureFile(s scene) string { return filepath.Join("docs", "pictures", s.name+".svg") }

// writeAll writes the pictures of the documentation below a folder.
func writeAll(root string, stdout io.Writer) error {
	for _, s := range documented {
		s.journal = filepath.Join(root, shopJournal)
		path := filepath.Join(root, pictureFile(s))
		text, err := s.draw()
		if err == nil && empty(text) {
			fmt.Fprintf(stdout, "%s: the screen draws nothing yet\n", path)
			continue
		}
		if err == nil {
			err = write(s, path, stdout)
		}
		if err != nil {
			return err
		}
		fmt.Fprintln(stdout, path)
	}
	return nil
}

// empty reports whether a screen draws nothing in a frame: it is still to be written.
func empty(text string) bool {
	rows := strings.Split(ansi.Strip(text), "\n")
	return len(rows) < 6 || strings.TrimSpace(strings.Join(rows[3:len(rows)-2], "")) == ""
}

// write draws a picture into a file, or to stdout if path is "".
func write(s scene, path string, stdout io.Writer) error {
	text, err := s.draw()
	if err != nil {
		return fmt.Errorf("draw %q at %v: %w", screenNames()[s.screen-1], s.at, err)
	}
	picture := svg(cellsOf(text, s.width, s.height), s.title())
	if path == "" {
		_, err := stdout.Write(picture)
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return os.WriteFile(path, picture, 0o666)
}

// largest is how many columns and rows a picture has at most.
const largest = 500

// parseScene reads what is pictured.
func parseScene(screen, size, keys string) (scene, error) {
	var s scene
	for i, name := range screenNames() {
		if name == strings.ToLower(screen) {
			s.screen, s.name = i+1, name
		}
	}
	if s.screen == 0 {
		return s, fmt.Errorf("-screen %q is none of %s", screen, strings.Join(screenNames(), ", "))
	}
	w, h, found := strings.Cut(size, "x")
	var wrong [2]error
	s.width, wrong[0] = strconv.Atoi(w)
	s.height, wrong[1] = strconv.Atoi(h)
	if !found || wrong[0] != nil || wrong[1] != nil || min(s.width, s.height) < 1 || max(s.width, s.height) > largest {
		return s, fmt.Errorf("-size %q is no size: write columns x rows, 1x1 to %dx%d, such as 120x36", size, largest, largest)
	}
	if keys != "" {
		s.keys = strings.Split(keys, ",")
	}
	return s, nil
}
