# Puppet runs on one node, and the apply waits for it.
resource "pe_deploy" "node1" {
  environment = "production"
  scope       = { nodes = ["node1.example.com"] }
}
