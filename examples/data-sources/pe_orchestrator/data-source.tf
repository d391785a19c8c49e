data "pe_orchestrator" "this" {}

output "version" {
  value = data.pe_orchestrator.this.services["orchestrator-service"].service_version
}

output "healthy" {
  value = data.pe_orchestrator.this.state == "running"
}
