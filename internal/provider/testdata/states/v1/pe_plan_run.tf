resource "pe_plan_run" "minimal" {
  plan_name = "canary"
  params    = { nodes = "node1.example.com" }
}

resource "pe_plan_run" "full" {
  plan_name                = "simulate::plan"
  environment              = "production"
  description              = "look around"
  params                   = { result = { done = true, list = [1, null] } }
  query_params             = { targets = "nodes[certname] { }" }
  sensitive_params_version = 1
  timeout                  = 600
  userdata                 = { ticket = "CHG0001", retries = 3, urgent = true, contact = { team = "web" } }
  triggers                 = { run = "1" }
  on_destroy               = "stop"
  depends_on               = [pe_plan_run.minimal]

  timeouts {
    create = "5m"
  }
}
