data "pe_job" "first" {
  id = "1"
}

output "state" {
  value = data.pe_job.first.state
}
