resource "pe_user" "minimal" {
  login        = "minimal"
  display_name = "Minimal"
}

resource "pe_user" "full" {
  login        = "full"
  display_name = "Full"
  email        = "full@example.com"
  role_ids     = ["2", "3"]
  revoked      = true
}
