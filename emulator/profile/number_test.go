package profile

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"
)

// paths are those of all fields that are numbers of a profile.
func paths() []string {
	all := []string{"ColdStart", "FirstCall"}
	for prefix, v := range map[string]any{"Kafka.": Kafka{}, "Function.": Function{}, "Billing.": Billing{}} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
			all = append(all, prefix+f.Name)
		}
	}
	return all
}

func TestEveryNumberHasAnOrigin(t *testing.T) {
	all := paths()
	for _, path := range all {
		if _, ok := origins[path]; !ok {
			t.Errorf("%s has no origin: say in origins where its number is from", path)
		}
	}
	tables := map[string]map[string]origin{"origins": origins}
	for name, own := range ownOrigins {
		if !slices.Contains(Names(), name) {
			t.Errorf("ownOrigins has profile %q, which there is not", name)
		}
		tables[name] = own
	}
	for name, table := range tables {
		for path, o := range table {
			if !slices.Contains(all, path) {
				t.Errorf("%s: there is no field %s", name, path)
			}
			complain := func(what string) { t.Errorf("%s: the origin of %s %s", name, path, what) }
			if !slices.Contains([]Status{Documented, Measured, Uncertain}, o.status) {
				complain("has status " + string(o.status))
			}
			if o.from.name == "" || !isDate(o.from.date) {
				complain("has no source with a date")
			}
			if o.status == Uncertain && o.note == "" {
				complain("does not say what is uncertain")
			}
		}
	}
}

// isDate says whether text is a day, a month or a year.
func isDate(text string) bool {
	return slices.ContainsFunc([]string{time.DateOnly, "2006-01", "2006"}, func(layout string) bool {
		_, err := time.Parse(layout, text)
		return err == nil
	})
}

func TestNumbers(t *testing.T) {
	for _, name := range Names() {
		p, _ := Lookup(name)
		seen := map[string]bool{}
		for _, n := range p.Numbers() {
			id := n.Group + "." + n.Name
			if seen[id] {
				t.Errorf("profile %s: %s is there twice", name, id)
			}
			seen[id] = true
			if n.Source == "" || !isDate(n.Date) || n.Status == "" {
				t.Errorf("profile %s: %s is from nowhere: %+v", name, id, n)
			}
			if !slices.Contains(p.Sources, n.Source+", "+n.Date) {
				t.Errorf("profile %s: the source of %s is not among Sources: %q", name, id, n.Source)
			}
			if _, err := json.Marshal(n); err != nil {
				t.Errorf("profile %s: %s: %v", name, id, err)
			}
			switch n.Value.(type) {
			case int64, bool, string, []string, *Quantiles, Backoff, Tiers:
			default:
				t.Errorf("profile %s: %s is a %T", name, id, n.Value)
			}
		}
	}
}

func number(t *testing.T, name, group, number string) Number {
	t.Helper()
	p, ok := Lookup(name)
	if !ok {
		t.Fatalf("there is no profile %q", name)
	}
	all := p.Numbers()
	i := slices.IndexFunc(all, func(n Number) bool { return n.Group == group && n.Name == number })
	if i < 0 {
		t.Fatalf("profile %s has no number %s.%s", name, group, number)
	}
	return all[i]
}

func TestNumbersAreTheFieldsOfTheProfile(t *testing.T) {
	for _, c := range []struct {
		profile, group, name string
		value                any
		unit                 string
		status               Status
	}{
		{"aws", GroupKafka, "batchSizeMax", int64(10_000), "records", Documented},
		{"aws", GroupKafka, "windowDefault", int64(500 * time.Millisecond), "ns", Documented},
		{"aws", GroupKafka, "errorControls", false, "", Documented},
		{"aws-provisioned", GroupKafka, "errorControls", true, "", Documented},
		{"aws", GroupKafka, "pollersDefault", int64(1), "", Uncertain},
		{"aws-provisioned", GroupKafka, "pollersDefault", int64(1), "", Documented},
		{"aws", GroupKafka, "retryBackoff", Backoff{Initial: 1e9, Max: 60e9}, "ns", Uncertain},
		{"aws", GroupFunction, "requestMax", int64(6_291_456), "bytes", Documented},
		{"aws", GroupFunction, "idleMax", int64(7 * time.Minute), "ns", Measured},
		{"aws", GroupColdStart, "nodejs24.x arm64", ColdStart("nodejs24.x", "arm64"), "ns", Measured},
	} {
		n := number(t, c.profile, c.group, c.name)
		if !reflect.DeepEqual(n.Value, c.value) || n.Unit != c.unit || n.Status != c.status {
			t.Errorf("profile %s, %s.%s: got %+v, want %v %s, %s", c.profile, c.group, c.name, n, c.value, c.unit, c.status)
		}
	}
}
