data "pe_job_nodes" "latest" {
  job_id = "1"
}

output "states" {
  value = { for node in data.pe_job_nodes.latest.nodes : node.name => node.state }
}
