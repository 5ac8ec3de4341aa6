package platform

import (
	"slices"
	"strings"
)

// fault reads: crash|throttle|slow|rebalance|broker-down [function=f] [nth=2]
// [p=500,000] [from=1s] [until=2s] [times=3] [delay=250ms] [after].
func (s *script) fault(words []string) Fault {
	f := Fault{Kind: FaultKind(slices.Index(faultNames[:], strings.ReplaceAll(words[0], "-", " "))), Function: -1}
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		switch name {
		case "function":
			f.Function = s.function(value)
		case "nth":
			f.Nth = uint64(s.number(value))
		case "p":
			f.Probability = uint32(s.number(value))
		case "from":
			f.From = s.duration(value)
		case "until":
			f.Until = s.duration(value)
		case "times":
			f.Times = uint64(s.number(value))
		case "delay":
			f.Delay = s.duration(value)
		case "after":
			f.After = true
		default:
			s.fatalf("unknown trigger or effect %q", w)
		}
	}
	return f
}

// function reads the name of a function; one that is not known has the number 99.
func (s *script) function(name string) FunctionID {
	i := slices.IndexFunc(s.cfg.Functions, func(f Function) bool { return f.Name == name })
	if i < 0 {
		return 99
	}
	return FunctionID(i)
}
