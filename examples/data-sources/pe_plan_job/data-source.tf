data "pe_plan_job" "latest" {
  id = "1"
}

output "result" {
  value = data.pe_plan_job.latest.result
}
