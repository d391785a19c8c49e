data "pe_job_nodes" "first" {
  job_id = "1"
}

output "states" {
  value = { for node in data.pe_job_nodes.first.nodes : node.name => node.state }
}
