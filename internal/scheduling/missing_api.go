// SPDX-License-Identifier: MPL-2.0

package scheduling

import (
	"errors"
	"fmt"
	"net/url"

	"github.com/terraform-provider-pe/terraform-provider-pe/internal/httpapi"
	"github.com/terraform-provider-pe/terraform-provider-pe/internal/orchestrator"
)

// missingAPIError is the error for a server that lacks the scheduling API in use.
type missingAPIError struct {
	// setting is the provider's setting for the API.
	setting string
	// tried is the request that was answered with status.
	tried  string
	status int
}

func (e missingAPIError) Error() string {
	if e.setting != SettingAuto {
		return fmt.Sprintf("the server does not have the scheduling API that `scheduled_jobs_api` = %q asks for: %s was answered with status "+
			"%d. With \"auto\", the provider finds out which one there is", e.setting, e.tried, e.status)
	}
	return fmt.Sprintf("the server has neither of PE's scheduling APIs. GET /orchestrator/v1/scheduled_jobs/environment_jobs (PE 2021.7 "+
		"and newer) and %s (older) were tried; there is nothing at either (status %d)", e.tried, e.status)
}

// refused is the error of a creation: that the API is missing only where the server itself says so. A page of something in front of it may
// follow a creation that was carried out.
func (a Access) refused(err error) error {
	if !httpapi.Refused(err) {
		return err
	}
	return a.explain(err)
}

// errNoPlans says that a server schedules tasks and no plans.
var errNoPlans = errors.New("the server cannot schedule plans: POST /orchestrator/v1/command/schedule_plan, which it does not have, came " +
	"with PE 2019.8.3")

// refusedLegacy is the error of a creation by a command, on a server that has listed its schedules.
func (a Access) refusedLegacy(scheduleType string, err error) error {
	if httpapi.Refused(err) && orchestrator.IsMissingAPI(err) && scheduleType == orchestrator.SchedulePlan {
		return errNoPlans
	}
	return a.refused(err)
}

// explain replaces the answer of a server that does not have the API in use. The new error is not one of the server, because no service has
// judged the request.
func (a Access) explain(err error) error {
	var answer *httpapi.Error
	if !orchestrator.IsMissingAPI(err) || !errors.As(err, &answer) {
		return err
	}
	tried := answer.Method + " " + answer.URL
	if at, parseErr := url.Parse(answer.URL); parseErr == nil {
		tried = answer.Method + " " + at.Path
	}
	return missingAPIError{setting: a.Setting, tried: tried, status: answer.Status}
}
