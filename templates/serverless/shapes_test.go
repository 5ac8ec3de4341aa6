package serverless

import (
	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
)

// shapes are made up after what public projects look like.
var shapes = []shape{
	{
		name: "typescript with msk",
		text: `service: parcels
frameworkVersion: '3'
plugins:
  - serverless-esbuild
provider:
  name: aws
  runtime: nodejs18.x
  stage: ${opt:stage, 'dev'}
  environment:
    STAGE: ${self:provider.stage}
    KAFKA_BROKERS: ${ssm:/parcels/${self:provider.stage}/brokers}
functions:
  track:
    handler: src/functions/track/handler.main
    timeout: 30
    environment:
      LEVEL: debug
    events:
      - msk:
          arn: ${ssm:/parcels/cluster-arn}
          topic: parcels-${self:provider.stage}-scans
          batchSize: 50
          maximumBatchingWindow: 5
          startingPosition: LATEST
          consumerGroupId: parcels-track
          filterPatterns:
            - value:
                status: [DELIVERED, LOST]
                weight: [{numeric: ['>', 2]}]
`,
		empty:  []string{"src/functions/track/handler.ts"},
		topics: []string{"parcels-dev-scans"},
		functions: []emulator.Function{{
			Name: "track", Runtime: "nodejs20.x", Code: ".", Handler: "src/functions/track/handler.main", Memory: 1024 * mebibyte, Timeout: seconds(30),
			Env: map[string]string{"STAGE": "dev", "KAFKA_BROKERS": "${kafka.bootstrap}", "LEVEL": "debug"},
			Events: []emulator.Event{{
				Topic: "parcels-dev-scans", Source: "msk", BatchSize: 50, BatchWindow: new(seconds(5)), StartingPosition: "LATEST", Group: "parcels-track",
				Filters: []string{`{"value":{"status":["DELIVERED","LOST"],"weight":[{"numeric":[">",2]}]}}`},
			}},
		}},
		findings: []string{
			"taken 4  plugins: serverless-esbuild: code runs from its sources",
			"changed 7  provider.runtime: nodejs18.x is not among those that are emulated: nodejs20.x",
			"changed 11  provider.environment.KAFKA_BROKERS: ${kafka.bootstrap} in place of ${ssm:/parcels/${self:provider.stage}/brokers}: the environment's own Kafka address",
			"taken 13 track : src/functions/track/handler.main, nodejs20.x, 1024 MB, 30s",
			"taken 19 track events[0].msk: topic parcels-dev-scans, batches of 50, group parcels-track",
			"dropped 20  events: arn: the local Kafka is the only one, and lets everybody in",
		},
	},
	{
		name: "python with self-managed kafka in files of its own",
		text: `service: {name: meters}
provider:
  name: aws
  runtime: python3.12
  memorySize: 256
  region: eu-central-1
  environment: ${file(config/env.yml):all}
functions:
  - ${file(functions/ingest.yml)}
  - report:
      handler: meters/report.run
      events:
        - schedule: rate(1 hour)
        - httpApi: GET /report
`,
		files: map[string]string{
			"config/env.yml":       "all:\n  BOOTSTRAP_SERVERS: kafka-1.meters.example:9096,kafka-2.meters.example:9096\n  TABLE: !Ref Readings\n  ACCOUNT: ${aws:accountId}\n  REGION: !Sub '${AWS::Region}-x'\n  API_KEY: ${env:API_KEY}\n  SECRET: ${env:SECRET}\n  URL: pg://me:${env:SECRET}@db/${self:service.name}\n",
			"functions/ingest.yml": "ingest:\n  handler: meters.ingest.handler\n  memorySize: 512\n  reservedConcurrency: 5\n  environment:\n    TABLE: null\n  events:\n    - kafka:\n        accessConfigurations: {saslScram512Auth: arn:aws:secretsmanager:x}\n        bootstrapServers: [kafka-1.meters.example:9096, kafka-2.meters.example:9096]\n        topic: readings\n        startingPosition: AT_TIMESTAMP\n        startingPositionTimestamp: 1700000000\n    - kafka:\n        accessConfigurations: {vpcSubnet: [a]}\n        bootstrapServers: [x:1]\n        topic: corrections\n        enabled: false\n",
		},
		empty:   []string{"meters/ingest.py", "meters/report/__init__.py"},
		options: plan.Options{Getenv: func(name string) (string, bool) { return "hidden", name == "SECRET" }},
		topics:  []string{"readings"},
		functions: []emulator.Function{
			{
				Name: "ingest", Runtime: "python3.12", Code: ".", Handler: "meters.ingest.handler", Memory: 512 * mebibyte, Timeout: seconds(6), ReservedConcurrency: new(5),
				Env:    map[string]string{"BOOTSTRAP_SERVERS": "${kafka.bootstrap}", "ACCOUNT": "123456789012", "REGION": "eu-central-1-x", "API_KEY": "API_KEY", "SECRET": "${env:SECRET}", "URL": "pg://me:${env:SECRET}@db/meters"},
				Events: []emulator.Event{{Topic: "readings", Source: "self-managed", StartingPosition: "AT_TIMESTAMP", StartingPositionTimestamp: instant(1700000000)}},
			},
			{
				Name: "report", Runtime: "python3.12", Code: ".", Handler: "meters/report.run", Memory: 256 * mebibyte, Timeout: seconds(6),
				Env: map[string]string{"BOOTSTRAP_SERVERS": "${kafka.bootstrap}", "ACCOUNT": "123456789012", "REGION": "eu-central-1-x", "API_KEY": "API_KEY", "SECRET": "${env:SECRET}", "URL": "pg://me:${env:SECRET}@db/meters", "TABLE": "Readings"},
			},
		},
		findings: []string{
			"changed 2  provider.environment.BOOTSTRAP_SERVERS: ${kafka.bootstrap} in place of \"kafka-1.meters.example:9096,kafka-2.meters.example:9096\": the environment's own Kafka address",
			"needs a value 3  provider.environment.TABLE: resource Readings is known in the cloud only: \"Readings\" for now",
			"needs a value 6  provider.environment.API_KEY: API_KEY is not set in the environment: \"API_KEY\" for now",
			"taken 1 ingest : meters.ingest.handler, python3.12, 512 MB, 6s",
			"taken 8 ingest events[0].kafka: topic readings",
			"dropped 9  events: accessConfigurations, bootstrapServers: the local Kafka is the only one, and lets everybody in",
			"dropped 14 ingest events[1].kafka: topic \"corrections\": enabled is false",
			"taken 10 report : meters/report.run, python3.12, 256 MB, 6s",
			"dropped 13 report events: httpApi, schedule: the emulator has Kafka and Invoke",
		},
	},
	{
		name: "go programs in folders of their own",
		text: `service: tolls
provider:
  name: aws
  runtime: provided.al2023
  architecture: arm64
  tracing: {lambda: true}
  iam: {role: {statements: []}}
package:
  individually: true
functions:
  gate-events:
    handler: bootstrap
    package: {artifact: build/gate-events.zip}
    events:
      - msk: {arn: !ImportValue cluster, topic: '${cf:network.TollTopic}'}
  billing:
    runtime: go1.x
    handler: bin/billing
    vpc: {securityGroupIds: [], subnetIds: []}
    role: biller
    events:
      - msk: {arn: '${cf:network.Cluster}', topic: passes, batchSize: '25'}
      - msk: {arn: '${cf:network.Cluster}', topic: refunds}
`,
		files:  map[string]string{"go.mod": "module tolls\n", "cmd/gate_events/main.go": "package main\n\nfunc main() {}\n", "functions/billing/main.go": "// Bills.\npackage main\n"},
		topics: []string{"TollTopic", "passes", "refunds"},
		functions: []emulator.Function{
			{
				Name: "gate-events", Runtime: "provided.al2023", Code: "cmd/gate_events", Memory: 1024 * mebibyte, Timeout: seconds(6), Architecture: "arm64",
				Events: []emulator.Event{{Topic: "TollTopic", Source: "msk"}},
			},
			{
				Name: "billing", Runtime: "provided.al2023", Code: "functions/billing", Memory: 1024 * mebibyte, Timeout: seconds(6), Architecture: "arm64",
				Events: []emulator.Event{{Topic: "passes", Source: "msk", BatchSize: 25}, {Topic: "refunds", Source: "msk"}},
			},
		},
		findings: []string{
			"dropped 6  provider.tracing, provider.iam: mean nothing on one machine",
			"taken 11 gate-events : cmd/gate_events, provided.al2023, 1024 MB, 6s",
			"changed 12 gate-events handler: built with go build in cmd/gate_events",
			"taken 15 gate-events events[0].msk: topic TollTopic",
			"dropped 15  events: arn: the local Kafka is the only one, and lets everybody in",
			"needs a value 15 gate-events events[0].msk.topic: ${cf:network.TollTopic} is known in the cloud only: topic \"TollTopic\" for now",
			"taken 16 billing : functions/billing, provided.al2023, 1024 MB, 6s",
			"changed 17 billing runtime: go1.x is not among those that are emulated: provided.al2023",
			"changed 18 billing handler: built with go build in functions/billing",
			"dropped 19 billing vpc, role: mean nothing on one machine",
			"taken 22 billing events[0].msk: topic passes, batches of 25",
			"taken 23 billing events[1].msk: topic refunds",
		},
	},
	{
		name: "version 4 with stages, pollers, layers and mappings of its own",
		text: `service: lots
stages:
  default: {params: {topic: bids-dev}}
  prod: {params: {topic: bids}}
provider: {name: aws, runtime: nodejs24.x}
layers:
  shared: {path: layers/shared}
  gone: {path: layers/gone}
plugins: [serverless-offline, serverless-prune-plugin, acme-plugin]
functions:
  bid:
    handler: ./src/bid.handler
    name: lots-${sls:stage}-bidder
    layers:
      - !Ref SharedLambdaLayer
      - !Ref GoneLambdaLayer
      - arn:aws:lambda:eu-west-1:1:layer:x:3
    onError: !Ref DeadTopic
    destinations: {onFailure: settle, onSuccess: 'arn:aws:sqs:us-east-1:123456789012:done'}
    maximumRetryAttempts: 1
    maximumEventAge: 120
    environment:
      NEXT: lots-dev-settle
      ME: !GetAtt BidLambdaFunction.Arn
      QUEUE: !Ref Work
      LIST: [a]
    events:
      - msk:
          arn: arn:aws:kafka:eu-west-1:1:cluster/a/b
          topic: ${param:topic}
          provisionedPollers: {min: 2, max: 4, group: shared}
          maximumRetryAttempts: 3
          bisectBatchOnFunctionError: true
          destinations: {onFailure: 'kafka://bids-dead'}
          maximumBatchingWindow: 0
          color: red
  settle:
    handler: src/settle.handler
    reservedConcurrency: 0
    colour: red
resources:
  Resources:
    Work: {Type: 'AWS::SQS::Queue', Properties: {QueueName: 'work-${sls:stage}'}}
    DeadTopic: {Type: 'AWS::SNS::Topic'}
    Mapping:
      Type: AWS::Lambda::EventSourceMapping
      Properties:
        FunctionName: !GetAtt SettleLambdaFunction.Arn
        EventSourceArn: !Ref Cluster
        Topics: [closings]
        BatchSize: 10
        MaximumBatchingWindowInSeconds: 0
        MaximumRetryAttempts: 2
        AmazonManagedKafkaEventSourceConfig: {ConsumerGroupId: settling}
        FilterCriteria: {Filters: [{Pattern: '{"value":{"a":[1]}}'}]}
`,
		empty:   []string{"src/bid.mts", "src/settle/index.js", "layers/shared/nodejs/x.js"},
		options: plan.Options{},
		topics:  []string{"bids-dev", "bids-dead", "closings"},
		functions: []emulator.Function{
			{
				Name: "bid", Runtime: "nodejs24.x", Code: ".", Handler: "src/bid.handler", Memory: 1024 * mebibyte, Timeout: seconds(6), Layers: []string{"layers/shared"},
				Env: map[string]string{"NEXT": "settle", "ME": "arn:aws:lambda:us-east-1:123456789012:function:bid", "QUEUE": "https://sqs.us-east-1.amazonaws.com/123456789012/work-dev"},
				Async: emulator.Async{
					MaximumRetryAttempts: new(1), MaximumEventAge: new(seconds(120)),
					OnFailure: "arn:aws:lambda:us-east-1:123456789012:function:settle", OnSuccess: "arn:aws:sqs:us-east-1:123456789012:done",
				},
				DeadLetter: "arn:aws:sns:us-east-1:123456789012:DeadTopic",
				Events: []emulator.Event{{
					Topic: "bids-dev", Source: "msk", Profile: "aws-provisioned", Provisioned: &emulator.Provisioned{MinimumPollers: 2, MaximumPollers: 4},
					Retries: new(3), Bisect: true, OnFailure: "kafka://bids-dead",
				}},
			},
			{
				Name: "settle", Runtime: "nodejs24.x", Code: ".", Handler: "src/settle.handler", Memory: 1024 * mebibyte, Timeout: seconds(6), ReservedConcurrency: new(0),
				Events: []emulator.Event{{Topic: "closings", Source: "msk", BatchSize: 10, BatchWindow: new(seconds(0)), Group: "settling", Filters: []string{`{"value":{"a":[1]}}`}}},
			},
		},
		findings: []string{
			"wrong 8 bid layers.gone: there is no folder DIR/layers/gone: the layer is left out",
			"dropped 9  plugins: serverless-offline, serverless-prune-plugin: nothing to do on one machine",
			"dropped 9  plugins: acme-plugin: not run, and not known here",
			"taken 11 bid : src/bid.handler, nodejs24.x, 1024 MB, 6s",
			"dropped 15 bid layers: arn:aws:lambda:eu-west-1:1:layer:x:3: in the cloud only",
			"changed 23 bid environment.NEXT: function lots-dev-settle has the name settle here",
			"wrong 26 bid environment.LIST: is a list, and not a text: left out",
			"taken 28 bid events[0].msk: topic bids-dev",
			"dropped 29  events: EventSourceArn, arn: the local Kafka is the only one, and lets everybody in",
			"dropped 31 bid events[0].msk.provisionedPollers.group: pollers of several mappings are not grouped here",
			"changed 35 bid events[0].msk.maximumBatchingWindow: the framework does not hand on 0: the platform's 500 ms count",
			"dropped 36 bid events[0].msk.color: is not known here",
			"taken 37 settle : src/settle.handler, nodejs24.x, 1024 MB, 6s",
			"dropped 40 settle colour: is not known here",
			"dropped 43  resources: Work, DeadTopic: of the cloud",
			"taken 45 settle resources.Mapping: topic closings, batches of 10, group settling",
			"dropped 53 settle resources.Mapping.MaximumRetryAttempts: needs provisioned mode, as on AWS",
		},
	},
	{
		name: "a stage, a file .env and a module of its own",
		text: `service: rivers
useDotenv: true
params:
  live: {size: 2048}
provider:
  name: aws
  stage: ${opt:stage}
  region: ${opt:region, 'eu-north-1'}
  memorySize: ${param:size, 512}
plugins: {modules: [serverless-python-requirements, serverless-dotenv-plugin], localPath: x}
functions:
  level:
    handler: level.read
    module: services/level
    environment:
      TOKEN: ${env:RIVER_TOKEN}
      WHERE: ${sls:stage} ${aws:region} ${AWS::Region}
      SCHEMA_REGISTRY_KAFKA_URL: ${cf:registry.Url}
    events:
      - kafka: {bootstrapServers: '${env:RIVER_KAFKA}', topic: 'levels-${opt:stage}', accessConfigurations: {}}
  api:
    handler: ../web/api.get
    url: true
    events: [{httpApi: '*'}]
`,
		files:   map[string]string{".env.live": "RIVER_TOKEN='from file' # secret\nRIVER_KAFKA=kafka:9092\n", ".env": "RIVER_TOKEN=other\n"},
		empty:   []string{"services/level/level.py", "../web/api.ts"},
		options: plan.Options{Stage: "live"},
		topics:  []string{"levels-live"},
		functions: []emulator.Function{
			{
				Name: "level", Runtime: "python3.13", Code: "services/level", Handler: "level.read", Memory: 2048 * mebibyte, Timeout: seconds(6), EnvFile: ".env.live",
				Env:    map[string]string{"TOKEN": "from file", "WHERE": "live eu-north-1 eu-north-1", "SCHEMA_REGISTRY_KAFKA_URL": "Url"},
				Events: []emulator.Event{{Topic: "levels-live", Source: "self-managed"}},
			},
			{Name: "api", Runtime: "nodejs22.x", Code: "../web", Handler: "api.get", Memory: 2048 * mebibyte, Timeout: seconds(6), EnvFile: ".env.live"},
		},
		findings: []string{
			"changed 1  .env: RIVER_KAFKA, RIVER_TOKEN: taken as they are in .env now",
			"taken 10  plugins: serverless-python-requirements: a virtual environment beside the code is found",
			"taken 10  plugins: serverless-dotenv-plugin: handlers get the file .env",
			"changed 12 level runtime: none is given: python3.13",
			"taken 12 level : services/level level.read, python3.13, 2048 MB, 6s",
			"needs a value 18 level environment.SCHEMA_REGISTRY_KAFKA_URL: ${cf:registry.Url} is known in the cloud only: \"Url\" for now",
			"taken 20 level events[0].kafka: topic levels-live",
			"dropped 20  events: accessConfigurations, bootstrapServers: the local Kafka is the only one, and lets everybody in",
			"changed 21 api runtime: none is given: nodejs22.x",
			"taken 21 api : ../web api.get, nodejs22.x, 2048 MB, 6s",
			"dropped 23 api url: means nothing on one machine",
			"dropped 24 api events: httpApi: the emulator has Kafka and Invoke",
		},
	},
}
