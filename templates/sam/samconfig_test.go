package sam

import (
	"fmt"
	"testing"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
)

func TestParseSamconfig(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"as sam writes it", "version = 0.1\n[default.global.parameters]\nstack_name = \"orders-prod\"\n\n[default.deploy.parameters]\nregion = \"eu-west-1\"\nparameter_overrides = \"Topic=\\\"orders\\\" Note=\\\"two words\\\" Size=5\"\n",
			"7 orders-prod eu-west-1 map[Note:two words Size:5 Topic:orders]"},
		{"a list", "[default.deploy.parameters]\nparameter_overrides = [\"A=1\",\n  'B=2', \n]\n", "2   map[A:1 B:2]"},
		{"long form", "[default.deploy.parameters]\nparameter_overrides = \"ParameterKey=A,ParameterValue=1 ParameterKey=B,ParameterValue=x\"\n", "2   map[A:1 B:x]"},
		{"another environment", "[prod.deploy.parameters]\nparameter_overrides = \"A=1\"\nstack_name = \"x\"\n", "0   map[]"},
		{"broken", "[default.deploy.parameters]\nparameter_overrides = \"A=1\nregion\n[", "0   map[]"},
		{"nothing", "", "0   map[]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, line := parseSamconfig(c.text)
			if got := fmt.Sprint(line, " ", d.stack, " ", d.region, " ", d.parameters); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// --parameter comes before samconfig.toml, and that before the default. For a parameter of
// SSM, what was deployed is a key, not the value.
func TestReadWithSamconfig(t *testing.T) {
	p := project(t, `
Parameters:
  A: {Type: String, Default: a}
  B: {Type: String, Default: b}
  C: {Type: String, Default: c}
  D: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /d}
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: !Sub "${AWS::StackName}-f"
      Code: .
      Handler: app.f
      Runtime: nodejs24.x
      Environment: {Variables: {ABC: !Sub "${A}${B}${C}", REGION: !Ref AWS::Region, DD: !Ref D}}
`, plan.Options{Parameters: map[string]string{"A": "1"}}, "app.js=",
		"samconfig.toml=[default.deploy.parameters]\nstack_name = \"s\"\nregion = \"eu-north-1\"\nparameter_overrides = \"A=2 B=2 D=/other\"\n")
	if got, want := deep(p.Config.Functions[0].Env)+p.Config.Functions[0].Name, `{"ABC":"12c","DD":"","REGION":"eu-north-1"}s-f`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(p.Files) != 2 {
		t.Errorf("got files %v", p.Files)
	}
}

func FuzzParseSamconfig(f *testing.F) {
	f.Add("[default.deploy.parameters]\nparameter_overrides = [\"A=1\",\n'B=2']\n")
	f.Fuzz(func(t *testing.T, text string) {
		if d, _ := parseSamconfig(text); d.parameters == nil {
			t.Error("no parameters")
		}
	})
}
