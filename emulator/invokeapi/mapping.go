package invokeapi

import (
	"net/http"
	"strings"
	"time"
)

// Documents of event source mappings: shapes of the API model of botocore.
type (
	mappingDocument struct {
		UUID, EventSourceMappingArn         string
		StartingPosition                    string
		BatchSize                           int
		MaximumBatchingWindowInSeconds      *int64    `json:",omitempty"`
		EventSourceArn                      string    `json:",omitempty"`
		FilterCriteria                      *criteria `json:",omitempty"`
		FunctionArn                         string
		LastModified                        float64 // seconds since 1970
		State, StateTransitionReason        string
		DestinationConfig                   *destinations `json:",omitempty"`
		Topics                              []string
		SelfManagedEventSource              *endpoints `json:",omitempty"`
		MaximumRecordAgeInSeconds           int64
		BisectBatchOnFunctionError          bool
		MaximumRetryAttempts                int
		FunctionResponseTypes               []string
		AmazonManagedKafkaEventSourceConfig *consumerGroup `json:",omitempty"`
		SelfManagedKafkaEventSourceConfig   *consumerGroup `json:",omitempty"`
		ProvisionedPollerConfig             *pollers       `json:",omitempty"`
	}

	criteria struct{ Filters []pattern }
	pattern  struct{ Pattern string }

	destinations struct{ OnFailure destination }
	destination  struct{ Destination string }

	endpoints struct{ Endpoints map[string][]string }

	consumerGroup struct {
		ID string `json:"ConsumerGroupId"`
	}
	pollers struct{ MinimumPollers, MaximumPollers int }
)

func (s *Server) listMappings(w http.ResponseWriter, r *http.Request, _ string) *Error {
	q := r.URL.Query()
	function, source := "", q.Get("EventSourceArn")
	if name := q.Get("FunctionName"); name != "" {
		f, e := s.resolve(name, "")
		if e != nil {
			return e
		}
		function = f.ARN
	}
	var found []Mapping
	for _, m := range s.platform.Mappings() {
		if (function == "" || m.FunctionARN == function) && (source == "" || m.EventSourceARN == source) {
			found = append(found, m)
		}
	}
	first, last, next, e := page(q, len(found), mappingsAtOnce)
	if e != nil {
		return e
	}
	document := struct {
		NextMarker          string `json:",omitempty"`
		EventSourceMappings []mappingDocument
	}{next, []mappingDocument{}}
	for i := first; i < last; i++ {
		document.EventSourceMappings = append(document.EventSourceMappings, s.mappingOf(&found[i]))
	}
	writeJSON(w, http.StatusOK, document)
	return nil
}

func (s *Server) getMapping(w http.ResponseWriter, _ *http.Request, id string) *Error {
	for _, m := range s.platform.Mappings() {
		if strings.EqualFold(mappingUUID(&m), id) {
			writeJSON(w, http.StatusOK, s.mappingOf(&m))
			return nil
		}
	}
	return refuse(http.StatusNotFound, notFound, textNoMapping)
}

func mappingUUID(m *Mapping) string { return derivedUUID("mapping", m.Name) }

func (s *Server) mappingOf(m *Mapping) mappingDocument {
	id := mappingUUID(m)
	d := mappingDocument{
		UUID: id, EventSourceMappingArn: strings.TrimSuffix(s.arns, "function:") + "event-source-mapping:" + id,
		StartingPosition: m.StartingPosition, BatchSize: m.BatchSize, FunctionArn: m.FunctionARN,
		LastModified: float64(s.started.UnixMilli()) / 1000, State: "Enabled", StateTransitionReason: "USER_INITIATED",
		Topics: []string{m.Topic}, MaximumRetryAttempts: m.Retries, MaximumRecordAgeInSeconds: -1,
		BisectBatchOnFunctionError: m.Bisect, FunctionResponseTypes: []string{},
	}
	if m.RecordAge >= 0 {
		d.MaximumRecordAgeInSeconds = int64(m.RecordAge / time.Second)
	}
	// The field has whole seconds; the default of 500 ms is what AWS calls unset.
	if m.BatchWindow%time.Second == 0 {
		d.MaximumBatchingWindowInSeconds = new(int64(m.BatchWindow / time.Second))
	}
	if m.PartialResponse {
		d.FunctionResponseTypes = []string{"ReportBatchItemFailures"}
	}
	if m.OnFailure != "" {
		d.DestinationConfig = &destinations{destination{m.OnFailure}}
	}
	if m.Pollers > 0 {
		d.ProvisionedPollerConfig = &pollers{m.Pollers, m.Pollers}
	}
	if len(m.Filters) > 0 {
		d.FilterCriteria = &criteria{}
		for _, f := range m.Filters {
			d.FilterCriteria.Filters = append(d.FilterCriteria.Filters, pattern{f})
		}
	}
	d.source(m)
	return d
}

// source says where the records come from.
func (d *mappingDocument) source(m *Mapping) {
	group := &consumerGroup{m.Name}
	if m.Source == "msk" {
		d.EventSourceArn, d.AmazonManagedKafkaEventSourceConfig = m.EventSourceARN, group
		return
	}
	d.SelfManagedKafkaEventSourceConfig = group
	d.SelfManagedEventSource = &endpoints{map[string][]string{"KAFKA_BOOTSTRAP_SERVERS": {m.Bootstrap}}}
}
