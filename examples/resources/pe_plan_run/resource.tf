# A plan, whose result is a value. The server looks the targets up.
resource "pe_plan_run" "facts" {
  plan_name    = "facts::info"
  query_params = { targets = "inventory[certname] { facts.role = \"web\" }" }
}

output "facts" {
  value = pe_plan_run.facts.result
}
