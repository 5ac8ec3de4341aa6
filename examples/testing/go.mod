// A module of its own, as a user has one: what it can import is what a user can.
module example.com/bids

go 1.26.0

require (
	github.com/aws/aws-lambda-go v1.55.1
	github.com/coldbrook-dev/coldbrook v0.0.0
)

require (
	github.com/fsnotify/fsnotify v1.10.1 // indirect
	github.com/goccy/go-yaml v1.19.2 // indirect
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/pierrec/lz4/v4 v4.1.33 // indirect
	github.com/twmb/franz-go v1.22.2 // indirect
	github.com/twmb/franz-go/pkg/kadm v1.19.0 // indirect
	github.com/twmb/franz-go/pkg/kfake v0.0.0-20260918054303-01f206a7e32c // indirect
	github.com/twmb/franz-go/pkg/kmsg v1.15.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

// Yours has no such line: it requires a version.
replace github.com/coldbrook-dev/coldbrook => ../..
