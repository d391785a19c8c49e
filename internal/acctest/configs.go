// SPDX-License-Identifier: MPL-2.0

package acctest

// PlanRun is the address of the plan run of [PlanBody].
const PlanRun = "pe_plan_run.p"

// PlanBody returns a plan run with a body.
func PlanBody(body string) string { return "resource \"pe_plan_run\" \"p\" {\n" + body + "\n}\n" }

// ScheduledTask is the address of the schedule of [ScheduledTaskBody].
const ScheduledTask = "pe_scheduled_task.s"

// ScheduledTaskBody returns a scheduled task with a body.
func ScheduledTaskBody(body string) string {
	return "resource \"pe_scheduled_task\" \"s\" {\n" + body + "\n}\n"
}

// ScheduleAt returns a schedule that begins at a time.
func ScheduleAt(time, more string) string {
	return ScheduledTaskBody(`
  task           = "simulate"
  params         = { output = "restarted" }
  scope          = { nodes = ["node1.example.com"] }
  scheduled_time = "` + time + `"
` + more)
}

// Task is the address of the task of [TaskBody].
const Task = "pe_task.t"

// TaskBody returns a task resource with a body.
func TaskBody(body string) string { return "resource \"pe_task\" \"t\" {\n" + body + "\n}\n" }

// TwoNodes is a scope.
const TwoNodes = `scope = { nodes = ["node1.example.com", "node2.example.com"] }`
