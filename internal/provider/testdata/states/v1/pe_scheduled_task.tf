resource "pe_scheduled_task" "minimal" {
  task           = "facts"
  scope          = { nodes = ["node1.example.com"] }
  scheduled_time = "2099-01-01T03:00:00Z"
}

resource "pe_scheduled_task" "full" {
  task           = "simulate"
  params         = { output = "x", data = { list = [1, "two", true] } }
  scope          = { query = ["from", "nodes", ["=", "certname", "node1.example.com"]] }
  noop           = true
  concurrency    = 3
  transport      = "pxp"
  scheduled_time = "2099-01-07T02:00:00+01:00"
  interval       = "168h"
  description    = "weekly"
  userdata       = { ticket = "CHG0001", retries = 3, urgent = true, contact = { team = "web" } }
  depends_on     = [pe_scheduled_task.minimal]
}
