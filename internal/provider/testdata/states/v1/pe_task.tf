resource "pe_task" "minimal" {
  task  = "facts"
  scope = { nodes = ["node1.example.com"] }
}

resource "pe_task" "full" {
  task                     = "simulate"
  environment              = "production"
  description              = "say hello"
  noop                     = false
  params                   = { data = { list = [1, "two", null, true], nested = { pi = 3.25 } }, fail_on = ["node2.example.com"] }
  sensitive_params_version = 1
  scope                    = { query = "nodes[certname] { certname ~ \"node[12]\" }" }
  timeout                  = 60
  userdata                 = { ticket = "CHG0001", retries = 3, urgent = true, contact = { team = "web" } }
  triggers                 = { run = "1" }
  max_failed_nodes         = 1
  capture_results          = "all"
  on_destroy               = "stop"
  depends_on               = [pe_task.minimal]

  timeouts {
    create = "5m"
  }
}
