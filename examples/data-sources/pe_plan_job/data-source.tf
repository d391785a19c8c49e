data "pe_plan_job" "first" {
  id = "1"
}

output "result" {
  value = data.pe_plan_job.first.result
}
