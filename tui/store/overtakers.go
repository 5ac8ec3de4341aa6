package store

// Overtakers returns the events that a late one was overtaken by, as far as they are kept:
// those that succeeded before it with a higher offset of its partition. Those with its key
// come first; within that they are in the order of their completion, at most so many.
func (e *Events) Overtakers(number uint64, most int) []Event {
	late := e.At(number)
	if late == nil || late.Late == 0 {
		return nil
	}
	var same, other []Event
	left := late.Late
	for n := number - 1; n >= e.First() && n > 0 && left > 0; n-- {
		by := e.At(n)
		if by.State != EventOK || by.Of != late.Of || by.Partition != late.Partition || by.Offset <= late.Offset {
			continue
		}
		left--
		if by.Key == late.Key && by.Key != 0 {
			same = append(same, *by)
		} else {
			other = append(other, *by)
		}
	}
	all := append(reversed(same), reversed(other)...)
	return all[:min(len(all), most)]
}

func reversed(all []Event) []Event {
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}
