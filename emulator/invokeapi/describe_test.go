package invokeapi

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// changing are the values that differ from run to run.
var changing = regexp.MustCompile(`"LastModified":("[^"]+"|[0-9.]+)`)

func (a answer) wantDocument(t *testing.T, want string) {
	t.Helper()
	a.want(t, 200, "Content-Type: application/json")
	if got := changing.ReplaceAllString(a.body, `"LastModified":0`); got != compact(t, want) {
		t.Errorf("got\n%s, want\n%s", got, compact(t, want))
	}
}

const shipConfiguration = `{"FunctionName":"ship","FunctionArn":"` + arns + `ship","Runtime":"nodejs24.x","Role":"arn:aws:iam::123456789012:role/coldbrook",
	"Handler":"index.handler","Description":"","Timeout":4,"MemorySize":256,"LastModified":0,"Version":"$LATEST","Environment":{"Variables":{"A":"<b>"}},
	"TracingConfig":{"Mode":"PassThrough"},"RevisionId":"c6e6b8a6","State":"Active","LastUpdateStatus":"Successful","PackageType":"Zip",
	"Architectures":["arm64"],"EphemeralStorage":{"Size":1024},"SnapStart":{"ApplyOn":"None","OptimizationStatus":"Off"},
	"LoggingConfig":{"LogFormat":"Text","LogGroup":"/aws/lambda/ship"}}`

func TestFunctionsAreDescribed(t *testing.T) {
	ship := Function{Name: "ship", ARN: arns + "ship", Runtime: "nodejs24.x", Handler: "index.handler", Memory: 256 << 20, EphemeralStorage: 1 << 30,
		Timeout: 3500 * time.Millisecond, Architecture: "arm64", Environment: map[string]string{"A": "<b>"}, Reserved: new(0)}
	s := serve(t, &fake{functions: append([]Function{ship}, named("bill")...)})
	configuration := strings.ReplaceAll(shipConfiguration, "c6e6b8a6", derivedUUID("revision", "ship"))
	const path = "/2015-03-31/functions/"
	send(t, s, "GET", path+"ship", nil).wantDocument(t, `{"Configuration":`+configuration+`,"Concurrency":{"ReservedConcurrentExecutions":0}}`)
	send(t, s, "GET", path+arns+"ship/configuration?Qualifier=$LATEST", nil).wantDocument(t, configuration)
	send(t, s, "GET", path+"bill", nil).want(t, 200, `"Timeout":3,"MemorySize":128`, `"EphemeralStorage":{"Size":512}`, `"Architectures":["x86_64"]`)
	for _, version := range []string{"2019-09-30", "2017-10-31"} {
		send(t, s, "GET", "/"+version+"/functions/ship/concurrency", nil).wantDocument(t, `{"ReservedConcurrentExecutions":0}`)
		send(t, s, "GET", "/"+version+"/functions/bill/concurrency", nil).wantDocument(t, `{}`)
	}
	send(t, s, "GET", path+"shop", nil).want(t, 404, `"Message":"Function not found: `+arns+`shop"`)
	send(t, s, "GET", path+"ship/configuration?Qualifier=2", nil).want(t, 404, arns+"ship:2")
}

func TestListsComeInPages(t *testing.T) {
	var names []string
	for i := range 120 {
		names = append(names, fmt.Sprintf("f%03d", i))
	}
	s := serve(t, &fake{functions: named(names...)})
	for _, c := range []struct {
		items string
		pages int
	}{{"", 3}, {"50", 3}, {"7", 18}, {"120", 3}, {"10000", 3}} {
		var got []string
		marker, pages := "", 0
		for {
			a := send(t, s, "GET", "/2015-03-31/functions/?MaxItems="+c.items+"&Marker="+marker, nil)
			a.want(t, 200)
			var list struct {
				NextMarker string
				Functions  []struct{ FunctionName string }
			}
			if err := json.Unmarshal([]byte(a.body), &list); err != nil {
				t.Fatal(err)
			}
			for _, f := range list.Functions {
				got = append(got, f.FunctionName)
			}
			pages++
			if marker = list.NextMarker; marker == "" {
				break
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(names) || pages != c.pages {
			t.Errorf("MaxItems %q: got %d functions in %d pages, want %d in %d", c.items, len(got), pages, len(names), c.pages)
		}
	}
	for query, why := range map[string]string{
		"MaxItems=0": "greater than or equal to 1", "MaxItems=10001": "less than or equal to 10000", "MaxItems=x": "not a number",
		"Marker=x": "Marker", "Marker=-1": "Marker", "Marker=120": "Marker", "FunctionVersion=1": "'functionVersion'",
	} {
		send(t, s, "GET", "/2015-03-31/functions?"+query, nil).want(t, 400, why)
	}
	empty := serve(t, &fake{functions: []Function{}})
	send(t, empty, "GET", "/2015-03-31/functions", nil).wantDocument(t, `{"Functions":[]}`)
	send(t, empty, "GET", "/2015-03-31/event-source-mappings", nil).wantDocument(t, `{"EventSourceMappings":[]}`)
}

func TestMappingsAreDescribed(t *testing.T) {
	const cluster = "arn:aws:kafka:us-east-1:123456789012:cluster/c/1"
	s := serve(t, &fake{mappings: []Mapping{
		{Name: "ship", Topic: "orders", FunctionARN: arns + "ship", Bootstrap: "127.0.0.1:9092", Source: "self-managed", StartingPosition: "TRIM_HORIZON",
			BatchSize: 100, BatchWindow: 500 * time.Millisecond, Retries: -1, RecordAge: -1},
		{Name: "bills", Topic: "paid", FunctionARN: arns + "bill", EventSourceARN: cluster, Source: "msk", StartingPosition: "LATEST", BatchSize: 10,
			BatchWindow: 2 * time.Second, Retries: 3, RecordAge: time.Minute, Bisect: true, PartialResponse: true, OnFailure: "kafka://failed",
			Filters: []string{`{"value":{"a":[1]}}`}, Pollers: 2},
	}})
	id := func(name string) string {
		u := derivedUUID("mapping", name)
		return `"UUID":"` + u + `","EventSourceMappingArn":"arn:aws:lambda:us-east-1:123456789012:event-source-mapping:` + u + `"`
	}
	ship := `{` + id("ship") + `,"StartingPosition":"TRIM_HORIZON","BatchSize":100,"FunctionArn":"` + arns + `ship","LastModified":0,
		"State":"Enabled","StateTransitionReason":"USER_INITIATED","Topics":["orders"],
		"SelfManagedEventSource":{"Endpoints":{"KAFKA_BOOTSTRAP_SERVERS":["127.0.0.1:9092"]}},"MaximumRecordAgeInSeconds":-1,
		"BisectBatchOnFunctionError":false,"MaximumRetryAttempts":-1,"FunctionResponseTypes":[],"SelfManagedKafkaEventSourceConfig":{"ConsumerGroupId":"ship"}}`
	bill := `{` + id("bills") + `,"StartingPosition":"LATEST","BatchSize":10,"MaximumBatchingWindowInSeconds":2,"EventSourceArn":"` + cluster + `",
		"FilterCriteria":{"Filters":[{"Pattern":"{\"value\":{\"a\":[1]}}"}]},"FunctionArn":"` + arns + `bill","LastModified":0,
		"State":"Enabled","StateTransitionReason":"USER_INITIATED","DestinationConfig":{"OnFailure":{"Destination":"kafka://failed"}},"Topics":["paid"],
		"MaximumRecordAgeInSeconds":60,"BisectBatchOnFunctionError":true,"MaximumRetryAttempts":3,"FunctionResponseTypes":["ReportBatchItemFailures"],
		"AmazonManagedKafkaEventSourceConfig":{"ConsumerGroupId":"bills"},"ProvisionedPollerConfig":{"MinimumPollers":2,"MaximumPollers":2}}`
	const path = "/2015-03-31/event-source-mappings"
	both := `{"EventSourceMappings":[` + ship + `,` + bill + `]}`
	send(t, s, "GET", path+"/", nil).wantDocument(t, both)
	send(t, s, "GET", path+"?FunctionName=bill", nil).wantDocument(t, `{"EventSourceMappings":[`+bill+`]}`)
	send(t, s, "GET", path+"?FunctionName="+arns+"ship", nil).wantDocument(t, `{"EventSourceMappings":[`+ship+`]}`)
	send(t, s, "GET", path+"?EventSourceArn="+cluster, nil).wantDocument(t, `{"EventSourceMappings":[`+bill+`]}`)
	send(t, s, "GET", path+"?EventSourceArn=other", nil).wantDocument(t, `{"EventSourceMappings":[]}`)
	send(t, s, "GET", path+"?MaxItems=1", nil).wantDocument(t, `{"NextMarker":"1","EventSourceMappings":[`+ship+`]}`)
	send(t, s, "GET", path+"?FunctionName=shop", nil).want(t, 404, arns+"shop")
	send(t, s, "GET", path+"/"+derivedUUID("mapping", "ship"), nil).wantDocument(t, ship)
	send(t, s, "GET", path+"/"+strings.ToUpper(derivedUUID("mapping", "ship")), nil).wantDocument(t, ship)
	send(t, s, "GET", path+"/nothing", nil).want(t, 404, `{"Type":"User","Message":"The resource you requested does not exist."}`)
}
