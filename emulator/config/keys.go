package config

import "strings"

// synonyms are the names that other tools have for our keys, in lower case.
var synonyms = map[string]string{
	"memorysize": "memory", "memorylimit": "memory",
	"batchwindowseconds": "batchWindow", "maximumbatchingwindow": "batchWindow",
	"maximumbatchingwindowinseconds": "batchWindow", "maxbatchingwindow": "batchWindow",
	"maximumretryattempts": "retries", "retryattempts": "retries", "maxretries": "retries", "retry": "retries",
	"minpollers": "provisioned", "maxpollers": "provisioned", "provisionedpollerconfig": "provisioned",
	"timestamp": "startingPositionTimestamp", "startingtimestamp": "startingPositionTimestamp",
	"consumergroup": "group", "consumergroupid": "group", "groupid": "group",
	"functionresponsetypes": "partialResponse", "reportbatchitemfailures": "partialResponse",
	"bisectbatchonfunctionerror": "bisect", "bisectbatch": "bisect", "split": "bisect",
	"maxage": "maximumRecordAge", "recordage": "maximumRecordAge", "maxrecordage": "maximumRecordAge",
	"maximumrecordageinseconds": "maximumRecordAge",
	"destination":               "onFailure", "destinationconfig": "onFailure", "deadletter": "onFailure", "dlq": "onFailure",
	"maximumeventageinseconds": "maximumEventAge", "maxeventage": "maximumEventAge", "eventage": "maximumEventAge",
	"eventinvokeconfig": "async", "asynchronous": "async", "deadletterqueue": "deadLetter", "deadletterconfig": "deadLetter",
	"codeuri": "code", "path": "code", "src": "code",
	"environment": "env", "environmentvariables": "env", "variables": "env",
	"reservedconcurrentexecutions": "reservedConcurrency", "concurrency": "reservedConcurrency",
	"provisionedconcurrentexecutions": "provisionedConcurrency", "provisionedconcurrencyconfig": "provisionedConcurrency",
	"filter": "filters", "filtercriteria": "filters",
	"topics": "topic", "arch": "architecture", "architectures": "architecture",
	"layer": "layers", "cmd": "command", "run": "command", "cwd": "dir", "workdir": "dir",
	"partition": "partitions", "trigger": "events", "triggers": "events", "event": "events",
	"ttl": "keepAlive", "services": "processes", "lambdas": "functions",
	"hotreload": "watch", "hot_reload": "watch", "hot-reload": "watch", "livereload": "watch", "reload": "watch", "autoreload": "watch", "watchfiles": "watch",
	"onsave": "onReload", "reloadmode": "onReload",
	"ignore": "exclude", "ignored": "exclude", "gitignore": "exclude", "exclude_dir": "exclude", "only": "include", "extensions": "include",
	"delay": "debounce", "wait": "debounce", "poll": "debounce", "pollinterval": "debounce", "interval": "debounce",
}

// missingFeatures are keys for what a platform has and we do not emulate yet, by
// the part of the file they belong to, with what can be said about them.
var missingFeatures = map[string]map[string]string{
	"kafka event": {
		"pollergroup":    "",
		"schemaregistry": "", "schemaregistryconfig": "",
		"authentication": "", "metrics": "", "logging": "",
		"enabled":               "to switch a function off, set reservedConcurrency: 0",
		"parallelizationfactor": "AWS has it for Kinesis and DynamoDB only",
		"tumblingwindow":        "AWS has it for Kinesis and DynamoDB only",
	},
	"event": {
		"sqs": "only kafka is", "sns": "only kafka is", "kinesis": "only kafka is", "dynamodb": "only kafka is",
		"http": "only kafka is", "httpapi": "only kafka is", "schedule": "only kafka is", "s3": "only kafka is",
		"eventbridge": "only kafka is", "mq": "only kafka is",
		"msk": "write kafka, with source: msk",
	},
	"function": {
		"snapstart": "", "vpc": "",
		"image": "", "imageuri": "", "packagetype": "", "filesystem": "", "extensions": "", "durable": "",
		"tracing": "", "tenancy": "", "version": "", "alias": "",
		"freeze": "freeze is for all functions, at the top of the file",
	},
}

// notEmulated says whether a key is one that we know and do not emulate yet, and
// what can be said about it.
func notEmulated(path, key string) (string, bool) {
	part := ""
	switch {
	case strings.HasSuffix(path, "].kafka"):
		part = "kafka event"
	case strings.HasSuffix(path, "]"):
		part = "event"
	case strings.HasPrefix(path, "functions.") && !strings.Contains(path[len("functions."):], "."):
		part = "function"
	case path == "watch" || strings.HasSuffix(path, ".watch"):
		part = "watch"
	}
	why, ok := missingFeatures[part][strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(key))]
	return why, ok
}
