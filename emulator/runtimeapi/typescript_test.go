package runtimeapi

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// project writes files and returns their folder.
func project(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWhatTypeScriptNeeds(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  string // "" if Node can run it
	}{
		"types only": {map[string]string{"app.ts": "import { a } from './a.ts'\nimport type { B } from './b'\nimport fs from 'fs'\nimport { readFile } from 'node:fs/promises'\n" +
			"interface C { x: string }\ndeclare enum D { X }\nconst enumerate = 'enum X {'; // enum Y {\n/* @sealed\nnamespace N { */\nexport const handler = async (c: C) => a(c as unknown as C);",
			"a.ts": "export type A = number; export const a = (x: unknown) => x"}, ""},
		"enum":           {map[string]string{"app.ts": "const x = 1;\nexport enum State {\n Open }"}, "app.ts:2: an enum is code"},
		"const enum":     {map[string]string{"app.ts": "const enum State { Open }"}, "an enum is code"},
		"namespace":      {map[string]string{"app.ts": "namespace Orders { export const a = 1 }"}, "a namespace is code"},
		"decorator":      {map[string]string{"app.ts": "\n\n@injectable()\nexport class Ship {}"}, "app.ts:3: a decorator"},
		"parameter":      {map[string]string{"app.ts": "class Ship { constructor(a: number, private readonly b: string) {} }"}, "parameter property"},
		"no ending":      {map[string]string{"app.ts": "import { a } from './lib/a'", "lib/a.ts": ""}, `"./lib/a" is imported without its ending .ts`},
		"folder":         {map[string]string{"app.ts": "export * from './lib'", "lib/index.ts": ""}, "without its ending /index.ts"},
		"js that is ts":  {map[string]string{"app.ts": "import { a } from './a.js'", "a.ts": ""}, "there is only a.ts"},
		"js":             {map[string]string{"app.ts": "import { a } from './a.js'", "a.js": "enum X {"}, ""},
		"in another":     {map[string]string{"app.ts": "import { a } from './a.ts'", "a.ts": "import './b.ts'", "b.ts": "\nimport x = require('x')"}, "b.ts:2: import = "},
		"multiple lines": {map[string]string{"app.ts": "import {\n  a,\n  b,\n} from './a'", "a.ts": ""}, "app.ts:4: "},
		"type imported":  {map[string]string{"app.ts": "import { a, Item } from './a.ts'", "a.ts": "export const a = 1\nexport interface Item {}"}, `Item of "./a.ts" is a type`},
		"type named":     {map[string]string{"app.ts": "import { a, type Item } from './a.ts'", "a.ts": "export const a = 1\nexport interface Item {}"}, ""},
		"only types":     {map[string]string{"app.ts": "import { Handler } from 'aws-lambda'", "node_modules/@types/aws-lambda/index.d.ts": ""}, `"aws-lambda" is only types (@types/aws-lambda)`},
		"package":        {map[string]string{"app.ts": "import { Kafka } from 'kafkajs'\nimport x from '@acme/x/y'", "node_modules/kafkajs/index.js": "", "node_modules/@acme/x/y.js": ""}, ""},
		"path":           {map[string]string{"app.ts": "import { a } from '@app/a'", "tsconfig.json": `{"compilerOptions": {"paths": {"@app/*": ["./*"]}}}`}, "is a path of tsconfig.json"},
		"required":       {map[string]string{"app.ts": "const { a } = require('./a')", "a.ts": ""}, "without its ending"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, test.files)
			_, err := runsTypeScript(&Config{Code: dir, Handler: "app.handler"}, interpreter{full: "22.18.0", release: "22"}, filepath.Join(dir, "app.ts"))
			switch {
			case test.want == "" && err != nil:
				t.Errorf("got %v, want none", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want it to say %q", err, test.want)
			}
		})
	}
}

func TestWhichNodeRunsTypeScript(t *testing.T) {
	for version, want := range map[string]string{
		"20.20.2": "no", "22.5.1": "no", "22.6.0": noExperiment + " --experimental-strip-types", "22.17.9": noExperiment + " --experimental-strip-types",
		"22.18.0": noExperiment, "23.5.0": noExperiment + " --experimental-strip-types", "23.6.0": noExperiment, "24.1.0": noExperiment, "": "no",
	} {
		flags, ok := stripFlags(version)
		if got := strings.Join(flags, " "); ok == (want == "no") || ok && len(got) != len(want) {
			t.Errorf("%s: got %q, %v, want %q", version, got, ok, want)
		}
	}
}

// TestTypeScriptWhereNodeCannot is of the message that a user gets who has no bundler.
func TestTypeScriptWhereNodeCannot(t *testing.T) {
	need(t, "node")
	dir := project(t, map[string]string{"src/app.ts": "export enum State { Open }\nexport const handler = async () => State.Open"})
	_, err := New(Config{FunctionName: "ship", Runtime: "nodejs22.x", Code: dir, Handler: "src/app.handler"})
	failed, ok := errors.AsType[*TypeScriptError](err)
	if !ok || failed.File != filepath.Join(dir, "src", "app.ts") || !strings.Contains(err.Error(), "src/app.ts") {
		t.Fatalf("got %v, want a *TypeScriptError that names src/app.ts", err)
	}
	if want := "build: npx esbuild src/app.ts --bundle --platform=node --sourcemap --outfile=src/app.js"; !strings.Contains(failed.Hint(), want) {
		t.Errorf("got hint %q, want it to say %q", failed.Hint(), want)
	}
}

// TestTypeScriptRunsAsItIs needs a Node that leaves out types.
func TestTypeScriptRunsAsItIs(t *testing.T) {
	need(t, "node")
	out, err := exec.Command("node", "--version").Output()
	if _, ok := stripFlags(strings.TrimPrefix(strings.TrimSpace(string(out)), "v")); err != nil || !ok {
		t.Skipf("Node.js %s runs no TypeScript", strings.TrimSpace(string(out)))
	}
	const answer = "import { word } from './words.ts'\nexport const handler = async (_: unknown): Promise<string> => word"
	const words = "export const word: string = 'typed'"
	for name, test := range map[string]struct {
		handler string
		files   map[string]string
	}{
		"module":          {"app.handler", map[string]string{"app.ts": answer, "words.ts": words, "package.json": `{"type":"module"}`}},
		"found out":       {"src/app.handler", map[string]string{"src/app.ts": answer, "src/words.ts": words}},
		"mts":             {"app.handler", map[string]string{"app.mts": answer, "words.ts": words}},
		"cts":             {"app.handler", map[string]string{"app.cts": "exports.handler = async (_: unknown) => 'typed'"}},
		"folder":          {"ship.handler", map[string]string{"ship/index.ts": answer, "ship/words.ts": words}},
		"CommonJS":        {"app.handler", map[string]string{"app.ts": "const key: string = 'handler'\nmodule.exports = { [key]: async () => 'typed' }"}},
		"JavaScript wins": {"app.handler", map[string]string{"app.ts": "syntax error", "app.js": "exports.handler = async () => 'typed'"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := launch(t, Config{FunctionName: "ship", Runtime: "nodejs22.x", Code: project(t, test.files), Handler: test.handler})
			if got := e.succeeds(`{}`); got != `"typed"` {
				t.Errorf("got %s, want what the handler returns", got)
			}
			if said := e.String(); said != "" {
				t.Errorf("got output %q, want none of Node's own", said)
			}
		})
	}
}

func TestModuleIsLoadedInPlaceOfTheHandlersFile(t *testing.T) {
	need(t, "node")
	built := project(t, map[string]string{"app.cjs": "exports.handler = async () => [process.cwd() === process.env.LAMBDA_TASK_ROOT, process.env.COLDBROOK_MODULE ?? 'taken out']"})
	c := Config{FunctionName: "ship", Runtime: "nodejs22.x", Code: project(t, map[string]string{"app.ts": "enum"}), Handler: "app.handler", Module: filepath.Join(built, "app.cjs")}
	if got := launch(t, c).succeeds(`{}`); got != `[true,"taken out"]` {
		t.Errorf("got %s, want the folder of the code and no variable of ours", got)
	}
}
