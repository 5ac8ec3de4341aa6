package sam

import (
	"testing"

	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

func TestMerge(t *testing.T) {
	for _, c := range []struct{ name, global, own, ignore, want string }{
		{"maps", "{Environment: {Variables: {A: g, B: g}}, Timeout: 3}", "{Environment: {Variables: {B: o, C: o}}, MemorySize: 128}", "", `{"Environment":{"Variables":{"A":"g","B":"o","C":"o"}},"Timeout":3,"MemorySize":128}`},
		{"lists", "{Layers: [a], VpcConfig: {SubnetIds: [x]}}", "{Layers: [b], VpcConfig: {SubnetIds: [y]}}", "", `{"Layers":["a","b"],"VpcConfig":{"SubnetIds":["x","y"]}}`},
		{"architectures", "{Architectures: [x86_64]}", "{Architectures: [arm64]}", "", `{"Architectures":["arm64"]}`},
		{"functions", "{Tags: {Ref: A}, Timeout: {Ref: T}}", "{Tags: {Ref: B}, Timeout: 3}", "", `{"Tags":{"Ref":"B"},"Timeout":3}`},
		{"of two kinds", "{CodeUri: {Bucket: b}}", "{CodeUri: src}", "", `{"CodeUri":"src"}`},
		{"only global", "{Timeout: 3}", "{}", "", `{"Timeout":3}`},
		{"without one", "{Timeout: 3, Layers: [a]}", "{}", "[Layers]", `{"Timeout":3}`},
		{"without any", "{Timeout: 3}", "{Handler: x}", `"*"`, `{"Handler":"x"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			global, own := mustParse(t, c.global), mustParse(t, c.own)
			var ignored *tree.Node
			if c.ignore != "" {
				ignored = mustParse(t, c.ignore)
			}
			if got := jsonOf(merge(withoutIgnored(global, ignored), own, "")); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func mustParse(t *testing.T, text string) *tree.Node {
	t.Helper()
	n, err := parse(text + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return n
}
