package eventsource

// Refresh looks for partitions that were added to the topic. It does not block.
func (s *Source) Refresh() {
	select {
	case <-s.joined:
		s.client.ForceMetadataRefresh()
	default: // it looks when it joins
	}
}
