# Stop before anything is planned when the orchestrator is not well.
data "pe_orchestrator" "this" {
  level           = "critical"
  timeout_seconds = 10

  lifecycle {
    postcondition {
      condition     = self.state == "running"
      error_message = "The orchestrator is ${self.state}."
    }
  }
}
