package tree

import (
	"fmt"
	"strings"
	"testing"
)

// show writes a tree on one line, with the lines of its scalars.
func show(n *Node) string {
	switch {
	case n == nil:
		return "none"
	case n.Kind == List:
		var all []string
		for _, item := range n.Items {
			all = append(all, show(item))
		}
		return "[" + strings.Join(all, " ") + "]"
	case n.Kind == Map:
		var all []string
		for _, e := range n.Entries {
			all = append(all, fmt.Sprintf("%s@%d:%d=%s", e.Key, e.At.Line, e.At.Column, show(e.Value)))
		}
		return "{" + strings.Join(all, " ") + "}"
	}
	return fmt.Sprintf("%q@%d:%d", n.Scalar, n.At.Line, n.At.Column)
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"yaml", "a: 1\nb:\n  - x\n  - {c: true}\n", `{a@1:1="1"@1:4 b@2:1=["x"@3:5 {c@4:6="true"@4:9}]}`},
		// Behind a tag the YAML package counts a column too few.
		{"tags", "a: !Ref B\nc: !GetAtt D.E.F\ne: !Sub \"${X}-y\"\nf: !If [g, 1, !Ref AWS::NoValue]\n",
			`{a@1:1={Ref@1:4="B"@1:8} c@2:1={Fn::GetAtt@2:4=["D"@2:11 "E.F"@2:11]} e@3:1={Fn::Sub@3:4="${X}-y"@3:8} f@4:1={Fn::If@4:4=["g"@4:8 "1"@4:11 {Ref@4:14="AWS::NoValue"@4:18}]}}`},
		{"tag over lines", "a: !Join\n  - ','\n  - - b\n    - c\n", `{a@1:1={Fn::Join@1:4=[","@2:5 ["b"@3:7 "c"@4:7]]}}`},
		{"tag of a map", "a: !Transform\n  Name: x\n", `{a@1:1={Fn::Transform@1:4={Name@2:3="x"@2:9}}}`},
		// Within braces, the YAML package takes the AWS for a key.
		{"tag in braces", "a: {b: !Ref AWS::Region, c: !Sub arn:aws:x:${y}:z}\n", `{a@1:1={b@1:5={Ref@1:8="AWS::Region"@1:12} c@1:27={Fn::Sub@1:30="arn:aws:x:${y}:z"@1:34}}}`},
		{"function in braces", "a: {b: {Fn::GetAtt: [C, Arn]}}\nd: [{Fn::Sub: '${e}:f'}, {Ref: AWS::Region}]\n", `{a@1:1={b@1:5={Fn::GetAtt@1:9=["C"@1:24 "Arn"@1:27]}} d@2:1=[{Fn::Sub@2:6="${e}:f"@2:17} {Ref@2:29="AWS::Region"@2:34}]}`},
		{"merge", "base: &b {x: 1, y: 2}\nnext:\n  <<: *b\n  y: 3\n", `{base@1:1={x@1:11="1"@1:14 y@1:17="2"@1:20} next@2:1={y@4:3="3"@4:6 x@1:11="1"@1:14}}`},
		{"crlf", "a:\r\n  b: c\r\n", `{a@1:1={b@2:3="c"@2:6}}`},
		{"empty value", "a:\nb: ~\n", `{a@1:1=""@1:3 b@2:1=""@2:4}`},
		{"json", "{\n\t\"a\": {\"Ref\": \"B\"},\n\t\"c\": [1, null, true]\n}", `{a@2:2={Ref@2:8="B"@2:15} c@3:2=["1"@3:8 ""@3:11 "true"@3:17]}`},
		{"flow", "{a: b}", `{a@1:2="b"@1:5}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := Parse("f.yaml", []byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := show(n); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestParseSaysWhere(t *testing.T) {
	for _, c := range []struct{ name, file, text, want string }{
		{"unclosed", "t.yaml", "a: [1, 2\nb: 3\n", "t.yaml:"},
		{"tab", "t.yaml", "a:\n\tb: c\n", "t.yaml:2"},
		{"alias", "t.yaml", "a: *none\n", "t.yaml:1:4: there is no anchor &none before this"},
		{"json", "t.json", "{\n  \"a\": 1,\n  b: 2\n}", "t.json:3:"},
		{"cut json", "t.json", "{\"a\": [1,", "t.json:1:10: this is not JSON: the file ends in the middle"},
		{"nothing", "t.yaml", "# only this\n", "t.yaml:1:1: there is nothing in the file"},
		{"deep", "t.yaml", strings.Repeat("[", 1000), "t.yaml:1:1: the nesting is too deep"},
		{"deep json", "t.json", "{\"a\":" + strings.Repeat("[", 1000), "the nesting is too deep"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := Parse(c.file, []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, %v, want %q", show(n), err, c.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"a: !Ref B", "a: &x [1]\nb: *x\n<<: {c: d}", "{\"a\": [1, {\"b\": null}]}", "? a\n: b", "!Sub", "- !If\n  - a"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := Parse("f", text)
		if (n == nil) == (err == nil) {
			t.Fatalf("%v and %v", n, err)
		}
	})
}
