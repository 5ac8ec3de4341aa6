package emulator

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/coldbrook-dev/coldbrook/emulator/internal/world"
)

func TestNoBatchesInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := StartIn(&world.World{Network: world.NewNetwork(), Settle: synctest.Wait}, Config{
			Journal: Journal{Batches: func(string, int32, int64, []byte) {}},
		})
		if !errors.Is(err, errBatchesInVirtual) {
			t.Errorf("got %v", err)
		}
	})
}
