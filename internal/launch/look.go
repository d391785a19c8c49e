package launch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
)

// look reads the server's lists until something is found, or until a list that was read after the settling time of a launch
// holds nothing. Trouble that passes is outlived while ctx lasts, but answers that make no sense are only outlived for the
// settling time: what gives them is no Puppet Enterprise.
func (l *Launcher) look(
	ctx context.Context,
	sent time.Time,
	find func(context.Context) ([]string, error),
	found func(ids []string) bool,
) ([]string, error) {
	settle := l.settle
	if ctx.Err() != nil {
		settle = min(settle, farewell/2)
	}
	settled := sent.Add(settle)
	ctx, cancel := outlasting(ctx)
	defer cancel()

	for pause := min(firstLook, settle/4); ; pause = min(2*pause, longestLook) {
		asked := time.Now()
		ids, err := find(ctx)
		switch {
		case err == nil && (found(ids) || !asked.Before(settled)):
			return ids, nil
		case err != nil && (!httpapi.Transient(err) || asked.After(settled.Add(outlives(err)))):
			return nil, err
		}
		if wait(ctx, pause) != nil {
			return nil, fmt.Errorf("looking for what was started: %w", errors.Join(context.Cause(ctx), err))
		}
	}
}

// outlives is how much longer than the settling time trouble with the lists is borne.
func outlives(err error) time.Duration {
	if httpapi.Senseless(err) {
		return 0
	}
	return patience
}

// outlasting returns a context that goes on for a few seconds after ctx has ended, so that an interrupted launch is not
// forgotten.
func outlasting(ctx context.Context) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(farewell, func() { cancel(context.Cause(ctx)) })
	})
	return longer, func() {
		stop()
		cancel(context.Canceled)
	}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
