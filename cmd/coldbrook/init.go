package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// projects are the files of new projects, by runtime, and those that all have.
// Their names end in .tmpl so that they are no Go module of this repository.
//
//go:embed project
var projects embed.FS

func initCommand() *cobra.Command {
	runtime := &choice{value: "node", allowed: []string{"go", "node", "python"}}
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "write a small project that works, or take one over",
		Long: `Writes a small project into DIR, by default this folder: a coldbrook.yaml, a function and a README. Files that are there are never overwritten: if there is one in the way, nothing is written.

With --from it takes a project over that was made for another tool: it writes coldbrook.yaml beside an AWS SAM or CloudFormation template, or a file of the Serverless Framework, and says what of it counts, what is left out and why, and what needs a value. No other file is touched. coldbrook dev --from FILE runs it without writing.`,
		Example: `coldbrook init shop
coldbrook init shop --runtime python
coldbrook init --from template.yaml --parameter OrdersTopic=orders`,
		Args: folder,
	}
	var taking initFrom
	taking.add(cmd)
	cmd.Flags().Var(runtime, "runtime", "what the function is written in: "+strings.Join(runtime.allowed, ", "))
	cmd.RegisterFlagCompletionFunc("runtime", cobra.FixedCompletions(runtime.allowed, cobra.ShellCompDirectiveNoFileComp))
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if taking.from.isAsked() {
			return taking.run(cmd, args)
		}
		dir, err := taking.from.folder(cmd, args)
		if err != nil {
			return err
		}
		if taking.dryRun || taking.format.json() {
			return usage(cmd, "--dry-run and --format need --from")
		}
		written, err := writeProject(dir, runtime.value)
		if err != nil {
			return err
		}
		out := cmd.OutOrStdout()
		for _, name := range written {
			fmt.Fprintln(out, "wrote "+filepath.Join(dir, name))
		}
		next := "coldbrook dev"
		if dir != "." {
			next += " " + dir
		}
		_, err = fmt.Fprintf(out, "now: %s\n", next)
		return readerGone(err)
	}
	return cmd
}

// writeProject writes the project for a runtime into dir, which need not exist,
// and returns the names of the files in it. It writes nothing if one of them is
// there.
func writeProject(dir, runtime string) ([]string, error) {
	files, err := projectFiles(runtime)
	if err != nil {
		return nil, err
	}
	var inTheWay []string
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			inTheWay = append(inTheWay, name)
		}
	}
	slices.Sort(names)
	if len(inTheWay) > 0 {
		slices.Sort(inTheWay)
		return nil, &hinted{err: fmt.Errorf("write project: %s is there already", strings.Join(inTheWay, ", ")),
			hint: "nothing was written; choose another folder: coldbrook init DIR"}
	}
	for _, name := range names {
		if err := writeNew(filepath.Join(dir, name), files[name]); err != nil {
			return nil, fmt.Errorf("write project: %w", err)
		}
	}
	return names, nil
}

// projectFiles returns the files of a runtime's project by their names in it.
func projectFiles(runtime string) (map[string][]byte, error) {
	files := map[string][]byte{}
	for from, to := range map[string]string{"project/README.md.tmpl": "README.md", "project/gitignore.tmpl": ".gitignore"} {
		text, err := projects.ReadFile(from)
		if err != nil {
			return nil, err
		}
		files[to] = text
	}
	root := path.Join("project", runtime)
	err := fs.WalkDir(projects, root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := projects.ReadFile(name)
		to := strings.TrimSuffix(strings.TrimPrefix(name, root+"/"), ".tmpl")
		files[filepath.FromSlash(to)] = text
		return err
	})
	return files, err
}

// writeNew writes a file that must not exist yet.
func writeNew(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
