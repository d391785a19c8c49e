variable "canaries" {
  description = "Nodes that get a release first."
  type        = set(string)
  default     = ["node1.example.com", "node2.example.com"]
}

# The canaries among the Debian nodes.
resource "pe_deploy" "canary" {
  environment = "production"
  scope = {
    query = "inventory[certname] { certname in ${provider::pe::pql_array(var.canaries)} and facts.os.family = \"Debian\" }"
  }
}

output "query" {
  value = pe_deploy.canary.scope.query # inventory[certname] { certname in ["node1.example.com", "node2.example.com"] and facts.os.family = "Debian" }
}
