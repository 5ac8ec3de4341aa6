package order

// topic is what is known of the keys of a topic: in which partition each of them is.
type topic struct {
	name     string
	produced bool // keys are known from what was produced, not from what mappings were handed
	by       *mapping
	keys     []keyPlace
	used     int
	groups   *group
}

// keyPlace is the first record that a key was seen with.
type keyPlace struct {
	key       uint64
	offset    int64
	partition int32
	counted   bool
}

const (
	fewestKeys = 1 << 10
	mostKeys   = 1 << 16
	// probes is how many places a key may have in a full table.
	probes = 8
)

func (c *Checker) topicOf(name string) *topic {
	for _, t := range c.topics {
		if t.name == name {
			return t
		}
	}
	t := &topic{name: name}
	c.topics = append(c.topics, t)
	return t
}

// keysOf returns the table of a topic that is filled by what a mapping is handed, nil if
// it is filled by what is produced, or by what another mapping is handed.
func (c *Checker) keysOf(p *partition) *topic {
	t := c.topicOf(p.topic)
	if t.by == nil {
		t.by = p.mapping
	}
	if t.produced || t.by != p.mapping {
		return nil
	}
	return t
}

// lookAtKey checks that a key is in one partition only (O12).
func (c *Checker) lookAtKey(t *topic, partition int32, offset int64, key uint64) {
	if key == 0 {
		return
	}
	if 2*t.used >= len(t.keys) && len(t.keys) < mostKeys {
		t.grow()
	}
	mask := len(t.keys) - 1
	home := int((key * 0x9E3779B97F4A7C15) >> 40)
	for i := range probes {
		k := &t.keys[(home+i)&mask]
		switch k.key {
		case key:
			if k.partition != partition && !k.counted {
				k.counted = true
				c.keyMoved(t, k, partition, offset)
			}
			return
		case 0:
			*k = keyPlace{key: key, offset: offset, partition: partition}
			t.used++
			return
		}
	}
	if len(t.keys) < mostKeys { // there is room, but not here
		t.grow()
		c.lookAtKey(t, partition, offset, key)
		return
	}
	t.keys[home&mask] = keyPlace{key: key, offset: offset, partition: partition}
	c.forgotten++
}

func (t *topic) grow() {
	old := t.keys
	t.keys, t.used = make([]keyPlace, max(fewestKeys, 2*len(old))), 0
	mask := len(t.keys) - 1
	for _, k := range old {
		if k.key == 0 {
			continue
		}
		home := int((k.key * 0x9E3779B97F4A7C15) >> 40)
		i := 0
		for i < probes-1 && t.keys[(home+i)&mask].key != 0 {
			i++
		}
		if at := &t.keys[(home+i)&mask]; at.key == 0 {
			*at = k
			t.used++
		}
	}
}

func (c *Checker) keyMoved(t *topic, first *keyPlace, partition int32, offset int64) {
	g := t.groups
	if g == nil {
		g = &group{rule: KeyInTwoPartitions, topic: t.name, partition: none}
		t.groups = g
		c.groups = append(c.groups, g)
	}
	g.count(1, Partitioning, c.now)
	if len(g.witnesses) >= c.options.Witnesses {
		return
	}
	v := Violation{Rule: KeyInTwoPartitions, At: c.now, Seq: c.seq, Cause: Partitioning}
	v.Earlier = Delivery{Record: Ref{t.name, first.partition, first.offset}, Key: first.key}
	v.Later = &Delivery{Record: Ref{t.name, partition, offset}, Key: first.key}
	c.keep(g, &v)
}
