package broker

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// maxElements is how many array elements a request may have, over all its
// arrays. kmsg needs up to some 150 bytes of memory for an element that takes
// two on the wire.
const maxElements = 1 << 20

// layout is a compiled entry of layouts, with what else the gate knows about a
// kind of request.
type layout struct {
	name string
	// min and max are the versions that kfake handles.
	min, max int16
	// flexible is the first version with compact lengths and tags.
	flexible int16
	body     []field
}

// field is one field of a request.
type field struct {
	kind     byte // of layouts; '{' for a struct, '?' for one behind a presence byte
	min, max int16
	inner    []field // of a struct or array
	tags     []tagged
}

// tagged is a known tagged field.
type tagged struct {
	tag   uint32
	inner []field
}

// compileLayout compiles the entry of layouts for key. It panics on a mistake
// in the table.
func compileLayout(key, minVersion, maxVersion int16) (*layout, error) {
	text, ok := layouts[key]
	if !ok {
		return nil, fmt.Errorf("no layout for API key %d", key)
	}
	p := layoutParser{text: text + "}"}
	l := &layout{name: kmsg.NameForKey(key), min: minVersion, max: maxVersion, flexible: math.MaxInt16}
	l.body = []field{p.structure('{')}
	for v := minVersion; v <= maxVersion; v++ {
		r := kmsg.RequestForKey(key)
		r.SetVersion(v)
		if r.IsFlexible() {
			l.flexible = v
			break
		}
	}
	return l, nil
}

// layoutParser reads a layout from text.
type layoutParser struct{ text string }

func (p *layoutParser) structure(kind byte) field {
	f := field{kind: kind, max: math.MaxInt16}
	for {
		p.text = strings.TrimLeft(p.text, " ")
		switch c := p.text[0]; c {
		case '}':
			p.text = p.text[1:]
			return f
		case '<':
			p.text = p.text[1:]
			f.tags = p.tags()
		default:
			f.inner = append(f.inner, p.field())
		}
	}
}

func (p *layoutParser) field() field {
	c := p.text[0]
	p.text = p.text[1:]
	f := field{kind: c, max: math.MaxInt16}
	switch c {
	case '{':
		f = p.structure('{')
	case '?':
		p.text = p.text[1:] // {
		f = p.structure('?')
	case '[':
		f.inner = []field{p.field()}
		p.text = p.text[1:] // ]
	case '1', '2', '4', '8', 'u', 's', 'n', 'y', 'Y':
	default:
		panic("broker: bad layout at " + string(c) + p.text)
	}
	if strings.HasPrefix(p.text, "@") {
		p.text = p.text[1:]
		f.min = int16(p.number())
		if strings.HasPrefix(p.text, "-") {
			p.text = p.text[1:]
			f.max = int16(p.number())
		}
	}
	return f
}

func (p *layoutParser) tags() []tagged {
	var tags []tagged
	for {
		p.text = strings.TrimLeft(p.text, " ")
		if p.text[0] == '>' {
			p.text = p.text[1:]
			return tags
		}
		tag := p.number()
		p.text = p.text[1:] // :
		tags = append(tags, tagged{uint32(tag), []field{p.field()}})
	}
}

func (p *layoutParser) number() int {
	end := strings.IndexFunc(p.text, func(r rune) bool { return r < '0' || r > '9' })
	n, err := strconv.Atoi(p.text[:end])
	if err != nil {
		panic("broker: bad layout at " + p.text)
	}
	p.text = p.text[end:]
	return n
}

// walker steps over a request without allocating. After bad is set, all it
// returns is zero.
type walker struct {
	src      []byte
	bad      bool
	flexible bool
	version  int16
	elements int
}

// walk reports whether body is a request of version that kmsg can read, with
// every length in it honest.
func (l *layout) walk(body []byte, version int16) error {
	w := walker{src: body, flexible: version >= l.flexible, version: version}
	w.fields(l.body)
	switch {
	case w.elements > maxElements:
		return fmt.Errorf("%s v%d lists more than %d elements", l.name, version, maxElements)
	case w.bad:
		return fmt.Errorf("%s v%d does not parse", l.name, version)
	}
	return nil
}

func (w *walker) fields(fs []field) {
	for i := range fs {
		f := &fs[i]
		if w.version < f.min || w.version > f.max {
			continue
		}
		w.field(f)
		if w.bad {
			return
		}
	}
}

func (w *walker) field(f *field) {
	switch f.kind {
	case '1', '2', '4', '8':
		w.skip(int(f.kind - '0'))
	case 'u':
		w.skip(16)
	case 's', 'n':
		w.str(f.kind == 'n')
	case 'y', 'Y':
		w.bytes(f.kind == 'Y')
	case '[':
		w.array(f.inner)
	case '?':
		if int8(w.byte()) != -1 {
			w.structure(f)
		}
	case '{':
		w.structure(f)
	}
}

func (w *walker) structure(f *field) {
	w.fields(f.inner)
	if w.flexible {
		w.tagSection(f.tags)
	}
}

func (w *walker) array(inner []field) {
	n := w.arrayLen()
	if w.elements += n; w.elements > maxElements {
		w.fail()
		return
	}
	for ; n > 0 && !w.bad; n-- {
		w.fields(inner)
	}
}

// tagSection steps over a tag section. kmsg believes its count, whatever
// follows.
func (w *walker) tagSection(known []tagged) {
	n := w.uvarint()
	if int64(n)*2 > int64(len(w.src)) { // a tag and a size, one byte each at least
		w.fail()
		return
	}
	w.elements += int(n)
	for ; n > 0 && !w.bad; n-- {
		tag, size := w.uvarint(), w.uvarint()
		content := w.span(int(size))
		for i := range known {
			if known[i].tag == tag && !w.bad {
				inner := walker{src: content, flexible: w.flexible, version: w.version, elements: w.elements}
				inner.fields(known[i].inner)
				w.bad, w.elements = inner.bad, inner.elements
			}
		}
	}
}

// str steps over a string and returns it.
func (w *walker) str(nullable bool) []byte {
	var n int
	if w.flexible {
		n = int(w.uvarint()) - 1
	} else {
		n = int(int16(w.uint16()))
	}
	if nullable && n < 0 {
		return nil
	}
	return w.span(n)
}

// bytes steps over a byte array and returns it.
func (w *walker) bytes(nullable bool) []byte {
	var n int
	if w.flexible {
		n = int(w.uvarint()) - 1
	} else {
		n = int(int32(w.uint32()))
	}
	if n == -1 || nullable && n < 0 {
		return nil
	}
	return w.span(n)
}

func (w *walker) arrayLen() int {
	var n int32
	if w.flexible {
		n = int32(w.uvarint()) - 1
	} else {
		n = int32(w.uint32())
	}
	if int(n) > len(w.src) { // an element takes a byte at least
		w.fail()
	}
	if n < 0 || w.bad {
		return 0
	}
	return int(n)
}

func (w *walker) fail() { w.bad, w.src = true, nil }

func (w *walker) skip(n int) { w.span(n) }

func (w *walker) span(n int) []byte {
	if n < 0 || n > len(w.src) {
		w.fail()
		return nil
	}
	s := w.src[:n:n]
	w.src = w.src[n:]
	return s
}

func (w *walker) byte() byte {
	if s := w.span(1); s != nil {
		return s[0]
	}
	return 0
}

func (w *walker) uint16() uint16 {
	if s := w.span(2); s != nil {
		return binary.BigEndian.Uint16(s)
	}
	return 0
}

func (w *walker) uint32() uint32 {
	if s := w.span(4); s != nil {
		return binary.BigEndian.Uint32(s)
	}
	return 0
}

// uvarint reads an unsigned varint of at most 32 bits, as kmsg does.
func (w *walker) uvarint() uint32 {
	v, n := binary.Uvarint(w.src)
	if n <= 0 || n > 5 || v > math.MaxUint32 {
		w.fail()
		return 0
	}
	w.src = w.src[n:]
	return uint32(v)
}
