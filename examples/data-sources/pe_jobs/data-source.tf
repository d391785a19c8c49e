data "pe_jobs" "all" {}

output "how_many" {
  value = length(data.pe_jobs.all.jobs)
}
