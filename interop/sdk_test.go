package interop

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// client is one as a user makes it; attempts is how often it tries.
func client(endpoint string, attempts int) *lambda.Client {
	return lambda.New(lambda.Options{
		Region: "us-east-1", BaseEndpoint: &endpoint, RetryMaxAttempts: attempts,
		Credentials: credentials.NewStaticCredentialsProvider("any", "any", ""),
	})
}

func TestGoSDKInvokes(t *testing.T) {
	c := client(start(t), 1)
	for _, name := range []string{"echo", arn, "123456789012:function:echo", "echo:$LATEST"} {
		out, err := c.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &name, Payload: []byte(`{"id":1}`), LogType: types.LogTypeTail})
		if err != nil {
			t.Fatal(err)
		}
		if out.StatusCode != 200 || out.FunctionError != nil || string(out.Payload) != `{"id":1}` || aws.ToString(out.ExecutedVersion) != "$LATEST" {
			t.Errorf("%s: got %d, %v, %s, %s", name, out.StatusCode, aws.ToString(out.FunctionError), out.Payload, aws.ToString(out.ExecutedVersion))
		}
		if _, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult)); err != nil {
			t.Errorf("log: %v", err)
		}
	}
	for how, status := range map[types.InvocationType]int32{types.InvocationTypeEvent: 202, types.InvocationTypeDryRun: 204} {
		out, err := c.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("echo"), InvocationType: how, Payload: []byte("{}")})
		if err != nil || out.StatusCode != status || len(out.Payload) > 0 {
			t.Errorf("%s: got %+v, %v, want status %d", how, out, err, status)
		}
	}
}

func TestGoSDKSeesFunctionErrors(t *testing.T) {
	c := client(start(t), 1)
	for name, parts := range map[string][]string{
		"fail": {`"errorMessage":"told to fail"`, `"errorType":`},
		"slow": {`"errorType":"Sandbox.Timedout"`, `Error: Task timed out after 1.00 seconds"`},
		"big":  {`"errorType":"Function.ResponseSizeTooLarge"`, "Response payload size exceeded maximum allowed payload size (6291556 bytes)."},
	} {
		out, err := c.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &name})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if out.StatusCode != 200 || aws.ToString(out.FunctionError) != "Unhandled" {
			t.Errorf("%s: got %d, %s", name, out.StatusCode, aws.ToString(out.FunctionError))
		}
		for _, p := range parts {
			if !strings.Contains(string(out.Payload), p) {
				t.Errorf("%s: got %.300s, want %s in it", name, out.Payload, p)
			}
		}
	}
}

func TestGoSDKSeesThrottles(t *testing.T) {
	_, err := client(start(t), 1).Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("off")})
	var throttled *types.TooManyRequestsException
	if !errors.As(err, &throttled) {
		t.Fatalf("got %v, want a TooManyRequestsException", err)
	}
	if throttled.Reason != types.ThrottleReasonReservedFunctionConcurrentInvocationLimitExceeded ||
		aws.ToString(throttled.RetryAfterSeconds) == "" || throttled.ErrorMessage() != "Rate Exceeded." {
		t.Errorf("got reason %s, retry after %s, %s", throttled.Reason, aws.ToString(throttled.RetryAfterSeconds), throttled.ErrorMessage())
	}
}

func TestGoSDKSeesRefusals(t *testing.T) {
	c := client(start(t), 1)
	invoke := func(ctx context.Context, name, payload string) error {
		_, err := c.Invoke(ctx, &lambda.InvokeInput{FunctionName: &name, Payload: []byte(payload)})
		return err
	}
	var unknown *types.ResourceNotFoundException
	if err := invoke(t.Context(), "ehco", "1"); !errors.As(err, &unknown) ||
		unknown.ErrorMessage() != "Function not found: arn:aws:lambda:us-east-1:123456789012:function:ehco" || aws.ToString(unknown.Type) != "User" {
		t.Errorf("got %v", err)
	}
	var large *types.RequestTooLargeException
	if err := invoke(t.Context(), "echo", document(limit+1)); !errors.As(err, &large) || large.ErrorMessage() != tooLarge(limit+1) {
		t.Errorf("got %v", err)
	}
	var wrong *types.InvalidRequestContentException
	if err := invoke(t.Context(), "echo", "{"); !errors.As(err, &wrong) || !strings.HasPrefix(wrong.ErrorMessage(), "Could not parse request body into json: ") {
		t.Errorf("got %v", err)
	}
}

func TestGoSDKListsAndDescribes(t *testing.T) {
	c := client(start(t), 1)
	var names []string
	pages := lambda.NewListFunctionsPaginator(c, &lambda.ListFunctionsInput{MaxItems: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range page.Functions {
			names = append(names, aws.ToString(f.FunctionName))
		}
	}
	if got := strings.Join(names, " "); got != "echo fail slow big off" {
		t.Errorf("got functions %s", got)
	}
	f, err := c.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String(arn)})
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Configuration; aws.ToString(got.FunctionArn) != arn || got.Runtime != types.RuntimePython313 || aws.ToInt32(got.MemorySize) != 128 ||
		aws.ToInt32(got.Timeout) != 3 || got.State != types.StateActive {
		t.Errorf("got %+v", got)
	}
	// The SDK's own way to wait for a function to be there.
	if err := lambda.NewFunctionActiveV2Waiter(c).Wait(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("echo")}, waitMax); err != nil {
		t.Error(err)
	}
	if _, err := c.ListEventSourceMappings(t.Context(), &lambda.ListEventSourceMappingsInput{FunctionName: aws.String("fail")}); err != nil {
		t.Error(err)
	}
}

// TestGoSDKListsMappings reads them as one that takes over the configuration would.
func TestGoSDKListsMappings(t *testing.T) {
	c := client(start(t), 1)
	list, err := c.ListEventSourceMappings(t.Context(), &lambda.ListEventSourceMappingsInput{FunctionName: aws.String("echo")})
	if err != nil || len(list.EventSourceMappings) != 1 {
		t.Fatalf("got %+v, %v, want one mapping", list, err)
	}
	m := list.EventSourceMappings[0]
	if m.Topics[0] != "orders" || aws.ToInt32(m.BatchSize) != 10 || aws.ToInt32(m.MaximumBatchingWindowInSeconds) != 2 || m.LastModified == nil ||
		aws.ToString(m.FunctionArn) != arn || m.StartingPosition != types.EventSourcePositionTrimHorizon || aws.ToString(m.State) != "Enabled" {
		t.Errorf("got %+v", m)
	}
	one, err := c.GetEventSourceMapping(t.Context(), &lambda.GetEventSourceMappingInput{UUID: m.UUID})
	if err != nil || aws.ToString(one.UUID) != aws.ToString(m.UUID) {
		t.Errorf("got %+v, %v", one, err)
	}
	concurrency, err := c.GetFunctionConcurrency(t.Context(), &lambda.GetFunctionConcurrencyInput{FunctionName: aws.String("off")})
	if err != nil || concurrency.ReservedConcurrentExecutions == nil || *concurrency.ReservedConcurrentExecutions != 0 {
		t.Errorf("got %+v, %v, want 0", concurrency, err)
	}
}
