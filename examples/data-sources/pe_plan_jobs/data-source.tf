data "pe_plan_jobs" "all" {}

output "plans" {
  value = distinct(data.pe_plan_jobs.all.plan_jobs[*].plan_name)
}
