package profile

import (
	"strconv"
	"time"
)

// firstCallRow is how long the first call of a hello world takes on x86_64 after an
// init, by memory in MB, in ascending order.
type firstCallRow struct {
	runtime string
	points  []firstCallPoint
}

type firstCallPoint struct {
	megabytes int64
	tenths    int64 // of a millisecond
}

// firstCalls are figures of lambda-perf (github.com/maxday/lambda-perf, Jun-Aug
// 2026, package type zip, x86_64). Most runtimes were looked at with 128 MB and
// 1,024 MB, or with 128 MB alone; dotnet8 and java25 also in between. Init Duration
// does not depend on memory, and this does: the init has a whole CPU, the handler
// its share.
var firstCalls = []firstCallRow{
	{"provided.al2023", []firstCallPoint{{128, 16}, {1024, 16}}}, // its Go functions
	{"nodejs24.x", []firstCallPoint{{128, 220}, {1024, 37}}},
	{"nodejs22.x", []firstCallPoint{{128, 125}}},
	{"python3.12", []firstCallPoint{{128, 24}}},
	{"python3.13", []firstCallPoint{{128, 25}, {1024, 23}}},
	{"python3.14", []firstCallPoint{{128, 23}}},
	{"java17", []firstCallPoint{{128, 59}}},
	{"java21", []firstCallPoint{{128, 970}, {1024, 69}}},
	{"java25", []firstCallPoint{{128, 2460}, {256, 930}, {512, 250}, {1024, 100}}},
	{"dotnet8", []firstCallPoint{{128, 7200}, {256, 3580}, {512, 1650}, {1024, 750}}},
	{"dotnet10", []firstCallPoint{{128, 7970}, {1024, 810}}},
	{"ruby3.4", []firstCallPoint{{128, 120}, {1024, 26}}},
}

// FirstCall returns how long the first call of an environment takes at least after
// an init, with so many bytes of memory; 0 where there is no measurement. Between
// two measurements it is that of the larger memory: a floor, as are cold starts.
func FirstCall(runtime, architecture string, memory int64) time.Duration {
	if architecture != "x86_64" {
		return 0
	}
	for _, row := range firstCalls {
		if row.runtime != runtime {
			continue
		}
		for _, p := range row.points {
			if memory <= p.megabytes*mebibyte {
				return time.Duration(p.tenths) * 100 * time.Microsecond
			}
		}
	}
	return 0
}

// firstCallNumbers are the numbers of a runtime.
func (p *Profile) firstCallNumbers(runtime string) []Number {
	var numbers []Number
	for _, row := range firstCalls {
		if row.runtime != runtime {
			continue
		}
		for _, point := range row.points {
			o := originOf(p.Name, "FirstCall")
			took := FirstCall(runtime, "x86_64", point.megabytes*mebibyte)
			numbers = append(numbers, o.number(GroupColdStart, runtime+" first call "+strconv.FormatInt(point.megabytes, 10)+" MB", int64(took), "ns"))
		}
	}
	return numbers
}
