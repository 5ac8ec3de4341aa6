package sam

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coldbrook-dev/coldbrook/templates/plan"
	"github.com/coldbrook-dev/coldbrook/templates/tree"
)

// evaluated evaluates Test of a template, and returns it as JSON, marked with ? if it is
// open and ! if it is broken, with what was said below it.
func evaluated(t *testing.T, template string, o plan.Options) string {
	t.Helper()
	root, err := tree.Parse("t.yaml", []byte(template))
	if err != nil {
		t.Fatal(err)
	}
	e := newEvaluator(root, "/projects/orders", o)
	var said []string
	e.say = func(v plan.Verdict, at tree.Place, text, advice string) {
		said = append(said, fmt.Sprintf("\n%s at %d:%d: %s (%s)", v, at.Line, at.Column, text, advice))
	}
	for _, entry := range e.expand(root.Get("Resources")) {
		e.resources[entry.Key] = entry.Value
	}
	v := e.value(root.Get("Test"))
	mark := ""
	if why, yes := e.isOpen(v); yes {
		mark = "? " + why.reason + " (" + why.advice + ")"
	}
	if e.isBroken(v) {
		mark = "!"
	}
	if v == nil {
		return "nothing" + strings.Join(said, "")
	}
	return jsonOf(v) + mark + strings.Join(said, "")
}

const evaluatedIn = `
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Open: {Type: String}
  Secret: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /orders/secret}
  Hosts: {Type: CommaDelimitedList, Default: 'a:1, b:2'}
  Resolved: {Type: String, Default: '{{resolve:ssm:/orders/key:3}}'}
  Count: {Type: Number, Default: 7}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Not [Condition: IsDev]
  Both: !And [Condition: IsDev, Condition: IsProd]
  Either: !Or [{Condition: IsProd}, {Condition: IsDev}]
  OnOpen: !Equals [!Ref Open, x]
  Circle: !And [Condition: Round, Condition: IsDev]
  Round: !Not [Condition: Circle]
Mappings:
  Stages:
    dev: {Topic: orders-dev, Sizes: [1, 2]}
Resources:
  F: {Type: 'AWS::Serverless::Function', Properties: {FunctionName: !Sub '${Stage}-f'}}
  G: {Type: 'AWS::Lambda::Function', Properties: {FunctionName: !Ref Open}}
  Loop: {Type: 'AWS::Lambda::Function', Properties: {FunctionName: !Sub '${Pool}x'}}
  Pool: {Type: 'AWS::SQS::Queue', Properties: {QueueName: !Sub '${Loop}y'}}
  Queue: {Type: 'AWS::SQS::Queue'}
  Topic: {Type: 'AWS::SNS::Topic', Properties: {TopicName: alarms}}
  Bucket: {Type: 'AWS::S3::Bucket'}
  Role: {Type: 'AWS::IAM::Role'}
  Stream: {Type: 'AWS::Kinesis::Stream'}
  Cluster: {Type: 'AWS::MSK::Cluster'}
  Live: {Type: 'AWS::Lambda::Alias', Properties: {FunctionName: !Ref F, Name: live}}
  Key: {Type: 'AWS::SSM::Parameter', Properties: {Name: /k, Value: !Ref Stage}}
  Vpc: {Type: 'AWS::EC2::VPC'}
Test: `

func TestEvaluate(t *testing.T) {
	const noDefault = "? parameter Open has no default (give --parameter Open=VALUE)"
	for _, c := range []struct{ name, text, want string }{
		{"ref", `!Ref Stage`, `"dev"`},
		{"ref of a number", `!Ref Count`, `7`},
		{"ref of a list", `!Ref Hosts`, `["a:1","b:2"]`},
		{"open", `!Ref Open`, `"Open"` + noDefault},
		{"ssm type", `!Ref Secret`, `"Secret"? only SSM knows the value of parameter Secret (give --parameter Secret=VALUE)`},
		{"default that is resolved", `!Ref Resolved`, `"key"? only SSM knows /orders/key:3 (give --parameter Resolved=VALUE)`},
		{"pseudo", `[!Ref AWS::Region, !Ref AWS::AccountId, !Ref AWS::StackName, !Ref AWS::Partition, !Ref AWS::URLSuffix, !Ref AWS::NoValue]`,
			`["us-east-1","123456789012","orders","aws","amazonaws.com"]`},
		{"no value", `!Ref AWS::NoValue`, `nothing`},
		{"no value in a map", `{a: !Ref AWS::NoValue, b: 1}`, `{"b":1}`},
		{"function", `[!Ref F, !GetAtt F.Arn, !Sub "${F.Arn}"]`, `["dev-f","arn:aws:lambda:us-east-1:123456789012:function:dev-f","arn:aws:lambda:us-east-1:123456789012:function:dev-f"]`},
		{"function whose name is open", `!Ref G`, `"G"`},
		{"alias", `[!Ref F.Alias, !Ref Live]`, `["arn:aws:lambda:us-east-1:123456789012:function:dev-f","dev-f"]`},
		{"queue", `[!Ref Queue, !GetAtt Queue.Arn, !GetAtt Queue.QueueName]`, `["https://sqs.us-east-1.amazonaws.com/123456789012/Queue","arn:aws:sqs:us-east-1:123456789012:Queue","Queue"]`},
		{"topic", `[!Ref Topic, !GetAtt Topic.TopicName]`, `["arn:aws:sns:us-east-1:123456789012:alarms","alarms"]`},
		{"bucket, role, stream", `[!GetAtt Bucket.Arn, !GetAtt Role.Arn, !GetAtt Stream.Arn]`, `["arn:aws:s3:::bucket","arn:aws:iam::123456789012:role/Role","arn:aws:kinesis:us-east-1:123456789012:stream/Stream"]`},
		{"cluster", `!Ref Cluster`, `"arn:aws:kafka:us-east-1:123456789012:cluster/Cluster"? only a cloud knows the ARN of Cluster ()`},
		{"attribute that is not known", `!GetAtt Vpc.CidrBlock`, `"Vpc.CidrBlock"? only a cloud knows CidrBlock of Vpc ()`},
		{"other resource", `!Ref Vpc`, `"Vpc"`},
		{"value of a parameter of SSM", `!GetAtt Key.Value`, `"dev"`},
		{"sub", `!Sub "${Stage}-${!Literal}-${ AWS::Region }"`, `"dev-${Literal}-us-east-1"`},
		{"sub with variables", `!Sub ["${a}/${Stage}/${b.c}", {a: !Join [_, [x, y]], b.c: z}]`, `"x_y/dev/z"`},
		{"sub of what is open", `!Sub "${Open}-orders"`, `"Open-orders"` + noDefault},
		{"sub of a list", `!Sub "${Hosts}"`, `"a:1,b:2"`},
		{"join", `!Join ["-", [a, !Ref Stage, 3]]`, `"a-dev-3"`},
		{"join of a list", `!Join [",", !Ref Hosts]`, `"a:1,b:2"`},
		{"split and select", `!Select [1, !Split [",", "a,b,c"]]`, `"b"`},
		{"select of what is open", `!Select [1, !Split [",", !Ref Open]]`, `"Open"` + noDefault},
		{"find", `!FindInMap [Stages, !Ref Stage, Topic]`, `"orders-dev"`},
		{"find a list", `!Select [0, !FindInMap [Stages, dev, Sizes]]`, `1`},
		{"find by default", `!FindInMap [Stages, x, Topic, {DefaultValue: none}]`, `"none"`},
		{"find by what is open", `!FindInMap [Stages, !Ref Open, Topic]`, `"Topic"` + noDefault},
		{"if", `!If [IsDev, a, !Unknown b]`, `"a"`},
		{"if not", `!If [IsProd, !Unknown a, !Ref AWS::NoValue]`, `nothing`},
		{"and, or", `[!If [Both, 1, 2], !If [Either, 1, 2]]`, `[2,1]`},
		{"condition on what is open", `!If [OnOpen, 1, 2]`, "2\nneeds a value at 14:11: a condition depends on it: parameter Open has no default, so that it is taken as not equal (give --parameter Open=VALUE)"},
		{"base64", `!Base64 abc`, `"YWJj"`},
		{"length", `
  Fn::Length: !Ref Hosts`, `2`},
		{"json", `
  Fn::ToJsonString: {a: [1, "<x>", true, null]}`, `"{\"a\":[1,\"<x>\",true,null]}"`},
		{"zones", `!Select [2, !GetAZs ""]`, `"us-east-1c"`},
		{"import", `!ImportValue "msk-OrdersTopic"`, `"msk-OrdersTopic"? only the stack that exports msk-OrdersTopic knows it ()`},
		{"import of a sub", `
  Fn::ImportValue: !Sub "${Stage}:topic"`, `"topic"? only the stack that exports dev:topic knows it ()`},
		{"dynamic reference", `"{{resolve:secretsmanager:msk/user:SecretString:password}}"`, `"user"? only Secrets Manager knows msk/user:SecretString:password ()`},
		{"dynamic reference in a sub", `!Sub "{{resolve:ssm:/${Stage}/topic}}"`, `"topic"? only SSM knows /dev/topic ()`},
		{"for each", `{"Fn::ForEach::Topics": [T, [a.b, c], {"X&{T}": {Name: "${T}", R: !Ref T}}]}`, `{"Xab":{"Name":"a.b","R":"a.b"},"Xc":{"Name":"c","R":"c"}}`},
		{"for each in for each", `{"Fn::ForEach::A": [A, [1, 2], {"Fn::ForEach::B": [B, [x], {"${A}${B}": "${B}${A}"}]}]}`, `{"1x":"x1","2x":"x2"}`},
		{"condition key of a policy", `{Condition: {StringEquals: {a: b}}}`, `{"Condition":{"StringEquals":{"a":"b"}}}`},

		{"unknown", `!Joyn [a]`, "null!\nwrong at 34:7: there is no intrinsic function Fn::Joyn (did you mean Fn::Join?)"},
		{"unknown within", `{a: !Foo 1, b: !Ref Stage}`, "{\"a\":null,\"b\":\"dev\"}\nwrong at 34:11: there is no intrinsic function Fn::Foo ()"},
		{"unknown ref", `!Ref Stag`, "null!\nwrong at 34:7: there is no parameter or resource \"Stag\" (did you mean \"Stage\"?)"},
		{"unknown in a sub", `!Sub "${Nope}"`, "null!\nwrong at 34:7: there is no parameter or resource \"Nope\" ()"},
		{"unknown resource", `!GetAtt Queu.Arn`, "null!\nwrong at 34:7: there is no resource \"Queu\" (did you mean \"Queue\"?)"},
		{"unknown condition", `!If [No, 1, 2]`, "2\nwrong at 34:7: there is no condition \"No\" ()"},
		{"unknown key", `!FindInMap [Stages, x, Topic]`, "null!\nwrong at 34:7: there is no Stages.x.Topic in Mappings ()"},
		{"macro", `!Transform {Name: Mine}`, "null!\ndropped at 34:17: the macro Mine runs in the cloud only (write out what it makes)"},
		{"no such item", `!Select [3, [a]]`, "null!\nwrong at 34:7: Fn::Select: there is no item 3 in a list of 1, which are counted from 0 ()"},
		{"wrong arguments", `[!Join x, !Split [a], !Sub [a], !GetAtt x, !FindInMap [a], !If [a], !Base64 [a]]`, "[null,null,null,null,null,null,null]" +
			"\nwrong at 34:8: Fn::Join takes a list of a separator and the list of what is joined ()" +
			"\nwrong at 34:16: Fn::Split takes a list of a separator and a text ()" +
			"\nwrong at 34:27: Fn::Sub takes a text, or a list of a text and a map of its variables ()" +
			"\nwrong at 34:36: Fn::GetAtt takes the name of a resource and one of its attributes (write RESOURCE.ATTRIBUTE)" +
			"\nwrong at 34:46: Fn::FindInMap takes a list of the name of a map and two keys ()" +
			"\nwrong at 34:61: Fn::If takes a list of the name of a condition and two values ()" +
			"\nwrong at 34:69: Fn::Base64 takes a text ()"},
		{"circle of resources", `!Ref Loop`, "null!\nwrong at 24:59: a circle: Loop needs Pool needs Loop ()"},
		{"circle of conditions", `!If [Circle, 1, 2]`, "1\nwrong at 16:15: a circle: condition Circle needs condition Round needs condition Circle ()"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := evaluated(t, evaluatedIn+c.text+"\n", plan.Options{})
			if got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestEvaluateWithParameters(t *testing.T) {
	o := plan.Options{Region: "eu-west-1", Parameters: map[string]string{"Stage": "prod", "Open": "given", "Secret": "s3", "Hosts": "c:3"}}
	want := `["prod","given","s3",["c:3"],"eu-west-1",2]` + "\nwrong at 3:54: parameter Stage: \"prod2\" is not one of dev, prod (did you mean \"prod\"?)"
	o.Parameters["Stage"] = "prod2"
	want = strings.Replace(want, `"prod"`, `"prod2"`, 1)
	if got := evaluated(t, evaluatedIn+"[!Ref Stage, !Ref Open, !Ref Secret, !Ref Hosts, !Ref AWS::Region, !If [IsDev, 1, 2]]\n", o); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Work grows with nesting: it ends, and says so once.
func TestEvaluateIsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("Base:\n  - &x0 [a, b]\n")
	for i := range 60 {
		fmt.Fprintf(&b, "  - &x%d [*x%d, *x%d]\n", i+1, i, i)
	}
	for name, text := range map[string]string{
		"aliases":   b.String() + "Test: *x60\n",
		"subs":      "Test: " + strings.Repeat("!Sub ['${a}${a}${a}${a}', {a: ", 40) + "xxxxxxxx" + strings.Repeat("}]", 40) + "\n",
		"joins":     b.String() + "Test: !Join [',', [" + strings.Repeat("*x20, ", 50) + "]]\n",
		"for each":  `Test: {"Fn::ForEach::A": [A, [1, 2, 3, 4, 5, 6, 7, 8], ` + strings.Repeat(`{"Fn::ForEach::A": [A, [1, 2, 3, 4, 5, 6, 7, 8], `, 7) + `{"${A}": 1}` + strings.Repeat("]}", 8) + "\n",
		"condition": "Conditions:\n  A: &a !And [true, true]\n  B: &b !And [*a, *a]\nTest: !If [B, 1, 2]\n",
	} {
		t.Run(name, func(t *testing.T) {
			got := evaluated(t, text, plan.Options{})
			if strings.Count(got, "too much to evaluate") > 1 || len(got) > 64<<20 {
				t.Errorf("got %d bytes, %.300s", len(got), got)
			}
			if name != "condition" && !strings.Contains(got, "too much to evaluate") {
				t.Errorf("got %.300s", got)
			}
		})
	}
}
