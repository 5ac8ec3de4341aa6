package main

import (
	"os"

	"github.com/coldbrook-dev/coldbrook/emulator"
)

// instanceVariable names the running instance for commands that are given no --instance:
// its folder, or a run.json. It is set for the command of exec and for the processes of
// its run.
const instanceVariable = "COLDBROOK_INSTANCE"

// dummy is the value of credentials that nobody checks. Real ones must not be needed, nor
// reach a real account by accident.
const dummy = "coldbrook"

// execEnviron is the environment of the command of exec: environ, and how the run is
// reached. AWS_ENDPOINT_URL is left as it is: other services are not ours.
func execEnviron(environ []string, e *emulator.Emulator, home string) []string {
	env := append(environ[:len(environ):len(environ)],
		"KAFKA_BOOTSTRAP_SERVERS="+e.KafkaAddr(), "KAFKA_BROKERS="+e.KafkaAddr(), "BOOTSTRAP_SERVERS="+e.KafkaAddr(),
		"AWS_ENDPOINT_URL_LAMBDA=http://"+e.InvokeAddr(),
		instanceVariable+"="+home)
	env = append(env, e.TrustEnviron()...)
	// A pair: half of it beside the half of another account would be no use. A profile
	// stands for one, and SDKs warn of both.
	if os.Getenv("AWS_ACCESS_KEY_ID") == "" && os.Getenv("AWS_SECRET_ACCESS_KEY") == "" && os.Getenv("AWS_PROFILE") == "" {
		env = append(env, "AWS_ACCESS_KEY_ID="+dummy, "AWS_SECRET_ACCESS_KEY="+dummy)
	}
	if region := os.Getenv("AWS_DEFAULT_REGION"); os.Getenv("AWS_REGION") == "" {
		if region == "" {
			region = execRegion
		}
		env = append(env, "AWS_REGION="+region)
	}
	return env
}

// execRegion is the region of the command where none is set: that of the ARNs here.
const execRegion = "us-east-1"
