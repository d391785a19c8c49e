# A task whose structured results are values.
resource "pe_task" "openssl" {
  task   = "package"
  params = { action = "status", name = "openssl" }
  scope  = { query = "nodes[certname] { }" }
}

output "openssl_versions" {
  value = { for node, entry in pe_task.openssl.results : node => entry.result.version }
}

# A secret is sent and stored nowhere. It needs Terraform 1.11 or newer.
variable "password" {
  type      = string
  sensitive = true
  ephemeral = true
  default   = "example-only"
}

resource "pe_task" "rotate" {
  task   = "simulate"
  params = { mode = "fast" }
  scope  = { nodes = ["node1.example.com"] }

  sensitive_params         = { secret = var.password }
  sensitive_params_version = 1
}
