# Once.
resource "pe_scheduled_task" "upgrade" {
  task           = "package"
  params         = { action = "upgrade", name = "openssl" }
  scope          = { nodes = ["node1.example.com"] }
  scheduled_time = "2040-01-01T03:00:00Z"
}
