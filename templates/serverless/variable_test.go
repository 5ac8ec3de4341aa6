package serverless

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// project writes files into a folder of their own.
func project(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func resolverOf(t testing.TB, dir, text string, o plan.Options) *resolver {
	t.Helper()
	root, err := tree.Parse("serverless.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return newResolver(root, dir, o, &plan.Plan{})
}

// shown is a value in a line, with what is not known in brackets.
func (r *resolver) shown(n *tree.Node) string {
	n = r.value(n)
	switch l := r.lack(n); {
	case n == nil:
		return "none"
	case l != nil:
		return fmt.Sprintf("%s [%v: %s]", n.Scalar, l.verdict, l.why)
	case n.Kind == tree.Null:
		return "null"
	case n.Kind == tree.List:
		var all []string
		for _, item := range n.Items {
			all = append(all, r.shown(item))
		}
		return "[" + strings.Join(all, " ") + "]"
	case n.Kind == tree.Map:
		var all []string
		for _, e := range n.Entries {
			all = append(all, e.Key+"="+r.shown(e.Value))
		}
		return "{" + strings.Join(all, " ") + "}"
	}
	return n.Scalar
}

const shop = `
service: shop
provider:
  name: aws
  stage: ${opt:stage, 'test'}
custom:
  table: orders-${self:provider.stage}
  test: {size: 3, hosts: [a.example, b.example]}
  prod: {size: 9}
  empty:
  flag: 'true'
  loop: x-${self:custom.pool}
  pool: ${self:custom.loop}
  self: ${self:custom.self}
  cloud: ${cf:network.BrokerArn}
  deep: {a: {b: '${self:custom.table}'}}
params:
  default: {domain: dev.example, only: here}
  prod: {domain: prod.example}
stages:
  prod: {params: {queue: fast}}
`

func TestVariables(t *testing.T) {
	dir := project(t, map[string]string{
		"shared/names.yml":    "topics:\n  orders: orders-${self:provider.stage}\n  list: [a, b]\nstage: ${opt:stage, 'none'}\n",
		"names.json":          `{"topics": {"orders": "from-json"}}`,
		"config.js":           "module.exports = {}",
		"note.txt":            "plain ${self:service}",
		"broken.yml":          "a: [1\n",
		"config.test.yml":     "size: 7\n",
		".env":                "FROM_FILE=yes # not this\nexport QUOTED=\"a b\"\nBOTH=file\n",
		".git/HEAD":           "x",
		"../outside-sls.yaml": "a: 1",
	})
	o := plan.Options{
		Parameters: map[string]string{"color": "green", "ssm:/shop/given": "v", "GivenToo": "w"},
		Getenv: func(name string) (string, bool) {
			v, ok := map[string]string{"HOME_OF": "here", "BOTH": "real", "LOOKS": "${self:service}", "NONE": ""}[name]
			return v, ok
		},
	}
	const missing = "[needs a value: "
	for _, c := range []struct{ text, want string }{
		{"plain", "plain"},
		{"${self:service}", "shop"},
		{"${self:custom.table}", "orders-test"},
		{"${self:custom.${self:provider.stage}.size}", "3"},
		{"${self:custom.${opt:stage, self:provider.stage}.hosts}", "[a.example b.example]"},
		{"${self:custom.test.hosts.1}", "b.example"},
		{"${self:custom.deep}", "{a={b=orders-test}}"},
		{"a-${self:custom.nothing, 'x'}-b", "a-x-b"},
		{"${self:custom.nothing, self:custom.none, 5}", "5"},
		{"${self:custom.empty, 'filled'}", "filled"},
		{"${self:custom.nothing, null}", "null"},
		{"${self:custom.nothing, ''}", ""},
		{"${self:custom.nothing, \"with, comma and }\"}", "with, comma and }"},
		{"${self:custom.nothing, 'in ${self:service}'}", "in shop"},
		{"${self:custom.nothing, ${self:custom.test}}", "{size=3 hosts=[a.example b.example]}"},
		{"${self:custom.nothing, bare}", "bare"},
		{"${opt:stage}", "test"},
		{"${opt:stage}/${sls:stage}/${opt:region}/${aws:region}", "test/test/us-east-1/us-east-1"},
		{"${opt:color}", "green"},
		{"${opt:other}", "other " + missing + "${opt:other} is given on the command line only]"},
		{"${aws:accountId}", "123456789012"},
		{"${env:HOME_OF}-${env:FROM_FILE}-${env:QUOTED}-${env:BOTH}", "here-yes-a b-real"},
		{"${env:LOOKS}", "${self:service}"},
		{"[${env:NONE}]", "[]"},
		{"${env:GONE, 'x'}", "x"},
		{"${env:GONE}", "GONE " + missing + "GONE is not set in the environment]"},
		{"${param:domain}-${param:only}", "dev.example-here"},
		{"${param:color}", "green"},
		{"${param:gone}", "gone " + missing + "${param:gone} is not among the params of stage \"test\"]"},
		{"${file(./shared/names.yml):topics.orders}", "orders-test"},
		{"${file(shared/names.yml)}", "{topics={orders=orders-test list=[a b]} stage=none}"},
		{"${file(names.json):topics.orders}", "from-json"},
		{"${file(./config.${self:provider.stage}.yml):size, 1}", "7"},
		{"${file(./config.gone.yml):size, 1}", "1"},
		{"${file(./note.txt)}", "plain ${self:service}"},
		{"${file(./gone.yml):a}", "gone [wrong: there is no file " + filepath.ToSlash(filepath.Join(dir, "gone.yml")) + "]"},
		{"${file(./names.json):topics.gone}", "gone [wrong: there is no topics.gone in ./names.json]"},
		{"${file(./config.js):brokers.main}", "main " + missing + "${file(./config.js)} is a program, which is not run]"},
		{"${file(../outside-sls.yaml):a}", "outside-sls [wrong: file ../outside-sls.yaml is not read: it lies outside of the project]"},
		{"${file(/etc/passwd)}", "passwd [wrong: file \"/etc/passwd\" is not read: its path must be relative]"},
		{"${file(shared)}", "shared [wrong: shared is not a file]"},
		{"${cf:network.BrokerArn}", "BrokerArn " + missing + "${cf:network.BrokerArn} is known in the cloud only]"},
		{"${cf(eu-west-1):network.BrokerArn}", "BrokerArn " + missing + "${cf(eu-west-1):network.BrokerArn} is known in the cloud only]"},
		{"${ssm:/shop/${sls:stage}/topic~true}", "topic " + missing + "${ssm:/shop/${sls:stage}/topic~true} is known in the cloud only]"},
		{"${ssm:/shop/given}-${cf:x.GivenToo}", "v-w"},
		{"${s3:bucket/key, 'local'}", "local"},
		{"${git:branch}", "branch " + missing + "${git:branch} is asked of git, which is not run]"},
		{"${vendor:a.b}", "b " + missing + "${vendor:a.b} is a source that is not known here]"},
		{"x-${self:custom.cloud}-y", "x-BrokerArn-y " + missing + "${cf:network.BrokerArn} is known in the cloud only]"},
		{"${self:custom.cloud, 'fallback'}", "fallback"},
		{"${strToBool(${self:custom.flag})}", "true"},
		{"${strToBool(0)}", "false"},
		{"${strToBool(maybe)}", "maybe [wrong: \"maybe\" is neither true nor false]"},
		{`\${self:service} and ${self:service}`, "${self:service} and shop"},
		{"arn:${AWS::Partition}:${Table.Arn}:${Table}", "arn:${AWS::Partition}:${Table.Arn}:${Table}"},
		{"${kafka.bootstrap}", "${kafka.bootstrap}"},
		{"${self:custom.gone}", "gone [wrong: ${self:custom.gone} is not in serverless.yml]"},
		{"a ${self:custom.test}", "a  [wrong: ${self:custom.test} is a map, which cannot stand within a text]"},
		{"${self:custom.self}", "self [wrong: stands for itself: ${self:custom.self} (line 14) -> ${self:custom.self}]"},
		{"${self:custom.pool}", "x-loop [wrong: stands for itself: ${self:custom.loop} (line 13) -> x-${self:custom.pool} (line 12) -> ${self:custom.loop}]"},
		{"${self:service", "service [wrong: a ${ has no } to it]"},
		{strings.Repeat("${self:", 40) + strings.Repeat("}", 40), "s [wrong: variables stand in one another more than 30 deep]"},
	} {
		r := resolverOf(t, dir, shop, o)
		if got := r.shown(tree.NewText(c.text, tree.Place{File: "serverless.yml", Line: 1})); got != c.want {
			t.Errorf("%s\ngot  %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestStageIsThatOfTheCommand(t *testing.T) {
	r := resolverOf(t, t.TempDir(), shop, plan.Options{Stage: "prod"})
	got := r.shown(tree.NewText("${self:custom.table} ${self:custom.${sls:stage}.size} ${param:domain} ${param:queue} ${param:only}", tree.Place{}))
	if want := "orders-prod 9 prod.example fast here"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A default in place of what the cloud knows is said.
func TestDefaultInPlaceOfTheCloudIsSaid(t *testing.T) {
	r := resolverOf(t, t.TempDir(), shop, plan.Options{})
	r.shown(tree.NewText("${ssm:/a/topic, 'orders'} ${opt:x, 'y'}", tree.Place{}))
	if f := r.plan.Findings; len(f) != 1 || f[0].Verdict != plan.Changed || f[0].Text != "${ssm:/a/topic} is known in the cloud only; its default counts" {
		t.Errorf("got %+v", f)
	}
}

func TestVariablesAreBounded(t *testing.T) {
	var doubling strings.Builder
	doubling.WriteString("service: s\ncustom:\n  a0: xxxxxxxxxx\n")
	for i := 1; i <= 60; i++ {
		fmt.Fprintf(&doubling, "  a%d: ${self:custom.a%d}${self:custom.a%d}\n", i, i-1, i-1)
	}
	fmt.Fprintf(&doubling, "  b0: ${self:custom.a60, 'end'}\n")
	for i := 1; i <= 300; i++ {
		fmt.Fprintf(&doubling, "  b%d: ${self:custom.b%d}\n", i, i-1)
	}
	begun := time.Now()
	r := resolverOf(t, t.TempDir(), doubling.String(), plan.Options{})
	for text, want := range map[string]string{
		"${self:custom.a60}":                        errLong.Error(),
		"${self:custom.b300}":                       "200 variables stand for one another",
		strings.Repeat("${self:service}", 4000):     strings.Repeat("s", 4000),
		strings.Repeat("${AWS::Region} '", 4000):    "${AWS::Region} '",
		strings.Repeat("${self:x, ", 6_000):         errNested.Error(),
		strings.Repeat("${self:service, '", 30_000): errLong.Error(),
	} {
		if got := r.shown(tree.NewText(text, tree.Place{})); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", short(text), short(got), short(want))
		}
	}
	if took := time.Since(begun); took > 10*time.Second {
		t.Errorf("took %v", took)
	}
}

func FuzzVariables(f *testing.F) {
	for _, s := range []string{"${self:custom.table}", "${opt:a, 'b${self:c}'}", "${file(x.yml):a, ${env:B}}", `\${a}`, "${strToBool(${a:b})}", "${a:b(c)", "${'a', 'b'}", "${self:custom.pool}${self:}"} {
		f.Add(s, s)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, a, b string) {
		r := resolverOf(t, dir, shop, plan.Options{})
		r.root.Entries = append(r.root.Entries, tree.Entry{Key: "a", Value: tree.NewText(a, tree.Place{})}, tree.Entry{Key: "b", Value: tree.NewText(b, tree.Place{})})
		for _, s := range []string{a, b, a + b, "${self:a}", "${self:b, self:a}", "${" + a + "}"} {
			v := r.value(tree.NewText(s, tree.Place{}))
			if v != nil && len(v.Scalar) > 3*maxTemplate {
				t.Fatalf("%d characters", len(v.Scalar))
			}
			if r.value(v) != v {
				t.Fatalf("the value of %q has a value of its own", s)
			}
		}
	})
}
