package acctest

const PlanRun = "pe_plan_run.p"

func PlanBody(body string) string { return "resource \"pe_plan_run\" \"p\" {\n" + body + "\n}\n" }

const ScheduledTask = "pe_scheduled_task.s"

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

const Task = "pe_task.t"

// TaskBody returns a task resource with a body.
func TaskBody(body string) string { return "resource \"pe_task\" \"t\" {\n" + body + "\n}\n" }

const TwoNodes = `scope = { nodes = ["node1.example.com", "node2.example.com"] }`
