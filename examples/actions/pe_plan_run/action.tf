# Runs a plan, whenever somebody asks for it: terraform apply -invoke=action.pe_plan_run.facts
action "pe_plan_run" "facts" {
  config {
    plan_name = "facts::info"
    params    = { targets = "web1.example.com" }
  }
}
