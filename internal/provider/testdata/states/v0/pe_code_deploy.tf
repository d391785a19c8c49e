resource "pe_code_deploy" "minimal" {
  environments = ["production"]
}

resource "pe_code_deploy" "all" {
  all        = true
  triggers   = { commit = "8a1c4e7f0b3d6f9a2c5e8b1d4f7a0c3e6b9d2f5a" }
  depends_on = [pe_code_deploy.minimal]

  timeouts {
    create = "2h"
  }
}

resource "pe_code_deploy" "queued" {
  environments        = ["staging", "development"]
  wait_for_completion = false
  depends_on          = [pe_code_deploy.all]
}
