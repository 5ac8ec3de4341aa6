package emulator_test

import (
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

func TestValidateAsync(t *testing.T) {
	const at = "functions.ship.async."
	const member = "failed to satisfy constraint: Member must have value "
	checkMistakes(t, []mistakeCase{
		{"in range", func(_ *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			f.Async = emulator.Async{MaximumRetryAttempts: new(0), MaximumEventAge: new(6 * time.Hour),
				OnSuccess: "arn:aws:lambda:us-east-1:123456789012:function:ship:$LATEST", OnFailure: "arn:aws:s3:::bucket"}
			f.DeadLetter = "arn:aws:sns:us-east-1:123456789012:dead"
		}, nil},
		{"out of range", func(_ *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			f.Async.MaximumRetryAttempts, f.Async.MaximumEventAge = new(3), new(59*time.Second)
		}, []string{
			at + "maximumRetryAttempts: 3 is over the limit of 2; AWS says: Value '3' at 'maximumRetryAttempts' " + member + "less than or equal to 2",
			at + "maximumEventAge: 59s is under the minimum of 60s; AWS says: Value '59' at 'maximumEventAgeInSeconds' " + member + "greater than or equal to 60",
		}},
		{"not there", func(_ *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			f.Async.OnSuccess, f.Async.OnFailure = "arn:aws:s3:::bucket", "arn:aws:lambda:us-east-1:123456789012:function:shipp"
			f.DeadLetter = "arn:aws:sqs:us-east-1:123456789012:dead.fifo"
		}, []string{
			at + "onSuccess: an S3 bucket cannot be this: it can be an SQS queue, an SNS topic, a function or an EventBridge bus",
			at + `onFailure: there is no function "shipp"; did you mean "ship"?`,
			"functions.ship.deadLetter: a FIFO queue or topic cannot be this, as on AWS; give a standard one",
		}},
		{"no ARN", func(_ *emulator.Config, f *emulator.Function, _ *emulator.Event) {
			f.Async.OnSuccess, f.DeadLetter = "kafka://done", "arn:aws:events:us-east-1:123456789012:event-bus/bus"
		}, []string{
			at + `onSuccess: "kafka://done" is not the ARN of an SQS queue, an SNS topic, a function or an EventBridge bus; write one such as arn:aws:sqs:us-east-1:123456789012:NAME`,
			"functions.ship.deadLetter: an EventBridge bus cannot be this: it can be an SQS queue or an SNS topic",
		}},
	})
}
