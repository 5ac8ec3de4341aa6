package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/coldbrook-dev/coldbrook/fixtures"
)

// convertInput is a file that is read twice: once for the header, once for the records.
type convertInput struct {
	file      *os.File
	zipped    bool
	temporary bool // it is a copy of the standard input
}

// openConvertInput opens a file; - is the standard input, which is copied.
func openConvertInput(ctx context.Context, stdin io.Reader, path string) (*convertInput, error) {
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("convert: %w", err)
		}
		in := &convertInput{file: f, zipped: strings.HasSuffix(path, ".gz")}
		if s, err := f.Stat(); err == nil && !s.Mode().IsRegular() {
			in.close()
			return nil, &hinted{err: fmt.Errorf("convert: %q is no file that can be read twice", path), hint: "- is the standard input"}
		}
		return in, nil
	}
	f, err := os.CreateTemp("", "coldbrook-convert-*")
	if err != nil {
		return nil, fmt.Errorf("convert: %w", err)
	}
	in := &convertInput{file: f, temporary: true}
	copied := make(chan error, 1)
	// why: a read from a pipe cannot be interrupted; the goroutine ends with it or the process.
	go func() {
		_, err := io.Copy(f, stdin)
		copied <- err
	}()
	select {
	case err = <-copied:
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	if err != nil {
		in.close()
		return nil, fmt.Errorf("convert the standard input: %w", err)
	}
	return in, nil
}

func (in *convertInput) close() {
	in.file.Close()
	if in.temporary {
		os.Remove(in.file.Name())
	}
}

// begin reads the file from its beginning, until ctx ends.
func (in *convertInput) begin(ctx context.Context, o fixtures.ImportOptions) (*fixtures.Importer, error) {
	if _, err := in.file.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("convert: %w", err)
	}
	r := io.Reader(untilDone{ctx, in.file})
	if in.zipped {
		z, err := fixtures.Decompress(r)
		if err != nil {
			return nil, fmt.Errorf("convert: %s: %w", in.file.Name(), err)
		}
		r = z
	}
	i, err := fixtures.NewImporter(r, o)
	if err != nil && !in.temporary {
		err = fmt.Errorf("%s: %w", in.file.Name(), err)
	}
	return i, err
}

// untilDone is a reader that fails once ctx has ended.
type untilDone struct {
	ctx context.Context
	io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if u.ctx.Err() != nil {
		return 0, context.Cause(u.ctx)
	}
	return u.Reader.Read(p)
}

// convertOutput is what a conversion writes into.
type convertOutput struct {
	record  func(*fixtures.Record) error
	outcome func(*fixtures.Outcome) error
	commit  func() error
	discard func()
}

// create begins the output.
func (c *conversion) create(stdout io.Writer) (*convertOutput, error) {
	if c.out != "" {
		if err := os.MkdirAll(filepath.Dir(c.out), 0o755); err != nil {
			return nil, fmt.Errorf("convert: %w", err)
		}
	}
	switch {
	case c.to.value != "fixture":
		return c.createText(stdout)
	case c.out == "":
		w, err := fixtures.NewWriter(stdout, c.survey.Header)
		if err != nil {
			return nil, readerGone(err)
		}
		return &convertOutput{w.Write, w.WriteOutcome, w.Flush, func() {}}, nil
	}
	w, err := fixtures.Create(c.out, c.survey.Header, c.force)
	if err != nil {
		return nil, alreadyThere(err)
	}
	return &convertOutput{w.Write, w.WriteOutcome, w.Commit, w.Discard}, nil
}

// createText begins an output of lines.
func (c *conversion) createText(stdout io.Writer) (*convertOutput, error) {
	to, commit, discard := stdout, func() error { return nil }, func() {}
	if c.out != "" {
		f, err := createTextFile(c.out, c.force)
		if err != nil {
			return nil, err
		}
		to, commit, discard = f.to, f.commit, f.discard
	}
	out := bufio.NewWriterSize(to, 1<<16)
	n := 0
	return &convertOutput{
		record: func(r *fixtures.Record) error {
			n++
			line, err := c.line(out.AvailableBuffer(), r)
			if err != nil {
				return &hinted{err: fmt.Errorf("convert %s: record %d: %w", c.path, n, err), hint: "--to kcat holds all that a record can have"}
			}
			_, err = out.Write(line)
			return readerGone(err)
		},
		outcome: func(*fixtures.Outcome) error { return nil }, // these formats have none
		commit:  func() error { return errors.Join(readerGone(out.Flush()), commit()) },
		discard: discard,
	}, nil
}

// line appends a record as a line.
func (c *conversion) line(dst []byte, r *fixtures.Record) ([]byte, error) {
	if c.to.value == "kcat" {
		line, text := fixtures.AppendKcat(dst, r)
		if !text {
			c.binary++
		}
		return line, nil
	}
	line, err := fixtures.AppendLine(dst, r, c.KeySeparator)
	if err == nil && len(line) == 1 {
		c.lost++
		return line[:0], nil
	}
	return line, err
}

// textFile is a file that is written as a whole or not at all.
type textFile struct {
	path, temporary string
	file            *os.File
	zip             *gzip.Writer // nil if it is not compressed
	to              io.Writer
}

func createTextFile(path string, replace bool) (*textFile, error) {
	if _, err := os.Lstat(path); err == nil && !replace {
		return nil, alreadyThere(fmt.Errorf("convert: %q: %w", path, fs.ErrExist))
	}
	if err := fixtures.Replaceable(path); err != nil {
		return nil, fmt.Errorf("convert: %w", err)
	}
	t := &textFile{path: path, temporary: path + ".new"}
	var err error
	if t.file, err = os.Create(t.temporary); err != nil {
		return nil, fmt.Errorf("convert: %w", err)
	}
	if t.to = t.file; strings.HasSuffix(path, ".gz") {
		t.zip = gzip.NewWriter(t.file)
		t.to = t.zip
	}
	return t, nil
}

func (t *textFile) commit() error {
	var err error
	if t.zip != nil {
		err = t.zip.Close()
	}
	if err = errors.Join(err, t.file.Close()); err == nil {
		err = os.Rename(t.temporary, t.path)
	}
	if err != nil {
		os.Remove(t.temporary)
		return fmt.Errorf("convert: %w", err)
	}
	return nil
}

func (t *textFile) discard() {
	t.file.Close()
	os.Remove(t.temporary)
}
