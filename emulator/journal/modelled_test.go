package journal

import (
	"bytes"
	"reflect"
	"testing"
)

// TestAppendModelledKnowsEveryField fails when Entry has got a field that
// AppendModelled forgets.
func TestAppendModelledKnowsEveryField(t *testing.T) {
	empty := (&Entry{}).AppendModelled(nil)
	fields := reflect.TypeFor[Entry]()
	for i := range fields.NumField() {
		var e Entry
		f := reflect.ValueOf(&e).Elem().Field(i)
		setAll(t, f)
		differs := !bytes.Equal(e.AppendModelled(nil), empty)
		name := fields.Field(i).Name
		if want := name != "Seq" && name != "Measured"; differs != want {
			t.Errorf("the encoding depends on %s: got %v, want %v", name, differs, want)
		}
	}
}

// setAll gives v, and every field in it, a value that is not zero.
func setAll(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(1)
	case reflect.Struct:
		for i := range v.NumField() {
			setAll(t, v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		setAll(t, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		setAll(t, v.Index(0))
	default:
		t.Fatalf("a field of kind %s: teach AppendModelled and this test", v.Kind())
	}
}

// FuzzAppendModelled: the encodings of two entries are equal if and only if
// their modelled parts are, and otherwise neither begins with the other.
func FuzzAppendModelled(f *testing.F) {
	f.Add([]byte{}, []byte{1})
	f.Add([]byte("\x06\x01ab"), []byte("\x06\x01ba"))
	f.Add([]byte{9, 1, 0, 0, 0, 255, 255, 3, 'a', 'b', 'c'}, []byte{9, 1, 0, 0, 0, 255, 255, 2, 'a', 'b', 'c'})
	f.Fuzz(func(t *testing.T, one, other []byte) {
		a, b := entryOf(one), entryOf(other)
		ea, eb := a.AppendModelled(nil), b.AppendModelled(nil)
		a.Seq, b.Seq, a.Measured, b.Measured = 0, 0, Measured{}, Measured{}
		if reflect.DeepEqual(a, b) {
			if !bytes.Equal(ea, eb) {
				t.Fatalf("equal entries, encodings %x and %x", ea, eb)
			}
			return
		}
		if bytes.HasPrefix(ea, eb) || bytes.HasPrefix(eb, ea) {
			t.Fatalf("entries %+v and %+v differ, encodings %x and %x do not", a, b, ea, eb)
		}
	})
}

// entryOf makes an entry of bytes: every field takes some of them.
func entryOf(data []byte) Entry {
	var e Entry
	fillFrom(reflect.ValueOf(&e).Elem(), &data)
	e.Kind, e.Outcome = e.Kind%kindEnd, e.Outcome%Outcome(len(outcomeNames)) // those there are
	return e
}

func fillFrom(v reflect.Value, data *[]byte) {
	next := func() byte {
		if len(*data) == 0 {
			return 0
		}
		b := (*data)[0]
		*data = (*data)[1:]
		return b
	}
	switch v.Kind() {
	case reflect.String:
		n := min(int(next()&7), len(*data))
		v.SetString(string((*data)[:n]))
		*data = (*data)[n:]
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(int64(int8(next())) << (next() & 31))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(next()))
	case reflect.Struct:
		for i := range v.NumField() {
			fillFrom(v.Field(i), data)
		}
	case reflect.Pointer:
		if next()&1 != 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fillFrom(v.Elem(), data)
		}
	case reflect.Slice:
		if n := int(next() & 3); n > 0 { // none is nil
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				fillFrom(v.Index(i), data)
			}
		}
	}
}

// TestAppendModelledKnowsEveryFieldOfEach is the same for what stands in Each.
func TestAppendModelledKnowsEveryFieldOfEach(t *testing.T) {
	plain := (&Entry{Each: &Records{Each: make([]Known, 1), Origins: make([]int32, 1)}}).AppendModelled(nil)
	for name, change := range map[string]func(*Records){
		"Base": func(r *Records) { r.Base = 1 }, "Key": func(r *Records) { r.Each[0].Key = 1 },
		"Trace": func(r *Records) { r.Each[0].Trace = 1 }, "Offset": func(r *Records) { r.Each[0].Offset = 1 },
		"Time": func(r *Records) { r.Each[0].Time = 1 }, "Origins": func(r *Records) { r.Origins[0] = 1 },
	} {
		each := &Records{Each: make([]Known, 1), Origins: make([]int32, 1)}
		change(each)
		if bytes.Equal((&Entry{Each: each}).AppendModelled(nil), plain) {
			t.Errorf("the encoding does not depend on %s", name)
		}
	}
	if n := reflect.TypeFor[Known]().NumField() + reflect.TypeFor[Records]().NumField(); n != 7 {
		t.Errorf("Known and Records have %d fields: teach AppendModelled and this test", n)
	}
}

// typical is what a batch function writes for each invocation.
var typical = Entry{Seq: 4711, At: 3_600_000_000_000, Kind: InvocationEnded, Function: "validate-bid", Mapping: "validate-bid",
	Environment: 12, Invocation: 123_456, Batch: 123_400, Attempt: 2, Topic: "bids.submitted", Partition: 7,
	First: 1_000_000, Last: 1_000_099, Records: 100, Bytes: 30_000, Outcome: FunctionError, Reason: "TypeError: x is undefined",
	Measured: Measured{Took: 14_000_000}}

func TestAppendModelledDoesNotAllocate(t *testing.T) {
	b := make([]byte, 0, 512)
	if n := testing.AllocsPerRun(100, func() { b = typical.AppendModelled(b[:0]) }); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}

func BenchmarkAppendModelled(b *testing.B) {
	b.ReportAllocs()
	buffer := make([]byte, 0, 512)
	for b.Loop() {
		buffer = typical.AppendModelled(buffer[:0])
	}
	b.SetBytes(int64(len(buffer)))
}
