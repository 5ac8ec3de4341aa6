package ui

// RecordingSpec is what is to be recorded.
type RecordingSpec struct {
	// Topics are those whose records are recorded: at least one, each once.
	Topics []string
	// File is the fixture that is written, from the folder of the project on; compressed with
	// gzip if it ends with .gz. One that is there is never replaced.
	File string
	// Filter leaves out records that it does not match; "" takes all.
	Filter string
	// From and To are, of a finished run, between which world times records were produced,
	// both inclusive; To 0 is the end. Of a run that goes on both are 0: it is recorded from
	// now on.
	From, To int64
}

// Recording is a recording as it is now. Its zero value says that there was none.
type Recording struct {
	// Number counts them, from 1 on.
	Number int
	// Active says that it goes on.
	Active bool
	// Records is how many are in the file.
	Records int64
	// Percent is how much of a finished run was read; 0 of one that goes on.
	Percent int
	// Said is what came of one that is over, and how it is replayed; Err what went wrong.
	Said string
	Err  error
}
