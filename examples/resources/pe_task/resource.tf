# A task whose structured results are values. They are kept in the state, so that has to be asked for.
resource "pe_task" "openssl" {
  task            = "package"
  params          = { action = "status", name = "openssl" }
  scope           = { query = "nodes[certname] { }" }
  capture_results = "all"
}

output "openssl_versions" {
  value = { for node, entry in pe_task.openssl.results : node => entry.result.version }
}
