# A plan, whose result is a value. The server looks the targets up.
resource "pe_plan_run" "facts" {
  plan_name    = "facts::info"
  query_params = { targets = "inventory[certname] { facts.role = \"web\" }" }
}

output "facts" {
  value = pe_plan_run.facts.result
}

# A plan with ordinary parameters, stopped when it is destroyed while it runs.
resource "pe_plan_run" "canary" {
  plan_name   = "canary"
  description = "Two nodes first"
  params = {
    nodes   = ["node1.example.com", "node2.example.com"]
    command = "whoami"
    canary  = 1
  }
  on_destroy = "stop"
}
