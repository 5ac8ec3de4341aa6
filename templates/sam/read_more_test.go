package sam

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
)

// The CDK writes a CloudFormation template in JSON, whose functions have their code in S3
// and say in their metadata where it was.
func TestReadCDK(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "cdk.out/asset.1234/index.js", "")
	write(t, dir, "cdk.out/Orders.template.json", `{
 "Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version"}},
 "Resources": {
  "ConsumerServiceRole": {"Type": "AWS::IAM::Role"},
  "Consumer7A1": {
   "Type": "AWS::Lambda::Function",
   "Properties": {
    "Code": {"S3Bucket": {"Fn::Sub": "cdk-assets-${AWS::AccountId}-${AWS::Region}"}, "S3Key": "1234.zip"},
    "Handler": "index.handler", "Runtime": "nodejs22.x", "Role": {"Fn::GetAtt": ["ConsumerServiceRole", "Arn"]}
   },
   "DependsOn": ["ConsumerServiceRole"],
   "Metadata": {"aws:cdk:path": "Orders/Consumer/Resource", "aws:asset:path": "asset.1234", "aws:asset:is-bundled": true, "aws:asset:property": "Code"}
  },
  "ConsumerKafkaEventSource1": {
   "Type": "AWS::Lambda::EventSourceMapping",
   "Properties": {
    "AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": "orders"}, "BatchSize": 10,
    "EventSourceArn": {"Fn::ImportValue": "cluster"}, "FunctionName": {"Ref": "Consumer7A1"}, "StartingPosition": "TRIM_HORIZON", "Topics": ["orders"]
   }
  },
  "CDKMetadata": {"Type": "AWS::CDK::Metadata"}
 },
 "Rules": {"CheckBootstrapVersion": {}}
}`)
	p := read(t, dir, "cdk.out/Orders.template.json", plan.Options{})
	f := p.Config.Functions[0]
	if f.Name != "Consumer7A1" || f.Code != "asset.1234" || len(f.Events) != 1 || f.Events[0].Group != "orders" || f.Events[0].BatchSize != 10 {
		t.Errorf("got %s", deep(f))
	}
	want := "dropped: Resources: AWS::IAM::Role, AWS::CDK::Metadata: the emulator has functions and Kafka\ndropped: Consumer7A1.Role: means nothing on one machine\n"
	if got := findings(p); got != want || p.Format != "CloudFormation template" {
		t.Errorf("%s: got\n%s\nwant\n%s", p.Format, got, want)
	}
}

func TestReadIncludeAndBuilt(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, ".aws-sam/build/F/app.py", "")
	write(t, dir, ".aws-sam/build/env.yaml", "MODE: !Ref Mode\nDEPTH: 3\n")
	write(t, dir, ".aws-sam/build/template.yaml", `
Transform: [AWS::Serverless-2016-10-31, AWS::LanguageExtensions]
Parameters: {Mode: {Type: String, Default: fast}}
Globals: {Function: {Timeout: 20, Handler: none.x, Layers: [arn:a], Architectures: [x86_64], Environment: {Variables: {A1: global, B1: global}}}}
Resources:
  Fn::ForEach::Each:
    - Name
    - [Orders, Returns]
    - ${Name}Function:
        Type: AWS::Serverless::Function
        IgnoreGlobals: [Layers]
        Properties:
          FunctionName: !Sub "${AWS::StackName}-${Name}"
          CodeUri: F
          Handler: app.${Name}
          Runtime: python3.13
          Architectures: [arm64]
          Environment:
            Variables:
              B1: own
              Fn::Transform: {Name: AWS::Include, Parameters: {Location: env.yaml}}
          Events:
            All:
              Type: MSK
              Properties: {Stream: x, Topics: [!Ref Name]}
            More:
              Type: MSK
              Properties: {Stream: x, Topics: [!Ref Name], BatchSize: 5}
`)
	p := read(t, dir, ".aws-sam/build/template.yaml", plan.Options{})
	if got, want := findings(p), "changed: : this is what sam build made: its code changes only when that runs again (give the template of the project itself)\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for i, name := range []string{"Orders", "Returns"} {
		f := p.Config.Functions[i]
		if f.Name != "build-"+name || f.Handler != "app."+name || f.Timeout.Seconds() != 20 || f.Architecture != "arm64" || f.Events[0].Topic != name ||
			f.Events[1].Group != "build-"+name+"-"+name+"-2" || deep(f.Env) != `{"A1":"global","B1":"own","DEPTH":"3","MODE":"fast"}` {
			t.Errorf("got %s", deep(f.Env)+deep(f.Events)+f.Name)
		}
	}
	if !slices.ContainsFunc(p.Files, func(file string) bool { return strings.HasSuffix(file, "/env.yaml") }) {
		t.Errorf("got files %v", p.Files)
	}
}

// A file that includes itself, and one that is not there, are named.
func TestReadIncludesThatAreWrong(t *testing.T) {
	self, err := os.Executable() // a file that lies elsewhere, on every system
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.ToSlash(self)
	p := project(t, `
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Code: .
      Handler: app.f
      Runtime: nodejs24.x
      Environment:
        Variables:
          A1: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: self.yaml}}}
          A2: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: gone.yaml}}}
          A3: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: 's3://b/x'}}}
          A4: fine
          A5: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: "`+elsewhere+`"}}}
`, plan.Options{}, "app.js=", "self.yaml={'Fn::Transform': {Name: AWS::Include, Parameters: {Location: self.yaml}}}")
	got := findings(p)
	for _, want := range []string{"a circle: file self.yaml needs file self.yaml", "gone.yaml cannot be included", "s3://b/x is not fetched", "file " + elsewhere + " is not read: it lies outside"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if deep(p.Config.Functions[0].Env) != `{"A4":"fine"}` {
		t.Errorf("got %v", p.Config.Functions[0].Env)
	}
}

// What is guessed stands in the comments, by the path of the configuration.
func TestReadComments(t *testing.T) {
	p := project(t, `
Parameters: {T1: {Type: String}, Key: {Type: String, NoEcho: true}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: .
      Handler: app.f
      Runtime: nodejs24.x
      Environment: {Variables: {KEY: !Ref Key}}
      Events:
        A: {Type: MSK, Properties: {Topics: [fixed]}}
        B: {Type: MSK, Properties: {Topics: [!Ref T1]}}
`, plan.Options{}, "app.js=")
	want := `{"functions.F.env.KEY":"needs a value: parameter Key has no default","functions.F.events[1].kafka.topic":"a guess: parameter T1 has no default"}`
	if got := deep(p.Comments); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestReadNames(t *testing.T) {
	p := project(t, `
Parameters: {Stage: {Type: String}}
Resources:
  A: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: app.f, Runtime: nodejs24.x, FunctionName: same}}
  B: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: app.f, Runtime: nodejs24.x, FunctionName: same}}
  C: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: app.f, Runtime: nodejs24.x, FunctionName: !Sub 'c-${Stage}'}}
  D: {Type: AWS::Serverless::Function, Properties: {CodeUri: ., Handler: app.f, Runtime: nodejs24.x, FunctionName: 'has blanks'}}
  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref B, Topics: [t]}}
`, plan.Options{Parameters: map[string]string{"Stags": "x"}}, "app.js=")
	var names []string
	for _, f := range p.Config.Functions {
		names = append(names, f.Name)
	}
	if !slices.Equal(names, []string{"same", "B", "C", "D"}) || len(p.Config.Functions[1].Events) != 1 {
		t.Errorf("got %v, %s", names, deep(p.Config.Functions[1].Events))
	}
	want := `wrong: : there is no parameter Stags in the template (did you mean "Stage"?)
wrong: B.FunctionName: "same" is the name of A, too: this one is called B
changed: C.FunctionName: parameter Stage has no default: it is called C (give --parameter Stage=VALUE)
changed: D.FunctionName: "has blanks" is not a name for a function: it is called D (1 to 64 letters, digits, dashes and underscores)
`
	if got := findings(p); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReadSections(t *testing.T) {
	p := project(t, `
Description: x
Transform: [AWS::Serverless-2016-10-31, Mine]
Paramters: {A: {Type: String}}
Hooks: {}
Rules: {}
Globals: {Api: {}, HttpApi: {}}
Resources: {}
Outputs: {A: {Value: !Nonsense x}}
`, plan.Options{})
	want := `dropped: Transform: the macro Mine runs in the cloud only (write out what it makes)
dropped: Paramters: is not known here (did you mean "Parameters"?)
dropped: Hooks: means nothing on one machine
dropped: Globals.Api: the emulator has functions and Kafka
dropped: Globals.HttpApi: the emulator has functions and Kafka
`
	if got := findings(p); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// No template makes it panic, take long, or give a configuration that the emulator refuses.
func FuzzRead(f *testing.F) {
	for _, s := range shapes {
		f.Add(s.template)
	}
	f.Add(evaluatedIn + "!Ref Stage\n")
	dir := f.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "app.js"), nil, 0o666); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, template string) {
		begun := time.Now()
		defer func() {
			if took := time.Since(begun); took > 3*time.Second {
				t.Errorf("took %v", took)
			}
		}()
		root, err := parse(template)
		if err != nil || !Matches(root) {
			return
		}
		p := Read(root, dir, plan.Options{Parameters: map[string]string{"Stage": "x"}})
		valid(t, p)
		for _, finding := range p.Findings {
			if finding.Text == "" || finding.At.File == "" {
				t.Errorf("a finding without a text or a place: %+v", finding)
			}
		}
	})
}
