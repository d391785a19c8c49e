terraform {
  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

variable "release" {
  description = "What is rolled out. A new value goes through all rings again."
  type        = string
  default     = "2026.11"
}

# Ring 0: two nodes. Nothing else starts unless both succeed.
resource "pe_deploy" "canary" {
  environment = "production"
  scope       = { nodes = ["node1.example.com", "node2.example.com"] }
  triggers    = { release = var.release }
}

# Ring 1: the web servers, of which one in twenty may fail.
resource "pe_deploy" "web" {
  environment        = "production"
  scope              = { query = "inventory[certname] { facts.role = \"web\" }" }
  max_failed_percent = 5

  # Each new canary job has a new id, so each new release waits for its own canary.
  triggers = { canary = pe_deploy.canary.id }
}

# Ring 2: everything.
resource "pe_deploy" "everything" {
  environment = "production"
  scope       = { query = "inventory[certname] { }" }
  concurrency = 8
  triggers    = { web = pe_deploy.web.id }
}
