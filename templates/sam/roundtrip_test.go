package sam

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
)

// origin is how a field can come from a template: by a property, with what it becomes; or
// why it cannot.
type origin struct {
	property string
	want     any
	cannot   string
}

const (
	ours       = "it is Coldbrook's own"
	knob       = "AWS does not document it, so that it cannot be set there"
	connectors = "it is of sink connectors, which no template has"
)

var eventOrigins = map[string]origin{
	"Topic":                     {property: "", want: "t"},
	"Profile":                   {property: "ProvisionedPollerConfig: {MinimumPollers: 1}", want: "aws-provisioned"},
	"Group":                     {property: "ConsumerGroupId: my-group", want: "my-group"},
	"Source":                    {property: "", want: "msk"},
	"StartingPosition":          {property: "StartingPosition: LATEST", want: "LATEST"},
	"StartingPositionTimestamp": {property: "StartingPosition: AT_TIMESTAMP\nStartingPositionTimestamp: 1700000000", want: time.Unix(1700000000, 0).UTC()},
	"BatchSize":                 {property: "BatchSize: 10000", want: 10000},
	"BatchWindow":               {property: "MaximumBatchingWindowInSeconds: 0", want: new(time.Duration(0))},
	"Retries":                   {property: "MaximumRetryAttempts: 0\nProvisionedPollerConfig: {MinimumPollers: 1}", want: new(0)},
	"PartialResponse":           {property: "FunctionResponseTypes: [ReportBatchItemFailures]\nProvisionedPollerConfig: {MinimumPollers: 1}", want: true},
	"OnFailure":                 {property: "DestinationConfig: {OnFailure: {Type: SNS, Destination: 'arn:aws:sns:us-east-1:123456789012:x'}}", want: "arn:aws:sns:us-east-1:123456789012:x"},
	"Bisect":                    {property: "BisectBatchOnFunctionError: true\nProvisionedPollerConfig: {MinimumPollers: 1}", want: true},
	"MaximumRecordAge":          {property: "MaximumRecordAgeInSeconds: -1\nProvisionedPollerConfig: {MinimumPollers: 1}", want: new(time.Duration(-1))},
	"Provisioned":               {property: "ProvisionedPollerConfig: {MinimumPollers: 3, MaximumPollers: 9}", want: &emulator.Provisioned{MinimumPollers: 3, MaximumPollers: 9}},
	"Filters":                   {property: `FilterCriteria: {Filters: [{Pattern: '{"value":["a"]}'}, {Pattern: '{"value":["b"]}'}]}`, want: []string{`{"value":["a"]}`, `{"value":["b"]}`}},
	"BisectCountsAsRetry":       {cannot: knob},
	"RecordAgeCondition":        {cannot: knob},
	"PartialResponseMode":       {cannot: knob},
	"Order":                     {cannot: ours},
	"Lanes":                     {cannot: ours},
	"Pollers":                   {cannot: "on demand AWS chooses it; in provisioned mode it is Provisioned"},
	"PollerScaleDelay":          {cannot: knob},
	"PollerRebalance":           {cannot: knob},
	"PollerRate":                {cannot: knob},
	"RetryBackoff":              {cannot: knob},
	"ThrottleBackoff":           {cannot: knob},
	"RequestLimit":              {cannot: knob},
	"FilterNulls":               {cannot: knob},
	"CommitFiltered":            {cannot: knob},
	"OnError":                   {cannot: connectors},
	"ResultTopic":               {cannot: connectors},
	"ErrorTopic":                {cannot: connectors},
}

const arn = "arn:aws:sqs:us-east-1:123456789012:dlq"

var functionOrigins = map[string]origin{
	"PassEnv":                {cannot: ours},
	"Name":                   {property: "FunctionName: ship_it", want: "ship_it"},
	"Runtime":                {property: "", want: "nodejs24.x"},
	"Code":                   {property: "", want: "src"},
	"Handler":                {property: "", want: "app.handler"},
	"Memory":                 {property: "MemorySize: 1769", want: int64(1769 << 20)},
	"EphemeralStorage":       {property: "EphemeralStorage: {Size: 513}", want: int64(513 << 20)},
	"Timeout":                {property: "Timeout: 900", want: 900 * time.Second},
	"ReservedConcurrency":    {property: "ReservedConcurrentExecutions: 0", want: new(0)},
	"ProvisionedConcurrency": {property: "ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 4}", want: 4},
	"Env":                    {property: "Environment: {Variables: {AA: !Ref AWS::Region}}", want: map[string]string{"AA": "us-east-1"}},
	"Layers":                 {property: "Layers: [!Ref Layer]", want: []string{"layer"}},
	"Architecture":           {property: "Architectures: [arm64]", want: "arm64"},
	"Async":                  {property: "EventInvokeConfig: {MaximumRetryAttempts: 0, DestinationConfig: {OnFailure: {Type: SQS}}}", want: emulator.Async{MaximumRetryAttempts: new(0), OnFailure: "arn:aws:sqs:us-east-1:123456789012:FOnFailure"}},
	"DeadLetter":             {property: "DeadLetterQueue: {Type: SQS, TargetArn: '" + arn + "'}", want: arn},
	"Events":                 {property: "Events: {K: {Type: MSK, Properties: {Topics: [t]}}}", want: []emulator.Event{{Topic: "t", Source: "msk"}}},
	"Build":                  {cannot: "it comes from Metadata.BuildMethod and package.json: TestShapes"},
	"Command":                {cannot: "it comes from the runtime: TestShapes"},
	"Profile":                {cannot: ours + "; a mapping has one if it is provisioned"},
	"CPU":                    {cannot: ours},
	"ProvisionedDelay":       {cannot: knob},
	"EnvFile":                {cannot: ours},
	"ColdStart":              {cannot: ours},
	"Duration":               {cannot: ours},
	"KeepAlive":              {cannot: knob},
	"MaximumLifetime":        {cannot: knob},
	"ProactiveInit":          {cannot: knob},
	"Output":                 {cannot: ours},
	"Watch":                  {cannot: ours},
	"OnReload":               {cannot: ours},
	"InProcess":              {cannot: "it is for the Go API"},
	"Handle":                 {cannot: "it is for the Go API"},
}

// Every field of the configuration either comes from a template, or it is known why not:
// what a new field is must be said here.
func TestRoundTrip(t *testing.T) {
	for i := range reflect.TypeFor[emulator.Event]().NumField() {
		field := reflect.TypeFor[emulator.Event]().Field(i)
		o, known := eventOrigins[field.Name]
		t.Run("Event."+field.Name, func(t *testing.T) {
			if known && o.cannot != "" {
				return
			}
			properties := strings.ReplaceAll("\nStream: x\nTopics: [t]\n"+o.property, "\n", "\n            ")
			p := roundTrip(t, known, "Events:\n        E:\n          Type: MSK\n          Properties:"+properties)
			if got := reflect.ValueOf(p.Config.Functions[0].Events[0]).FieldByIndex(field.Index).Interface(); !reflect.DeepEqual(got, o.want) {
				t.Error(fmtDifference(field.Name, got, o.want))
			}
		})
	}
	for i := range reflect.TypeFor[emulator.Function]().NumField() {
		field := reflect.TypeFor[emulator.Function]().Field(i)
		o, known := functionOrigins[field.Name]
		t.Run("Function."+field.Name, func(t *testing.T) {
			if known && o.cannot != "" {
				return
			}
			p := roundTrip(t, known, o.property)
			if got := reflect.ValueOf(p.Config.Functions[0]).FieldByIndex(field.Index).Interface(); !reflect.DeepEqual(got, o.want) {
				t.Error(fmtDifference(field.Name, got, o.want))
			}
		})
	}
}

// roundTrip reads a function with some properties, none of which may be lost.
func roundTrip(t *testing.T, known bool, properties string) *plan.Plan {
	t.Helper()
	if !known {
		t.Fatal("it is not known how this field can come from a template: add it to the table, and to the reader")
	}
	p := project(t, fmt.Sprintf(`
Transform: AWS::Serverless-2016-10-31
Resources:
  Layer: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: ./layer/}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: app.handler
      Runtime: nodejs24.x
      %s
`, properties), plan.Options{}, "src/app.js=", "layer/x=")
	if got := findings(p); got != "" {
		t.Errorf("something was not taken as it is: %s", got)
	}
	if len(p.Config.Functions) != 1 {
		t.Fatalf("got %d functions", len(p.Config.Functions))
	}
	return p
}
