# First two nodes.
resource "pe_deploy" "canary" {
  environment = "production"
  scope       = { nodes = ["node1.example.com", "node2.example.com"] }
}

# A rollout to the whole web tier after that: ten nodes at a time, again for every release, and one node in a hundred may fail.
resource "pe_deploy" "web" {
  environment        = "production"
  description        = "Roll out the web tier"
  scope              = { query = "inventory[certname] { facts.role = \"web\" }" }
  concurrency        = 10
  max_failed_percent = 1
  on_destroy         = "stop"

  triggers = {
    release = "2026.11"
  }

  timeouts {
    create = "2h"
  }

  depends_on = [pe_deploy.canary]
}
