package emulator

import "time"

const atTimestamp = "AT_TIMESTAMP"

// startingPosition checks it and its timestamp (kafka-starting-positions).
func (v *validation) startingPosition(path string, e *Event) {
	v.oneOf(Path(path, "startingPosition"), e.StartingPosition, []string{"TRIM_HORIZON", "LATEST", atTimestamp})
	at, stamp := Path(path, "startingPositionTimestamp"), e.StartingPositionTimestamp
	shown := stamp.Format(time.RFC3339Nano)
	switch {
	case stamp.IsZero() && e.StartingPosition == atTimestamp:
		v.add(at, "", "is missing: AT_TIMESTAMP begins there", "write Unix seconds, or a time such as 2026-10-01T12:00:00Z")
	case stamp.IsZero():
	case e.StartingPosition != atTimestamp:
		v.add(at, shown, "has no effect without startingPosition: AT_TIMESTAMP", "set startingPosition: AT_TIMESTAMP")
	case stamp.After(time.Now()):
		// API model: "StartingPositionTimestamp cannot be in the future."
		v.add(at, shown, shown+" is in the future", "AWS says: StartingPositionTimestamp cannot be in the future.")
	case stamp.Before(time.Unix(0, 0)):
		v.add(at, shown, shown+" is before 1970", "")
	}
}
