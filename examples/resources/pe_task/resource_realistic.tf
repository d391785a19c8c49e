# A restart on two nodes, again whenever the certificate changes. One of them may fail.
resource "pe_task" "restart" {
  task             = "service"
  params           = { action = "restart", name = "httpd" }
  scope            = { nodes = ["node1.example.com", "node2.example.com"] }
  description      = "New certificate"
  max_failed_nodes = 1

  triggers = {
    certificate = "2f:5c:aa"
  }
}
