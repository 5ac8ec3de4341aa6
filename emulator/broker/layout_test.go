package broker

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// testGate is a gate that knows what kfake handles, without a broker running.
func testGate(t testing.TB) *gate {
	t.Helper()
	b := startBroker(t, Config{})
	return b.gate
}

// fill sets every field of v, a struct of kmsg, to something random.
func fill(r *rand.Rand, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Name != "Version" && f.Name != "UnknownTags" {
				fill(r, v.Field(i), depth)
			}
		}
	case reflect.Slice:
		n := r.IntN(4)
		if depth > 3 {
			n = 0
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(r, v.Index(i), depth+1)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(r, v.Index(i), depth)
		}
	case reflect.Pointer:
		if r.IntN(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem(), depth)
		}
	case reflect.String:
		v.SetString(strings.Repeat("x", r.IntN(140)))
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(r.Int64N(100))
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		v.SetUint(r.Uint64N(100))
	case reflect.Float64:
		v.SetFloat(r.Float64())
	}
}

func TestLayoutsAgreeWithKmsg(t *testing.T) {
	g := testGate(t)
	r := rand.New(rand.NewPCG(1, 2))
	for key, l := range g.layouts {
		if l == nil {
			continue
		}
		for version := l.min; version <= l.max; version++ {
			for range 40 {
				checkLayout(t, r, l, int16(key), version)
			}
		}
	}
}

// checkLayout compares the walk with kmsg's parser, on a request that is right
// and on copies of it that are cut short or changed.
func checkLayout(t *testing.T, r *rand.Rand, l *layout, key, version int16) {
	t.Helper()
	req := kmsg.RequestForKey(key)
	req.SetVersion(version)
	fill(r, reflect.ValueOf(req).Elem(), 0)
	body := req.AppendTo(nil)
	w := walker{src: body, flexible: version >= l.flexible, version: version}
	if w.fields(l.body); w.bad || len(w.src) != 0 {
		t.Fatalf("%s v%d: bad %v, %d of %d bytes left\n%+v", l.name, version, w.bad, len(w.src), len(body), req)
	}
	for range 10 {
		changed := append([]byte(nil), body...)
		for range r.IntN(3) {
			if len(changed) > 0 {
				changed[r.IntN(len(changed))] = byte(r.UintN(256))
			}
		}
		changed = changed[:r.IntN(len(changed)+1)]
		err := l.walk(changed, version)
		if err != nil && tagsMayHang(changed) {
			continue // kmsg would believe a count of billions
		}
		again := kmsg.RequestForKey(key)
		again.SetVersion(version)
		kerr := again.ReadFrom(changed)
		if (err == nil) != (kerr == nil) {
			t.Fatalf("%s v%d: walk says %v, kmsg says %v\n%x", l.name, version, err, kerr, changed)
		}
	}
}

// tagsMayHang reports whether a varint of four bytes or more stands in b.
func tagsMayHang(b []byte) bool {
	run := 0
	for _, c := range b {
		if c < 0x80 {
			run = 0
		} else if run++; run >= 3 {
			return true
		}
	}
	return false
}

func TestWalkRefusesLyingLengths(t *testing.T) {
	g := testGate(t)
	metadata := g.layouts[metadataKey]
	for name, c := range map[string]struct {
		version int16
		body    []byte
	}{
		"array longer than the frame":       {1, []byte{0x7f, 0xff, 0xff, 0xff}},
		"string longer than the frame":      {1, []byte{0, 0, 0, 1, 0x7f, 0xff}},
		"compact array longer":              {9, []byte{0xff, 0xff, 0xff, 0xff, 0x07}},
		"four billion tags":                 {9, []byte{0x01, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x0f}},
		"tag longer than the frame":         {9, []byte{0x01, 0, 0, 0, 0x01, 0x00, 0x7f}},
		"varint without an end":             {9, []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
		"nothing at all":                    {9, nil},
		"null string where none is allowed": {0, []byte{0, 0, 0, 1, 0xff, 0xff}},
	} {
		if err := metadata.walk(c.body, c.version); err == nil {
			t.Errorf("%s: passed", name)
		}
	}
	many := make([]byte, 4+2*(maxElements+1))
	many[1], many[2], many[3] = 0x10, 0x00, 0x01
	if err := metadata.walk(many, 0); err == nil || !strings.Contains(err.Error(), "elements") {
		t.Errorf("%d empty topic names: got %v, want too many elements", maxElements+1, err)
	}
}
