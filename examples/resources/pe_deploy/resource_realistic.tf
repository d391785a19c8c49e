# First two nodes, again for every release.
resource "pe_deploy" "canary" {
  environment = "production"
  scope       = { nodes = ["node1.example.com", "node2.example.com"] }

  triggers = {
    release = "2026.11"
  }
}

# After that, the whole web tier: ten nodes at a time, of which one in a hundred may fail. The id of the canary is new for each
# release, so each release waits for its own canary. `depends_on` would run this only once.
resource "pe_deploy" "web" {
  environment        = "production"
  description        = "Roll out the web tier"
  scope              = { query = "inventory[certname] { facts.role = \"web\" }" }
  concurrency        = 10
  max_failed_percent = 1
  on_destroy         = "stop"

  triggers = {
    canary = pe_deploy.canary.id
  }

  timeouts {
    create = "2h"
  }
}
