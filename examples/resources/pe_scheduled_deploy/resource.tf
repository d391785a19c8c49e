# Puppet runs once, on one node.
resource "pe_scheduled_deploy" "node1" {
  environment    = "production"
  scope          = { nodes = ["node1.example.com"] }
  scheduled_time = "2040-01-01T01:00:00Z"
}
