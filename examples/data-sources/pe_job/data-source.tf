data "pe_job" "latest" {
  id = "1"
}

output "state" {
  value = data.pe_job.latest.state
}
