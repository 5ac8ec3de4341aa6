package sam

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coldbrook-dev/coldbrook/emulator"
	"github.com/coldbrook-dev/coldbrook/templates/plan"
)

// shape is a project as people have them, with what becomes of it.
type shape struct {
	name, template string
	files          []string
	options        plan.Options
	topics         []emulator.Topic
	functions      []emulator.Function
	findings       string
}

// shapes of public sample projects, written anew.
var shapes = []shape{
	{
		name: "node with msk and iam", template: `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 15
Parameters:
  ClusterName: {Type: String}
  ClusterId: {Type: String}
  OrdersTopic: {Type: String}
Resources:
  OrdersConsumer:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: consumer/
      Handler: app.handler
      Runtime: nodejs22.x
      Architectures: [arm64]
      Events:
        FromKafka:
          Type: MSK
          Properties:
            StartingPosition: LATEST
            BatchSize: 25
            MaximumBatchingWindowInSeconds: 30
            Stream: !Join ['', ['arn:', 'aws:', 'kafka:', !Ref 'AWS::Region', ':', !Ref 'AWS::AccountId', ':cluster/', !Ref ClusterName, '/', !Ref ClusterId]]
            Topics:
              - !Ref OrdersTopic
      Policies:
        - Statement:
            - Effect: Allow
              Action: [kafka-cluster:Connect]
              Resource: !Sub arn:aws:kafka:${AWS::Region}:${Nobody}:topic/*
Outputs:
  Function: {Value: !GetAtt OrdersConsumer.Arn}
`,
		files: []string{"consumer/app.mjs="}, options: plan.Options{Parameters: map[string]string{"OrdersTopic": "orders"}},
		topics: []emulator.Topic{{Name: "orders"}},
		functions: []emulator.Function{{Name: "OrdersConsumer", Runtime: "nodejs22.x", Code: "consumer", Handler: "app.handler", Timeout: 15 * time.Second, Architecture: "arm64",
			Events: []emulator.Event{{Topic: "orders", Source: "msk", StartingPosition: "LATEST", BatchSize: 25, BatchWindow: new(30 * time.Second)}}}},
		findings: `dropped: OrdersConsumer.Policies: means nothing on one machine
`,
	},
	{
		name: "python, self-managed with scram", template: `
Transform: AWS::Serverless-2016-10-31
Parameters:
  Brokers: {Type: CommaDelimitedList, Default: 'b-1.kafka.internal:9096,b-2.kafka.internal:9096'}
  SecretArn: {Type: String}
  ApiKey: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /payments/key}
Globals:
  Function:
    Runtime: python3.9
    MemorySize: 512
    VpcConfig: {SubnetIds: [subnet-1]}
    Environment:
      Variables: {LOG_LEVEL: info, REGION: !Ref AWS::Region}
Resources:
  Payments:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub ${AWS::StackName}-payments
      CodeUri: ./src/payments
      Handler: payments.main.lambda_handler
      Environment:
        Variables:
          LOG_LEVEL: debug
          BROKER_LIST: !Join [',', !Ref Brokers]
          STREAM_ADDRESS: b-1.kafka.internal:9096,b-2.kafka.internal:9096
          API_KEY: !Ref ApiKey
          TABLE: !Ref Ledger
          RETRIES: 3
          VERBOSE: true
      Tags: {team: payments}
      Events:
        Payments:
          Type: SelfManagedKafka
          Properties:
            KafkaBootstrapServers: !Ref Brokers
            Topics: [payments.v1]
            ConsumerGroupId: payments
            StartingPosition: AT_TIMESTAMP
            StartingPositionTimestamp: 1760000000
            FilterCriteria:
              Filters:
                - Pattern: '{"value": {"amount": [{"numeric": [">", 100]}]}}'
            SourceAccessConfigurations:
              - {Type: SASL_SCRAM_512_AUTH, URI: !Ref SecretArn}
        Nightly:
          Type: ScheduleV2
          Properties: {ScheduleExpression: cron(0 0 * * ? *)}
        Http:
          Type: HttpApi
  Ledger:
    Type: AWS::DynamoDB::Table
  Rules:
    Type: AWS::Events::Rule
  Rules2:
    Type: AWS::Events::Rule
`,
		files:  []string{"src/payments/payments/main.py="},
		topics: []emulator.Topic{{Name: "payments.v1"}},
		functions: []emulator.Function{{Name: "STACK-payments", Runtime: "python3.10", Code: "src/payments", Handler: "payments.main.lambda_handler", Memory: 512 << 20,
			Env: map[string]string{"LOG_LEVEL": "debug", "REGION": "us-east-1", "BROKER_LIST": "${kafka.bootstrap}", "STREAM_ADDRESS": "${kafka.bootstrap}",
				"API_KEY": "", "TABLE": "Ledger", "RETRIES": "3", "VERBOSE": "true"},
			Events: []emulator.Event{{Topic: "payments.v1", Source: "self-managed", Group: "payments", StartingPosition: "AT_TIMESTAMP",
				StartingPositionTimestamp: time.Unix(1760000000, 0).UTC(), Filters: []string{`{"value": {"amount": [{"numeric": [">", 100]}]}}`}}}}},
		findings: `changed: Globals.Runtime: the emulator has no python3.9: python3.10 is taken
dropped: Globals.VpcConfig: means nothing on one machine
changed: Payments.Environment.BROKER_LIST: the addresses of the mapping's Kafka: ${kafka.bootstrap} is taken
changed: Payments.Environment.STREAM_ADDRESS: the addresses of the mapping's Kafka: ${kafka.bootstrap} is taken
needs a value: Payments.Environment.API_KEY: only SSM knows the value of parameter ApiKey: it is empty (give --parameter ApiKey=VALUE)
dropped: Payments.Tags: means nothing on one machine
dropped: Payments.Events.Payments.SourceAccessConfigurations: the local Kafka asks for nothing; with kafka.sasl: any it takes what a client has
dropped: Payments.Events.Nightly: ScheduleV2: the emulator has Kafka and Invoke (coldbrook invoke STACK-payments -f FILE calls it)
dropped: Payments.Events.Http: HttpApi: the emulator has Kafka and Invoke (coldbrook invoke STACK-payments -f FILE calls it)
dropped: Resources: AWS::DynamoDB::Table, AWS::Events::Rule (2): the emulator has functions and Kafka
`,
	},
	{
		name: "go of some years ago, and a producer", template: `
Transform: AWS::Serverless-2016-10-31
Parameters:
  Topic: {Type: String}
Resources:
  Consumer:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: cmd/consumer/
      Handler: consumer
      Runtime: go1.x
      Tracing: Active
      Role: arn:aws:iam::123456789012:role/x
      Events:
        Kafka: {Type: MSK, Properties: {Stream: !Ref Cluster, Topics: [!Ref Topic], StartingPosition: TRIM_HORIZON}}
  Producer:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: go1.x}
    Properties:
      CodeUri: cmd/producer/
      Handler: bootstrap
      Runtime: provided.al2023
      Environment:
        Variables:
          KAFKA_BROKER_STRING: !GetAtt Lookup.BootstrapBrokers
          TOPIC: !Ref Topic
  Cluster:
    Type: AWS::MSK::ServerlessCluster
  Lookup:
    Type: Custom::Brokers
`,
		files:  []string{"go.mod=module x", "cmd/consumer/main.go=", "cmd/producer/main.go="},
		topics: []emulator.Topic{{Name: "Topic"}},
		functions: []emulator.Function{
			{Name: "Consumer", Runtime: "provided.al2023", Code: "cmd/consumer", Handler: "consumer", Events: []emulator.Event{{Topic: "Topic", Source: "msk", StartingPosition: "TRIM_HORIZON"}}},
			{Name: "Producer", Runtime: "provided.al2023", Code: "cmd/producer", Handler: "bootstrap", Env: map[string]string{"KAFKA_BROKER_STRING": "${kafka.bootstrap}", "TOPIC": "Topic"}},
		},
		findings: `changed: Consumer.Runtime: the emulator has no go1.x: provided.al2023 is taken
dropped: Consumer.Tracing, Role: mean nothing on one machine
needs a value: Consumer.Events.Kafka.Topics: parameter Topic has no default: the topic is called Topic (give --parameter Topic=VALUE)
changed: Producer.Environment.KAFKA_BROKER_STRING: only a cloud knows BootstrapBrokers of Lookup: ${kafka.bootstrap} is taken, by the name
needs a value: Producer.Environment.TOPIC: parameter Topic has no default: Topic stands, as for a topic (give --parameter Topic=VALUE)
dropped: Resources: AWS::MSK::ServerlessCluster, Custom::Brokers: the emulator has functions and Kafka
`,
	},
	{
		name: "java, of a folder and of a jar", template: `
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: java21, MemorySize: 1024, SnapStart: {ApplyOn: PublishedVersions}}}
Resources:
  Handler:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: consumer
      Handler: com.example.orders.Handler::handleRequest
      Events: {Msk: {Type: MSK, Properties: {Stream: !ImportValue msk-arn, Topics: [orders]}}}
  Jar:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: producer/target/producer-1.0.jar
      Handler: com.example.orders.Producer
      Timeout: 300
`,
		files:  []string{"consumer/pom.xml=", "producer/pom.xml="},
		topics: []emulator.Topic{{Name: "orders"}},
		functions: []emulator.Function{
			{Name: "Handler", Runtime: "java21", Code: "consumer", Handler: "com.example.orders.Handler::handleRequest", Memory: 1 << 30, Events: []emulator.Event{{Topic: "orders", Source: "msk"}}},
			{Name: "Jar", Runtime: "java21", Code: "producer", Handler: "com.example.orders.Producer", Memory: 1 << 30, Timeout: 300 * time.Second},
		},
		findings: `dropped: Globals.SnapStart: means nothing on one machine
changed: Jar.CodeUri: producer/target/producer-1.0.jar is built from producer, which is taken
`,
	},
	{
		name: "cloudformation with mappings of their own", template: `
Conditions:
  Never: !Equals [a, b]
Resources:
  Shipping:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: shipping
      Code: ./shipping
      Handler: index.handler
      Runtime: nodejs20.x
      Timeout: '30'
      EphemeralStorage: {Size: 1024}
      ReservedConcurrentExecutions: 5
      DeadLetterConfig: {TargetArn: !GetAtt Dead.Arn}
      Layers: [!Ref Common, arn:aws:lambda:us-east-1:123456789012:layer:tools:4]
      TracingConfig: {Mode: Active}
  Common:
    Type: AWS::Lambda::LayerVersion
    Properties: {Content: layers/common}
  Dead: {Type: AWS::SQS::Queue, Properties: {QueueName: dead}}
  Orders:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      EventSourceArn: arn:aws:kafka:us-east-1:123456789012:cluster/c/1
      FunctionName: !GetAtt Shipping.Arn
      Topics: [orders]
      StartingPosition: LATEST
      AmazonManagedKafkaEventSourceConfig: {ConsumerGroupId: ship-orders}
      ProvisionedPollerConfig: {MinimumPollers: 2, MaximumPollers: 10}
      MaximumRetryAttempts: 3
      MaximumRecordAgeInSeconds: 3600
      BisectBatchOnFunctionError: true
      FunctionResponseTypes: [ReportBatchItemFailures]
      DestinationConfig: {OnFailure: {Destination: kafka://orders.failed}}
  Returns:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !Ref Shipping
      Topics: [returns]
      SelfManagedEventSource: {Endpoints: {KafkaBootstrapServers: [k:9092]}}
      SelfManagedKafkaEventSourceConfig: {ConsumerGroupId: ship-returns}
      MaximumRetryAttempts: 2
      DestinationConfig: {OnFailure: {Destination: !GetAtt Dead.Arn}}
  Off:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: shipping, Topics: [off], Enabled: false}
  Unused:
    Type: AWS::Lambda::EventSourceMapping
    Condition: Never
    Properties: {FunctionName: shipping, Topics: [unused]}
  Elsewhere:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: 'arn:aws:lambda:us-east-1:123456789012:function:other:live', Topics: [x]}
  Queue:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !Ref Shipping, EventSourceArn: !GetAtt Dead.Arn}
  Invoke:
    Type: AWS::Lambda::EventInvokeConfig
    Properties:
      FunctionName: !Ref Shipping
      Qualifier: $LATEST
      MaximumRetryAttempts: 1
      MaximumEventAgeInSeconds: 600
      DestinationConfig: {OnFailure: {Destination: !GetAtt Dead.Arn}, OnSuccess: {Destination: !Sub '${Shipping.Arn}'}}
  Live:
    Type: AWS::Lambda::Alias
    Properties: {FunctionName: !Ref Shipping, FunctionVersion: 1, Name: live, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}}
  OrdersTopic:
    Type: AWS::MSK::Topic
    Properties: {TopicName: orders, PartitionCount: 6}
`,
		files:  []string{"shipping/index.js=", "layers/common/nodejs/x="},
		topics: []emulator.Topic{{Name: "orders", Partitions: 6}, {Name: "returns"}, {Name: "orders.failed"}},
		functions: []emulator.Function{{Name: "shipping", Runtime: "nodejs20.x", Code: "shipping", Handler: "index.handler", Timeout: 30 * time.Second,
			EphemeralStorage: 1 << 30, ReservedConcurrency: new(5), ProvisionedConcurrency: 2, DeadLetter: "arn:aws:sqs:us-east-1:123456789012:dead", Layers: []string{"layers/common"},
			Async: emulator.Async{MaximumRetryAttempts: new(1), MaximumEventAge: new(10 * time.Minute), OnFailure: "arn:aws:sqs:us-east-1:123456789012:dead",
				OnSuccess: "arn:aws:lambda:us-east-1:123456789012:function:shipping"},
			Events: []emulator.Event{
				{Topic: "orders", Source: "msk", StartingPosition: "LATEST", Group: "ship-orders", Profile: "aws-provisioned", Provisioned: &emulator.Provisioned{MinimumPollers: 2, MaximumPollers: 10},
					Retries: new(3), MaximumRecordAge: new(time.Hour), Bisect: true, PartialResponse: true, OnFailure: "kafka://orders.failed"},
				{Topic: "returns", Source: "self-managed", Group: "ship-returns", OnFailure: "arn:aws:sqs:us-east-1:123456789012:dead"},
			}}},
		findings: `dropped: Shipping.Layers: the layer arn:aws:lambda:us-east-1:123456789012:layer:tools:4 is only in the cloud (give the folder with what is in it in layers: of coldbrook.yaml if the code needs it)
dropped: Shipping.TracingConfig: means nothing on one machine
dropped: Resources: AWS::SQS::Queue: the emulator has functions and Kafka
dropped: Returns.MaximumRetryAttempts: it needs provisioned mode, on AWS too: on demand, a failed batch is tried until its records expire (set ProvisionedPollerConfig)
dropped: Off: Enabled is false: the mapping is left out
dropped: Unused.Condition: condition Never is false: left out
dropped: Elsewhere: function other is not in this template
dropped: Queue: sqs: the emulator has Kafka and Invoke (coldbrook invoke NAME -f FILE calls the function)
`,
	},
	{
		name: "typescript by esbuild, rust, make", template: `
Transform: AWS::Serverless-2016-10-31
Resources:
  Same:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ts, Handler: app.handler, Runtime: nodejs24.x}
    Metadata: {BuildMethod: esbuild, BuildProperties: {EntryPoints: [app.ts], Minify: true}}
  Deep:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ., Handler: kafka.run, Runtime: nodejs24.x}
    Metadata: {BuildMethod: esbuild, BuildProperties: {EntryPoints: [ts/handlers/kafka.ts]}}
  Dist:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: web/dist/, Handler: app.handler, Runtime: nodejs24.x}
  Script:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: web, Handler: out/app.handler, Runtime: nodejs24.x}
  Rust:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ./rust, Handler: bootstrap, Runtime: provided.al2023}
    Metadata: {BuildMethod: rust-cargolambda}
  Made:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ./c, Handler: bootstrap, Runtime: provided.al2023}
    Metadata: {BuildMethod: makefile}
  MadePython:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ./py, Handler: app.f, Runtime: python3.13}
    Metadata: {BuildMethod: makefile}
  Odd:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ./py, Handler: app.f, Runtime: python3.13}
    Metadata: {BuildMethod: dotnet99}
  Ruby:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ./rb, Handler: app.f, Runtime: ruby3.4}
  Net:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: ./net, Handler: Orders, Runtime: dotnet8}
`,
		files: []string{"ts/app.ts=", "ts/handlers/kafka.ts=", `web/package.json={"scripts": {"build": "tsc"}}`, "rust/Cargo.toml=[package]\nedition = \"2021\"\nname = \"orders-consumer\"\n\n[dependencies]\n", "c/Makefile=", "py/app.py=", "rb/app.rb=", "net/x.csproj="},
		functions: []emulator.Function{
			{Name: "Same", Runtime: "nodejs24.x", Code: "ts", Handler: "app.handler"},
			{Name: "Deep", Runtime: "nodejs24.x", Code: ".", Handler: "ts/handlers/kafka.run"},
			{Name: "Dist", Runtime: "nodejs24.x", Code: "web", Handler: "dist/app.handler", Build: "npm run build"},
			{Name: "Script", Runtime: "nodejs24.x", Code: "web", Handler: "out/app.handler", Build: "npm run build"},
			{Name: "Rust", Runtime: "provided.al2023", Code: "rust", Handler: "target/lambda/orders-consumer/bootstrap", Build: "cargo lambda build --release"},
			{Name: "Made", Runtime: "provided.al2023", Code: "c", Handler: "bootstrap", Build: "make build-Made 'ARTIFACTS_DIR=$(CURDIR)'"},
			{Name: "MadePython", Runtime: "python3.13", Code: "py", Handler: "app.f"},
			{Name: "Odd", Runtime: "python3.13", Code: "py", Handler: "app.f"},
			{Name: "Ruby", Runtime: "ruby3.4", Code: "rb", Handler: "app.f", Command: []string{"bundle", "exec", "aws_lambda_ric", "app.f"}},
			{Name: "Net", Runtime: "dotnet8", Code: "net", Handler: "Orders", Command: []string{"dotnet", "run"}},
		},
		findings: `changed: Deep.Metadata.BuildMethod: the handler is ts/handlers/kafka.run, in the source itself
changed: Dist.CodeUri: there is no folder web/dist yet: npm run build of web/package.json makes it
changed: Script.Handler: there is no out/app.js in web yet: npm run build makes it
changed: MadePython.Metadata.BuildMethod: make is not run: the handler is there without it
dropped: Odd.Metadata.BuildMethod: dotnet99 is not run (give build: in coldbrook.yaml if the code needs one)
changed: Ruby.Handler: bundle exec aws_lambda_ric starts it: the emulator starts no Ruby itself (add the gem aws_lambda_ric to the Gemfile)
changed: Net.Handler: dotnet run starts it: the emulator starts no .NET itself
`,
	},
	{
		name: "what cannot be taken", template: `
Transform: AWS::Serverless-2016-10-31
Parameters:
  Where: {Type: String}
Resources:
  Image: {Type: AWS::Serverless::Function, Properties: {PackageType: Image, ImageUri: x}}
  Inline: {Type: AWS::Serverless::Function, Properties: {InlineCode: 'x', Handler: index.handler, Runtime: nodejs24.x}}
  Zip: {Type: AWS::Lambda::Function, Properties: {Code: {ZipFile: 'x'}, Handler: index.handler, Runtime: nodejs24.x}}
  Bucket: {Type: AWS::Lambda::Function, Properties: {Code: {S3Bucket: b, S3Key: k}, Handler: index.handler, Runtime: nodejs24.x}}
  Url: {Type: AWS::Serverless::Function, Properties: {CodeUri: 's3://b/k', Handler: index.handler, Runtime: nodejs24.x}}
  Archive: {Type: AWS::Serverless::Function, Properties: {CodeUri: code.zip, Handler: index.handler, Runtime: nodejs24.x}}
  Gone: {Type: AWS::Serverless::Function, Properties: {CodeUri: gone, Handler: index.handler, Runtime: nodejs24.x}}
  File: {Type: AWS::Serverless::Function, Properties: {CodeUri: src, Handler: gone.handler, Runtime: nodejs24.x}}
  Open: {Type: AWS::Serverless::Function, Properties: {CodeUri: !Ref Where, Handler: app.handler, Runtime: nodejs24.x}}
  NoRuntime: {Type: AWS::Serverless::Function, Properties: {CodeUri: src, Handler: app.handler}}
  NoHandler: {Type: AWS::Serverless::Function, Properties: {CodeUri: src, Runtime: nodejs24.x}}
  Cobol: {Type: AWS::Serverless::Function, Properties: {CodeUri: src, Handler: app.handler, Runtime: cobol85}}
  Empty: {Type: AWS::Lambda::Function, Properties: {Handler: app.handler, Runtime: nodejs24.x}}
  Typeless: {Properties: {}}
  Mapping: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Gone, Topics: [t]}}
  Nested: {Type: AWS::Serverless::Application, Properties: {Location: ./nested/template.yaml}}
  Good:
    Type: AWS::Serverless::Function
    Propertys: {}
    Properties:
      Handler: src/app.handler
      Runtime: nodejs24.x
      MemorySise: 128
      MemorySize: !Wrong x
      Timeout: 1200
      ReservedConcurrentExecutions: many
      Environment:
        Variables: {AWS_LAMBDA_FUNCTION_NAME: x, A: !Sub '${Nope}', OK: {a: b}}
      Events:
        NoType: {Properties: {Topics: [a]}}
        NoTopic: {Type: MSK, Properties: {Stream: x}}
        Strange: {Type: MSK, Properties: {Topics: ['no blanks'], BatchSize: 5}}
        Kafka: {Type: MSK, Properties: {Topics: [a, b], ConsumerGroupId: g, Topic: a, BatchSize: x, StartingPosition: NOW, ParallelizationFactor: 2, SchemaRegistryConfig: {}, FunctionResponseTypes: [ReportBatchItemFailures, x]}}
`,
		files:  []string{"src/app.js=", "code.zip="},
		topics: []emulator.Topic{{Name: "a"}, {Name: "b"}},
		functions: []emulator.Function{{Name: "Good", Runtime: "nodejs24.x", Code: ".", Handler: "src/app.handler",
			Events: []emulator.Event{{Topic: "a", Source: "msk", Group: "g"}, {Topic: "b", Source: "msk", Group: "g-b"}}}},
		findings: `dropped: Image: the emulator runs code from folders, no container images: the function is left out
dropped: Inline: its code stands in the template, which is not written out: the function is left out (put it into a file and name its folder in CodeUri or Code)
dropped: Zip: its code stands in the template, which is not written out: the function is left out (put it into a file and name its folder in CodeUri or Code)
dropped: Bucket.Code: its code is only in S3: the function is left out (give the folder of the code in Code)
dropped: Url.CodeUri: s3://b/k is only in the cloud: the function is left out (give the folder of the code)
wrong: Archive.CodeUri: code.zip is an archive, which is not unpacked: the function is left out (give the folder that it is made of)
wrong: Gone.CodeUri: there is no folder gone: the function is left out
wrong: File.Handler: there is no gone.js in src: the function is left out
needs a value: Open.CodeUri: parameter Where has no default: the function is left out (give --parameter Where=VALUE)
wrong: NoRuntime.Runtime: it has no Runtime: the function is left out
wrong: NoHandler.Handler: it has no Handler: the function is left out
wrong: Cobol.Runtime: there is no runtime "cobol85": the function is left out
wrong: Empty.Code: it has no code: the function is left out (give the folder in Code)
wrong: Typeless.Type: the resource has no Type
dropped: Mapping: its function Gone is left out
dropped: Nested: a template of its own, which is not read (give ./nested/template.yaml with --from)
changed: Good.CodeUri: there is no CodeUri: the folder of the template is taken, as sam does
dropped: Good.Propertys: is not known here (did you mean "Properties"?)
dropped: Good.MemorySise: is not known here (did you mean "MemorySize"?)
wrong: Good.MemorySize: there is no intrinsic function Fn::Wrong
wrong: Good.Timeout: 20m is over the limit of 15m: it is taken out
wrong: Good.ReservedConcurrentExecutions: "many" is not a number of this kind: no reservation stands (give a whole number)
wrong: Good.Environment.AWS_LAMBDA_FUNCTION_NAME: AWS_LAMBDA_FUNCTION_NAME is reserved: only the platform sets it: it is taken out
wrong: Good.Environment.A: there is no parameter or resource "Nope"
wrong: Good.Environment.OK: is a map, not a text: it is left out
wrong: Good.Events.NoType: has no Type (MSK and SelfManagedKafka are what the emulator has)
wrong: Good.Events.NoTopic.Topics: has no topic: it is left out (give it in Topics)
wrong: Good.Events.Strange.Topics: "no blanks" has characters that Kafka does not allow in the name of a topic: it is left out (letters, digits, dot, underscore and dash are allowed)
changed: Good.Events.Kafka.Topics: 2 topics: AWS takes one for a mapping; here, each has a mapping of its own
dropped: Good.Events.Kafka.Topic: is not known here (did you mean "Topics"?)
wrong: Good.Events.Kafka.BatchSize: "x" is not a number of this kind: 100 stands (give a whole number)
wrong: Good.Events.Kafka.StartingPosition: "NOW" is not one of TRIM_HORIZON, LATEST, AT_TIMESTAMP: it is taken out (there are TRIM_HORIZON, LATEST, AT_TIMESTAMP)
dropped: Good.Events.Kafka.ParallelizationFactor: AWS has it for other sources than Kafka
dropped: Good.Events.Kafka.SchemaRegistryConfig: there is no schema registry: records come as they were produced
dropped: Good.Events.Kafka.FunctionResponseTypes: ReportBatchItemFailures needs provisioned mode, on AWS too: on demand, a failed batch is tried until its records expire (set ProvisionedPollerConfig)
wrong: Good.Events.Kafka.FunctionResponseTypes: there is no response type "x" (ReportBatchItemFailures is the only one)
`,
	},
}

func TestShapes(t *testing.T) {
	for _, s := range shapes {
		t.Run(s.name, func(t *testing.T) {
			if strings.HasPrefix(s.name, "java") && !startsJava() {
				t.Skip("the emulator does not start Java itself")
			}
			p := project(t, s.template, s.options, s.files...)
			stack := folderName(p.Config.Dir)
			if got, want := p.Config.Topics, s.topics; !reflect.DeepEqual(got, want) {
				t.Errorf("topics: got %+v, want %+v", got, want)
			}
			for i := range max(len(s.functions), len(p.Config.Functions)) {
				if i >= len(s.functions) || i >= len(p.Config.Functions) {
					t.Fatalf("got %d functions, want %d", len(p.Config.Functions), len(s.functions))
				}
				got, want := p.Config.Functions[i], s.functions[i]
				got.Name = strings.Replace(got.Name, stack, "STACK", 1)
				if diff := difference(got, want); diff != "" {
					t.Errorf("function %s: %s", want.Name, diff)
				}
			}
			if got := strings.ReplaceAll(findings(p), stack, "STACK"); got != s.findings {
				t.Errorf("got\n%s\nwant\n%s", got, s.findings)
			}
			functions, events := 0, 0
			for _, f := range p.Config.Functions {
				functions, events = functions+1, events+len(f.Events)
			}
			for _, f := range p.Findings {
				if f.Verdict == plan.Taken && strings.HasPrefix(f.Text, "function ") {
					functions--
				}
				if f.Verdict == plan.Taken && strings.Contains(f.Text, " to function ") {
					events--
				}
				if f.At.Line == 0 || !strings.HasSuffix(f.At.File, "template.yaml") {
					t.Errorf("a finding without a place: %+v", f)
				}
			}
			if functions != 0 || events != 0 {
				t.Errorf("of %d functions and %d events more it is not said that they are taken", functions, events)
			}
		})
	}
}

// difference names the first fields that are not the same.
func difference(got, want emulator.Function) string {
	if len(got.Events) != len(want.Events) {
		return fmtDifference("Events", got.Events, want.Events)
	}
	for i := range got.Events {
		if d := fields(reflect.ValueOf(got.Events[i]), reflect.ValueOf(want.Events[i])); d != "" {
			return d
		}
	}
	return fields(reflect.ValueOf(got), reflect.ValueOf(want))
}

func fields(got, want reflect.Value) string {
	for i := range got.NumField() {
		a, b := got.Field(i).Interface(), want.Field(i).Interface()
		if !reflect.DeepEqual(a, b) {
			return fmtDifference(got.Type().Field(i).Name, a, b)
		}
	}
	return ""
}

// startsJava says whether the emulator takes a function of Java without a command.
func startsJava() bool {
	c := emulator.Config{Functions: []emulator.Function{{Name: "f", Runtime: "java21", Code: ".", Handler: "a.B::c"}}}
	return c.Validate() == nil
}
